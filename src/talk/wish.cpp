#include "talk/wish.h"

#include <utility>

#include "base/utf8.h"
#include "idea/visible_text.h"

namespace fluxgate {
namespace {

Result<IdeaReading> idea_in(const Talk& talk, const PictureFields& fields, const RatioTable& ratios,
                            std::string_view blamed) {
  if (!talk.has_user) return no_user_error(blamed);
  if (count_code_points(talk.idea) > kMaxIdeaCharacters) {
    return Error(ErrorCode::prompt_too_long, "The idea is longer than 32,000 characters.")
        .at(blamed);
  }
  IdeaReading idea = read_idea(talk.idea, ratios);
  if (!shows_something(idea.text)) {
    return Error(ErrorCode::empty_prompt, talk.pictures.empty()
                                              ? "The last user message holds no idea for a picture."
                                              : "A picture needs words: say what is to be drawn.")
        .at(blamed);
  }
  complete_idea(idea, fields, ratios);
  return idea;
}

/// Stands for the prompt of a picture that nobody tells.
constexpr std::string_view kSomePrompt = "a picture";

/// What is known beside the idea, as far as it counts for what the user has chosen.
IdeaContext context_of(Talk& talk, const Options& options, const Model& model) {
  IdeaContext context{
      std::move(talk.style_wishes), {}, options.action, model.candidates.front().reads_sentences};
  if (context.action != Action::generate) {
    context.last_prompt = std::move(talk.last_prompt);
    // An id may be all that is known of it.
    if (context.last_prompt.empty() && !talk.last_picture.empty())
      context.last_prompt = kSomePrompt;
  }
  if (context.last_prompt.empty() && context.action == Action::edit) {
    context.action = Action::generate;
  }
  return context;
}

}  // namespace

std::size_t Wish::held_bytes(std::string_view text) const {
  std::size_t sum = 2 * text.size() + context.style_wishes.size() + context.last_prompt.size() +
                    mask.size() + last_picture.size() + idea.options.negative_prompt.size();
  for (const std::string& picture : pictures) sum += picture.size();
  return sum;
}

Result<Wish> read_wish(Talk& talk, const PictureFields& fields, Action action, const Model& model,
                       const RatioTable& ratios, std::string_view blamed) {
  Result<IdeaReading> idea = idea_in(talk, fields, ratios, blamed);
  if (!idea) return std::move(idea).error();
  if (idea->options.action == Action::automatic) idea->options.action = action;
  IdeaContext context = context_of(talk, idea->options, model);
  return Wish{.idea = *std::move(idea),
              .context = std::move(context),
              .pictures = std::move(talk.pictures),
              .last_picture = std::move(talk.last_picture)};
}

}  // namespace fluxgate
