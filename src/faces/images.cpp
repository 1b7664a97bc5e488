#include "faces/images.h"

#include <algorithm>
#include <utility>

#include "accounts/enter.h"
#include "exchange/audience.h"
#include "faces/images_answer.h"
#include "faces/images_body.h"
#include "idea/options.h"
#include "llm/optimise.h"
#include "openai/images_request.h"
#include "picture/limits.h"
#include "studio/make_pictures.h"
#include "talk/named_model.h"

namespace fluxgate {
namespace {

/// Makes `count` pictures and adds them to the answer, a few at a time, until none of those few
/// could be made and read. Gives the note about those that could not.
Task<std::string> add_pictures(Exchange& exchange, ImagesAnswer& answer, Order order,
                               std::uint32_t count) {
  const std::uint32_t asked_count = count;
  std::uint32_t added_count = 0;
  std::string reason;
  std::optional<Error> error;
  for (bool goes_well = true; count > 0 && goes_well; count -= order.count) {
    goes_well = false;
    order.count = std::min(count, kMaxPicturesAtOnce);
    order.later_count = count - order.count;
    co_await answer.end_round();
    Result<Pictures> pictures = co_await attempt(make_pictures(exchange, answer, order));
    if (!pictures) {
      if (!error) error = std::move(pictures).error();
      continue;
    }
    if (reason.empty()) reason = std::move(pictures->lost_reason);
    answer.tell(pictures->making);
    for (Picture& picture : pictures->list) {
      const UnixMs made_ms = exchange.session().now_ms();
      const Result<void> added = co_await attempt(answer.add(std::move(picture)));
      goes_well = goes_well || added.ok();
      added_count += added.ok() ? 1 : 0;
      if (added) continue;
      if (answer.state() == ImagesAnswer::State::cut) co_return Error(added.error());
      exchange.log().add({.upstream = pictures->making.by->provider->name,
                          .ms = exchange.session().now_ms() - made_ms,
                          .failure = "picture_lost",
                          .detail = added.error().detail});
      if (!error) error = added.error();
    }
    order.job.place += order.count;
    if (order.job.seed) *order.job.seed += order.count;
  }
  if (error && answer.state() == ImagesAnswer::State::empty) co_return *std::move(error);
  if (reason.empty() && error) reason = std::move(error->message);
  log_pictures(exchange, added_count, asked_count - added_count, answer.cost());
  co_return lost_note(asked_count - added_count, asked_count, reason);
}

/// What a request comes to; all that is held of it.
struct Wanted {
  NamedModel named;
  IdeaReading idea;
  ImagesForm form;
  std::uint32_t picture_count;
  std::uint32_t draft_count;
  Budget::Share share;
  References references;
};

/// The prompt. Whoever asks this face wants a picture, whatever the words are.
Task<Prompt> prompt_for(Exchange& exchange, const Wanted& wanted) {
  const IdeaReading& idea = wanted.idea;
  if (!wanted.named.optimises || idea.options.raw)
    co_return prompt_as_it_is(idea.text, PromptOrigin::raw);
  SilentAudience nobody;
  IdeaContext context;
  context.reads_sentences = wanted.named.model->candidates.front().reads_sentences;
  Prompt prompt = co_await optimise_prompt(exchange, nobody, idea.text, std::move(context));
  if (prompt.turn == Turn::text) prompt = prompt_as_it_is(idea.text, PromptOrigin::original);
  co_return std::move(prompt);
}

Task<> answer_with_pictures(Exchange& exchange, ImagesAnswer& answer, Wanted wanted) {
  IdeaReading& idea = wanted.idea;
  const Prompt prompt = co_await prompt_for(exchange, wanted);
  log_prompt(exchange, idea.text, prompt);
  idea.text = std::string();
  answer.begin(prompt);
  const bool by_link = wanted.form == ImagesForm::url;
  const Model& model = *wanted.named.model;
  Order order{&model,
              {model.id, prompt.text, idea.size, idea.options.seed, idea.options.negative_prompt,
               by_link ? WantedForm::any : WantedForm::base64, idea.finish},
              1,
              by_link ? Delivery::link : Delivery::bytes,
              &wanted.references};
  order.job.draft_count = wanted.draft_count;
  order.job.references = wanted.references.pictures();
  order.job.mask = wanted.references.mask();
  const std::string note = co_await add_pictures(exchange, answer, order, wanted.picture_count);
  co_await answer.finish(note);
}

Task<> answer_request(Exchange& exchange, ImagesBody body, bool changes) {
  ImagesRequest& request = body.request;
  const NamedModel named = co_await find_named_model(exchange, request.model);
  exchange.log().line().remark("model", named.model->id);
  IdeaReading idea = co_await read_prompt(std::move(request.prompt), request.picture,
                                          named.optimises, exchange.config().ratios);
  co_await body.share.resize(2 * idea.text.size() + idea.options.negative_prompt.size());
  const Budget::Share places = co_await exchange.instance().load().requests.take(
      std::min(request.picture_count, kMaxPicturesAtOnce) - 1);
  co_await enter(exchange, named.model, request.picture_count, request.picture.cache_s);
  ImagesAnswer answer(exchange, request, changes);
  Wanted wanted{named,
                std::move(idea),
                request.form,
                request.picture_count,
                request.streams && request.picture_count == 1 ? request.draft_count : 0,
                std::move(body.share),
                std::move(body.references)};
  co_await answer.while_working(answer_with_pictures(exchange, answer, std::move(wanted)));
}

/// Answers a request that must give a picture.
Task<> answer_change(Exchange& exchange, std::string_view default_prompt) {
  ImagesBody body = co_await receive_images_body(exchange, default_prompt);
  if (body.references.pictures().empty()) {
    co_await Error(ErrorCode::invalid_parameters, "An edit needs a picture: image or images.")
        .at("image");
  }
  co_await answer_request(exchange, std::move(body), true);
}

}  // namespace

Task<> images_generations(Exchange& exchange) {
  ImagesBody body = co_await receive_images_body(exchange, {});
  co_await answer_request(exchange, std::move(body), false);
}

Task<> images_edits(Exchange& exchange) {
  return answer_change(exchange, {});
}

Task<> images_variations(Exchange& exchange) {
  return answer_change(exchange, kVariationPrompt);
}

}  // namespace fluxgate
