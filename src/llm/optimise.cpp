#include "llm/optimise.h"

#include <algorithm>
#include <utility>

#include "idea/visible_text.h"
#include "json/writer.h"
#include "llm/answer.h"
#include "llm/completion_call.h"
#include "openai/chat_completion.h"
#include "prompt/change.h"
#include "prompt/clean_up.h"
#include "prompt/local_optimiser.h"
#include "prompt/non_reasoning.gen.h"
#include "prompt/reasoning.gen.h"

namespace fluxgate {
namespace {

/// What PROMPT_STYLE=sentences changes in the template.
constexpr std::string_view kSentences =
    "\nFORM\nOther than described above, write the prompt as plain prose: two to five English "
    "sentences of 50 to 80 words in all, in one paragraph. The order and the rules stay.\n";

std::string user_message(std::string_view idea, const IdeaContext& context) {
  if (context.style_wishes.empty() && context.last_prompt.empty()) return std::string(idea);
  std::string message;
  if (!context.style_wishes.empty()) {
    message.append("Style wishes:\n").append(context.style_wishes).append("\n\n");
  }
  if (!context.last_prompt.empty()) {
    message.append("Last prompt:\n").append(context.last_prompt).append("\n\n");
  }
  return message.append("Idea:\n").append(idea);
}

std::string clean_prose(std::string_view answer) {
  return clean_prompt(answer, kMaxProseWords);
}

std::string clean_phrases(std::string_view answer) {
  return clean_prompt(answer);
}

/// The system message, already escaped for JSON: the template, what the operator wishes, and what
/// the user has chosen.
std::string system_json(const OptimiserSettings& settings, Action action, bool prose) {
  std::string text(settings.mode == OptimiserMode::reasoning ? kReasoning : kNonReasoning);
  if (prose) text += json::escape(std::string(kSentences));
  if (!settings.instructions.empty()) {
    text += json::escape("\nLASTING WISHES\n" + settings.instructions + "\n");
  }
  if (action != Action::automatic) {
    text.append("\\nDECIDED\\nThe person has chosen the first line: ")
        .append(action == Action::edit ? "EDIT" : "PICTURE");
  }
  return text;
}

/// A model that thinks is read as a stream even for a client that wants a whole answer: it would
/// send nothing for longer than we wait for headers.
LlmQuestion optimiser_question(const OptimiserSettings& settings, std::string_view user,
                               const IdeaContext& context, bool streams) {
  const bool reasons = settings.mode == OptimiserMode::reasoning;
  const AnswerForm form = streams || reasons ? AnswerForm::streamed : AnswerForm::whole;
  const bool prose = settings.style == PromptStyle::sentences ||
                     (settings.style == PromptStyle::by_model && context.reads_sentences);
  const std::string system = system_json(settings, context.action, prose);
  return {write_completion_call(settings.model, system, user, form), form,
          prose ? clean_prose : clean_phrases, true,
          context.must_draw || context.action != Action::automatic};
}

Prompt prompt_without_llm(std::string text, PromptOrigin origin, std::string_view idea) {
  const Usage usage{estimate_token_count(idea.size()), estimate_token_count(text.size())};
  return {std::move(text), Turn::picture, origin, false, usage, ""};
}

/// The last prompt with the user's words behind it.
Prompt edit_by_rules(std::string_view changed, std::string_view idea) {
  const std::size_t most_words = kMaxPromptWords + std::max(kMaxChangeWords, count_words(idea));
  Prompt prompt = prompt_without_llm(tidy_prompt(changed, most_words), PromptOrigin::local, idea);
  prompt.turn = Turn::edit;
  prompt.changes_last = true;
  return prompt;
}

Prompt optimise_by_rules(std::string_view idea, const IdeaContext& context) {
  const std::string changed = context.action == Action::edit
                                  ? with_change(context.last_prompt, idea)
                                  : changed_prompt(context.last_prompt, idea);
  if (!changed.empty()) return edit_by_rules(changed, idea);
  std::string text = optimise_locally(idea);
  if (text.empty()) return prompt_as_it_is(idea, PromptOrigin::original);
  return prompt_without_llm(std::move(text), PromptOrigin::local, idea);
}

}  // namespace

Prompt prompt_as_it_is(std::string_view idea, PromptOrigin origin) {
  return prompt_without_llm(visible_text(idea), origin, idea);
}

Task<Prompt> optimise_prompt(Exchange& exchange, Audience& audience, std::string_view idea,
                             IdeaContext context) {
  if (const auto& left = exchange.account().taken_up) {
    Prompt prompt = prompt_as_it_is(left->prompt, static_cast<PromptOrigin>(left->prompt_origin));
    prompt.changes_last = left->changes_last;
    co_return std::move(prompt);
  }
  const Config& config = exchange.config();
  if (!config.optimiser) co_return optimise_by_rules(idea, context);

  LlmQuestion question = optimiser_question(*config.optimiser, user_message(idea, context), context,
                                            audience.hears_live());
  const bool has_last = !context.last_prompt.empty();
  const bool edits = context.action == Action::edit;
  context.style_wishes = std::string();
  if (!edits) context.last_prompt = std::string();
  Budget::Share share = exchange.instance().load().text_bytes.take_nothing();
  Result<LlmAnswer> answer =
      co_await attempt(ask_llm(exchange, audience, std::move(question), share));
  if (answer) {
    const PromptOrigin origin =
        answer->turn == Turn::text ? PromptOrigin::none : PromptOrigin::optimized;
    co_return Prompt{std::move(answer->text),
                     answer->turn,
                     origin,
                     edits || (has_last && answer->turn == Turn::edit),
                     answer->usage,
                     std::move(answer->thinking)};
  }
  const ErrorCode code = answer.error().code;
  if (code == ErrorCode::content_policy_violation || code == ErrorCode::client_closed) {
    co_return std::move(answer).error();
  }
  audience.hear_progress("\n\nThe language model did not answer: your own words are drawn.\n");
  if (edits) co_return edit_by_rules(with_change(context.last_prompt, idea), idea);
  co_return prompt_as_it_is(idea, PromptOrigin::original);
}

void log_prompt(Exchange& exchange, std::string_view idea, const Prompt& prompt) {
  LeftWork& left = exchange.account().left_behind;
  left.prompt = prompt.text;
  left.prompt_origin = static_cast<int>(prompt.origin);
  left.changes_last = prompt.changes_last;
  LogLine& line = exchange.log().line();
  line.word("prompt_origin", prompt_origin_name(prompt.origin));
  if (!exchange.config().log_prompts) return;
  line.text("idea", idea).text("thinking", prompt.thinking).text("prompt", prompt.text);
}

}  // namespace fluxgate
