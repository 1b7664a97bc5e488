#include "faces/chat_chore.h"

#include <string>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "chore/answer.h"
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

std::string answer_by_rules(const Chore& chore, const ChatRequest& request) {
  std::string_view idea = find_quoted_idea(chore, request.last_text);
  const bool is_last = chore.is_of_system || chore.kind == ChoreKind::small_talk;
  if (idea.empty() && is_last) return written(answer_chore_by_rules(chore, request.last_text));
  // A program that quotes nothing has sent the chat's messages themselves.
  if (idea.empty() && request.first_idea != request.last_text) idea = request.first_idea;
  return written(answer_chore_by_rules(chore, idea));
}

}  // namespace

Task<> answer_chore(Exchange& exchange, ChatAnswer& answer, Chore chore, ChatRequest request,
                    HeldBody body) {
  std::string text = answer_by_rules(chore, request);
  Usage usage{estimate_token_count(request.last_text.size()), estimate_token_count(text.size())};
  const AnswerForm form = request.streams ? AnswerForm::streamed : AnswerForm::whole;
  request = {};
  const auto& optimiser = exchange.config().optimiser;
  if (optimiser && chore.kind != ChoreKind::small_talk) {
    LlmQuestion question{addressed_to_llm(body.bytes.view(), *optimiser), form, trimmed};
    body.bytes = {};
    Result<LlmAnswer> said =
        co_await attempt(ask_llm(exchange, answer, std::move(question), body.share));
    if (said) {
      text = std::move(said->text);
      usage = said->usage;
    }
  }
  std::vector<std::string> content;
  content.push_back(std::move(text));
  co_await answer.finish(std::move(content), usage, PromptOrigin::none);
}

}  // namespace fluxgate
