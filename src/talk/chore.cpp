#include "talk/chore.h"

#include <utility>

#include "base/ascii.h"
#include "chore/answer.h"
#include "idea/options.h"
#include "json/writer.h"
#include "llm/answer.h"
#include "llm/call.h"
#include "openai/chat_completion.h"

namespace fluxgate {
namespace {

std::string trimmed(std::string_view answer) {
  return std::string(trim(answer));
}

std::string written(const ChoreAnswer& answer) {
  if (answer.json_key.empty()) return answer.text;
  std::string text;
  json::Writer json(text);
  json.begin_object().key(answer.json_key);
  if (answer.is_list) json.begin_array();
  if (!answer.is_list || !answer.text.empty()) json.string(answer.text);
  if (answer.is_list) json.end_array();
  json.end_object();
  return text;
}

std::string text_by_rules(const Chore& chore, const Talk& talk) {
  std::string_view idea = find_quoted_idea(chore, talk.last_text);
  const bool is_last = chore.is_of_system || chore.kind == ChoreKind::small_talk;
  if (idea.empty() && is_last) return written(answer_chore_by_rules(chore, talk.last_text));
  // A program that quotes nothing has sent the chat's messages themselves.
  if (idea.empty() && talk.first_idea != talk.last_text) idea = talk.first_idea;
  return written(answer_chore_by_rules(chore, idea));
}

}  // namespace

Chore chore_in(const Talk& talk, const Headers& headers) {
  const std::string_view wishes = talk.style_wishes;
  return recognise_chore({talk.last_role, talk.last_text,
                          headers.find("x-openwebui-task").value_or(""),
                          wishes.substr(0, talk.leading_wishes_bytes), talk.has_user,
                          talk.has_answer, asks_for_picture(talk.last_text)});
}

Task<TextAnswer> answer_by_llm(Exchange& exchange, Audience& audience, std::string_view blamed,
                               AnswerForm form, HeldBody& body) {
  const auto& optimiser = exchange.config().optimiser;
  if (!optimiser) {
    co_return Error(ErrorCode::unsupported_parameter,
                    "Only a language model can do this, and none is configured.")
        .at(blamed);
  }
  LlmQuestion question{addressed_to_llm(body.bytes.view(), *optimiser), form, trimmed};
  body.bytes = {};
  LlmAnswer said = co_await ask_llm(exchange, audience, std::move(question), body.share);
  co_return TextAnswer{std::move(said.text), said.usage};
}

TextAnswer answer_by_rules(const Chore& chore, const Talk& talk) {
  TextAnswer answer{text_by_rules(chore, talk), {}};
  answer.usage = {estimate_token_count(talk.last_text.size()),
                  estimate_token_count(answer.text.size())};
  return answer;
}

Task<TextAnswer> answer_chore(Exchange& exchange, Audience& audience, Chore chore,
                              TextAnswer otherwise, AnswerForm form, HeldBody& body) {
  if (!exchange.config().optimiser || chore.kind == ChoreKind::small_talk) {
    co_return std::move(otherwise);
  }
  Result<TextAnswer> said = co_await attempt(answer_by_llm(exchange, audience, {}, form, body));
  if (said) co_return *std::move(said);
  co_return std::move(otherwise);
}

}  // namespace fluxgate
