#include "talk/answer.h"

#include <utility>

#include "gallery/references.h"
#include "idea/visible_text.h"
#include "picture/data_url.h"
#include "studio/candidates.h"

namespace fluxgate {
namespace {

void append_sentence(std::string& text, std::string_view sentence) {
  if (!text.empty() && !sentence.empty()) text += ' ';
  text += sentence;
}

/// A wish on its way.
struct Drawing {
  const Model& model;
  Wish wish;
  References references;
  bool leaves_picture_out = false;  ///< The message gives one that nobody goes by.
  bool changes_picture = false;     ///< The backend is given a picture to change.
};

/// Holds the pictures that the message gives, if any candidate goes by one.
Task<> hold_given_pictures(Exchange& exchange, Drawing& drawing, std::string_view blamed) {
  const std::vector<std::string> pictures = std::exchange(drawing.wish.pictures, {});
  const std::string mask = std::exchange(drawing.wish.mask, {});
  drawing.leaves_picture_out =
      !drawing.wish.must_change &&
      (drawing.wish.idea.options.action == Action::generate || !goes_by_pictures(drawing.model));
  if (drawing.leaves_picture_out) co_return;
  for (const std::string& picture : pictures) {
    const Result<void> added =
        co_await attempt(add_reference(exchange, drawing.references, picture));
    if (!added) co_await Error(added.error()).at(blamed);
  }
  if (!mask.empty()) co_await add_mask(exchange, drawing.references, mask);
  drawing.changes_picture = true;
}

/// Holds the last picture of the talk, for a message that changes it. When that is not ours, or
/// cannot be had, the last prompt is drawn anew with the change.
Task<> hold_last_picture(Exchange& exchange, Drawing& drawing) {
  const std::string address = std::exchange(drawing.wish.last_picture, {});
  if (!goes_by_pictures(drawing.model)) co_return;
  if (!is_data_url(address) && !is_own_link(exchange, address)) co_return;
  const Result<void> added = co_await attempt(add_reference(exchange, drawing.references, address));
  drawing.changes_picture = added.ok();
}

Task<Prompt> write_prompt(Exchange& exchange, Audience& audience, Drawing& drawing) {
  const IdeaReading& idea = drawing.wish.idea;
  if (idea.options.raw || drawing.changes_picture) {
    co_return prompt_as_it_is(idea.text, PromptOrigin::raw);
  }
  drawing.wish.context.must_draw = drawing.wish.must_draw;
  Prompt prompt =
      co_await optimise_prompt(exchange, audience, idea.text, std::move(drawing.wish.context));
  if (prompt.changes_last) co_await hold_last_picture(exchange, drawing);
  if (prompt.changes_last && drawing.changes_picture) {
    prompt.text = visible_text(idea.text);
    prompt.origin = PromptOrigin::raw;
  }
  co_return std::move(prompt);
}

/// What the user must know of the pictures.
std::string note_about(const Pictures& pictures, const Prompt& prompt, const Drawing& drawing) {
  const IdeaReading& idea = drawing.wish.idea;
  std::string note;
  if (prompt.changes_last && !drawing.changes_picture) {
    note = "The last picture cannot be edited here: this one was drawn anew.";
  } else if (idea.options.action == Action::edit && !idea.options.raw && !drawing.changes_picture) {
    note = "No picture in this chat could be changed: this one is new.";
  }
  if (drawing.leaves_picture_out) {
    append_sentence(note, "The attached picture could not be used: only the words were drawn.");
  }
  if (idea.size_is_asked) append_sentence(note, shape_note(pictures.making.fit));
  const auto made_count = static_cast<std::uint32_t>(pictures.list.size());
  append_sentence(
      note, lost_note(pictures.lost_count, made_count + pictures.lost_count, pictures.lost_reason));
  return note;
}

Task<Pictures> draw(Exchange& exchange, Audience& audience, const Drawing& drawing,
                    std::string_view prompt, Delivery delivery) {
  const Model& model = drawing.model;
  const IdeaReading& idea = drawing.wish.idea;
  Order order{&model,
              {model.id, prompt, idea.size, idea.options.seed, idea.options.negative_prompt},
              drawing.wish.picture_count,
              delivery,
              &drawing.references};
  if (delivery == Delivery::both) order.job.form = WantedForm::both;
  order.job.finish = idea.finish;
  order.job.draft_count = drawing.wish.draft_count;
  order.job.references = drawing.references.pictures();
  order.job.mask = drawing.references.mask();
  order.job.leaves_picture_out = drawing.leaves_picture_out;
  Pictures pictures = co_await make_pictures(exchange, audience, std::move(order));
  log_pictures(exchange, pictures.list.size(), pictures.lost_count, pictures.making.cost);
  co_return std::move(pictures);
}

}  // namespace

Task<TalkAnswer> answer_wish(Exchange& exchange, Audience& audience, const Model& model, Wish wish,
                             Budget::Share& share, Delivery delivery, std::string_view blamed) {
  Drawing drawing{model, std::move(wish),
                  References(exchange.instance().load().held_bytes.take_nothing())};
  IdeaReading& idea = drawing.wish.idea;
  if (!exchange.client().optimises.value_or(true)) idea.options.raw = true;
  if (!drawing.wish.pictures.empty()) {
    co_await hold_given_pictures(exchange, drawing, blamed);
  }
  Prompt prompt = co_await write_prompt(exchange, audience, drawing);
  log_prompt(exchange, idea.text, prompt);
  idea.text = std::string();
  drawing.wish.context = {};
  if (prompt.turn == Turn::text) co_return TalkAnswer{std::move(prompt)};
  exchange.account().left_behind.changes_picture = drawing.changes_picture;
  share.shrink_to(drawing.wish.held_bytes(prompt.text));
  if (prompt.origin != PromptOrigin::original) {
    audience.hear_progress("\n\nThe prompt is ready.\n");
  }
  Pictures pictures = co_await draw(exchange, audience, drawing, prompt.text, delivery);
  std::string note = note_about(pictures, prompt, drawing);
  co_return TalkAnswer{std::move(prompt), std::move(pictures), std::move(note),
                       drawing.changes_picture};
}

Task<TalkAnswer> answer_left_wish(Exchange& exchange, Audience& audience, const Model& model,
                                  LeftWork left, Delivery delivery) {
  Prompt prompt = prompt_as_it_is(left.prompt, static_cast<PromptOrigin>(left.prompt_origin));
  prompt.changes_last = left.changes_last;
  const bool changes_picture = left.changes_picture;
  LeftWork& again = exchange.account().left_behind;  // What is not done in this request either.
  again = left;
  again.pictures.clear();
  Order order{&model, {model.id, prompt.text, kSquare}, 1, delivery};
  if (const LeftPicture* first = left.at(0)) {
    order.job.size = parse_size_text(first->size).value_or(kSquare);
  }
  exchange.account().taken_up = std::move(left);
  Pictures pictures = co_await make_pictures(exchange, audience, std::move(order));
  log_pictures(exchange, pictures.list.size(), 0, pictures.making.cost);
  co_return TalkAnswer{std::move(prompt), std::move(pictures), {}, changes_picture};
}

}  // namespace fluxgate
