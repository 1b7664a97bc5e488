// chat: models that draw in a chat, behind OpenAI's chat completions:
// openrouter.ai/docs/features/multimodal/image-generation and what relays make of it. Set
// IMAGE_GEN_API_BASE to the server's address.
//
//   model  google/gemini-2.5-flash-image
//   keys   your server's
//   sizes  any, of 64 to 4096 pixels a side
//   cost   told by its answers
//   links  as its models give them; many pictures come in the answer
#include "base/ascii.h"
#include "dialects/dialects.h"
#include "json/document.h"
#include "json/long_strings.h"
#include "json/writer.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr std::string_view kRatios = "1:1 2:3 3:2 3:4 4:3 4:5 5:4 1:2 2:1 9:16 16:9 9:21 21:9";

constexpr ModelReferences kReferences[] = {
    {"", kMaxReferences},
};

/// A chat has no member for the shape of a picture, so it stands behind the prompt.
std::string words_for(const ImageJob& job) {
  std::string words = whole_prompt(job);
  const std::string_view ratio = nearest_ratio(wish_for(job.size), kRatios);
  if (ratio != "1:1") words.append("\n\nAspect ratio: ").append(ratio).append(".");
  return words;
}

void write_content(json::Writer& json, const ImageJob& job) {
  if (job.references.empty()) {
    json.string(words_for(job));
    return;
  }
  json.begin_array().begin_object().key("type").string("text");
  json.key("text").string(words_for(job)).end_object();
  for (std::size_t index = 0; index < job.references.size(); ++index) {
    json.begin_object().key("type").string("image_url").key("image_url").begin_object().key("url");
    write_reference(json, job, index, ReferenceForm::data_url);
    json.end_object().end_object();
  }
  json.end_array();
}

Call ask(const ImageJob& job, const ProviderSettings& provider) {
  std::string body;
  json::Writer json(body);
  json.begin_object().key("model").string(job.model);
  json.key("messages").begin_array().begin_object().key("role").string("user");
  json.key("content");
  write_content(json, job);
  json.end_object().end_array();
  json.key("modalities").begin_array().string("image").string("text").end_array().end_object();
  return post_json(provider.url, std::move(body));
}

/// The address that stands at `at`: up to white space, or what closes a link.
std::string_view address_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && !is_space(text[end]) &&
         std::string_view(")]>\"'`").find(text[end]) == kNowhere) {
    ++end;
  }
  return text.substr(at, end - at);
}

/// The picture that a text shows: a data URL, a picture in Markdown, or an address.
std::string_view picture_in_text(std::string_view text) {
  if (json::LongStrings::index_of(text)) return text;
  const std::size_t data = find_ignoring_case(text, "data:image/");
  if (data != kNowhere) return address_at(text, data);
  const std::size_t shown = text.find("![");
  const std::size_t link = shown == kNowhere ? kNowhere : text.find("](", shown);
  if (link != kNowhere) {
    const std::string_view address = address_at(text, link + 2);
    if (!address.empty()) return address;
  }
  for (const std::string_view scheme : {"https://", "http://"}) {
    const std::size_t at = text.find(scheme);
    if (at == kNowhere) continue;
    const std::string_view address = address_at(text, at);
    return address.substr(0, address.find_last_not_of(".,;:!?") + 1);  // The end of a sentence.
  }
  return {};
}

/// The picture that an item of a message is: `{"image_url": {"url"}}`, `{"image_url": "..."}`,
/// `{"url"}`, `{"b64_json"}` or the text itself.
std::string_view picture_in_item(json::Value item) {
  const json::Value shown = item["image_url"];
  for (const json::Value place : {shown["url"], shown, item["url"], item["b64_json"], item}) {
    const std::string_view text = place.string_or_empty();
    if (!text.empty()) return text;
  }
  return {};
}

/// The picture in a message, wherever servers put it; what is no text counts first.
std::string_view picture_in_message(json::Value message) {
  const json::Value lists[] = {message["images"], message["content"], message["content_blocks"]};
  for (const json::Value list : lists) {
    for (const json::Value item : list.items()) {
      const std::string_view picture = picture_in_item(item);
      if (!picture.empty()) return picture;
    }
  }
  const std::string_view image = picture_in_item(message["image"]);
  if (!image.empty()) return image;
  for (const json::Value list : lists) {
    for (const json::Value item : list.items()) {
      const std::string_view picture = picture_in_text(item["text"].string_or_empty());
      if (!picture.empty()) return picture;
    }
  }
  return picture_in_text(message["content"].string_or_empty());
}

/// Refusals come under a good status.
Result<Step> read(const BackendAnswer& answer) {
  const json::Value root = answer.root;
  const json::Value choice = root["choices"].first();
  const json::Value message = choice["message"];
  const std::string_view picture = picture_in_message(message);
  if (!picture.empty()) return with_cost(picture_from(picture), root["usage"]["cost"]);
  const std::string_view reason = choice["finish_reason"].string_or_empty();
  if (reason == "content_filter") return refused_picture(reason);
  if (!message["refusal"].string_or_empty().empty()) return refused_picture("refusal");
  return find_picture(answer);
}

}  // namespace

constinit const Dialect chat = {
    .name = "chat",
    .path = "/chat/completions",
    .list_path = "/models",
    .references = kReferences,
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
