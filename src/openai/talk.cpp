#include "openai/talk.h"

#include <optional>
#include <utility>

#include "base/ascii.h"
#include "base/utf8.h"
#include "markdown/markdown.h"
#include "openai/message_pictures.h"
#include "openai/picture_fields.h"

namespace fluxgate {
namespace {

void append_line(std::string& text, std::string_view line) {
  if (!text.empty() && !line.empty()) text += '\n';
  text += line;
}

bool is_text_part(std::string_view type) {
  return type == "text" || type == "input_text" || type == "output_text";
}

/// The text of a message's content; nothing when the content is not well formed.
std::optional<std::string> read_text(json::Value content) {
  if (content.absent()) return std::string();
  if (const auto text = content.string()) return std::string(*text);
  if (!content.is_array()) return std::nullopt;
  std::string text;
  for (const json::Value part : content.items()) {
    const auto type = part["type"].string();
    if (!type) return std::nullopt;
    if (!is_text_part(*type)) continue;
    const auto line = part["text"].string();
    if (!line) return std::nullopt;
    append_line(text, *line);
  }
  return text;
}

}  // namespace

std::string text_of_content(json::Value content) {
  return read_text(content).value_or(std::string());
}

Error no_user_error(std::string_view field) {
  return bad_parameter(field, std::string(field) + " holds no message of the role user.");
}

/// The wishes never take more than kMaxStyleWishesBytes, not even for a moment.
void TalkReader::add_wish(std::string_view wish) {
  std::string& wishes = talk_.style_wishes;
  const std::size_t taken_bytes = wishes.size() + (wishes.empty() ? 0 : 1);
  if (taken_bytes >= kMaxStyleWishesBytes) return;
  append_line(wishes, utf8_prefix(trim(wish), kMaxStyleWishesBytes - taken_bytes));
}

void TalkReader::take_user_content(json::Value content) {
  if (!talk_.has_user) {
    first_user_content_ = content;
    talk_.leading_wishes_bytes = talk_.style_wishes.size();
  }
  last_user_content_ = content;
  talk_.has_user = true;
}

Result<void> TalkReader::add(json::Value message) {
  const auto role = message["role"].string();
  if (!role) return bad_parameter(field_, "Each message must be an object with a role.");
  const json::Value content = message["content"];
  talk_.last_role = *role;
  last_content_ = content;
  if (*role == "user") {
    last_user_ = message;
    take_user_content(content);
  }
  if (*role == "assistant") {
    talk_.has_answer = true;
    read_answer(message);
  }
  if (*role == "system" || *role == "developer") {
    Result<std::string> wishes = read_content(content);
    if (!wishes) return std::move(wishes).error();
    add_wish(*wishes);
  }
  return {};
}

Result<void> TalkReader::add_words(json::Value content) {
  if (!content.string()) {
    return bad_parameter(field_, std::string(field_) + " must be a string or an array of items.");
  }
  talk_.last_role = "user";
  last_content_ = content;
  take_user_content(content);
  return {};
}

Result<void> TalkReader::finish(bool needs_user) {
  talk_.first_idea = utf8_prefix(text_of_content(first_user_content_), kMaxFirstIdeaBytes);
  talk_.last_text = text_of_content(last_content_);
  const bool from_system = talk_.last_role == "system" || talk_.last_role == "developer";
  if (!talk_.has_user && !from_system && needs_user) return no_user_error(field_);
  if (!talk_.has_user) talk_.leading_wishes_bytes = talk_.style_wishes.size();
  Result<std::string> idea = read_content(last_user_content_);
  if (!idea) return std::move(idea).error();
  talk_.idea = *std::move(idea);
  talk_.pictures = pictures_in(last_user_);
  for (std::string& picture : take_out_pictures(talk_.idea)) {
    talk_.pictures.push_back(std::move(picture));
  }
  return {};
}

Result<std::string> TalkReader::read_content(json::Value content) const {
  std::optional<std::string> text = read_text(content);
  if (text) return *std::move(text);
  return bad_parameter(field_, "A message's content must be a string or an array of typed parts.");
}

/// Clients send our answers back as a string or in parts; some with the pictures beside it.
void TalkReader::read_answer(json::Value message) {
  const json::Value content = message["content"];
  if (!content.is_array()) {
    read_answer_text(content);
  } else {
    for (const json::Value part : content.items()) read_answer_text(part["text"]);
  }
  if (message["images"].item_count() == 0) return;
  std::vector<std::string> pictures = pictures_in(message);
  talk_.last_picture = std::move(pictures.back());
}

void TalkReader::read_answer_text(json::Value text) {
  if (!text.may_hold(kPromptLabelEnd)) return;
  const std::string_view answer = text.string_or_empty();
  std::string prompt = prompt_in_answer(answer);
  if (prompt.empty()) return;
  talk_.last_prompt = std::move(prompt);
  talk_.last_picture = picture_in_answer(answer);
}

}  // namespace fluxgate
