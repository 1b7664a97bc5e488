#include "faces/chat.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "chore/signs.h"
#include "exchange/request_body.h"
#include "faces/chat_answer.h"
#include "faces/chat_chore.h"
#include "faces/chat_text.h"
#include "gallery/references.h"
#include "idea/options.h"
#include "idea/visible_text.h"
#include "llm/optimise.h"
#include "openai/chat_request.h"
#include "openai/markdown.h"
#include "picture/data_url.h"
#include "studio/candidates.h"
#include "studio/make_pictures.h"

namespace fluxgate {
namespace {

Chore chore_in(const ChatRequest& request, const Headers& headers) {
  const std::string_view wishes = request.style_wishes;
  return recognise_chore({request.last_role, request.last_text,
                          headers.find("x-openwebui-task").value_or(""),
                          wishes.substr(0, request.leading_wishes_bytes), request.has_user,
                          request.has_answer, asks_for_picture(request.last_text)});
}

/// The idea without ratio and options, completed by the request's fields: the text wins.
Result<IdeaReading> idea_in(const ChatRequest& request, const RatioTable& ratios) {
  if (!request.has_user) return no_user_error();
  if (count_code_points(request.idea) > kMaxIdeaCharacters) {
    return Error(ErrorCode::prompt_too_long, "The idea is longer than 32,000 characters.")
        .at("messages");
  }
  IdeaReading idea = read_idea(request.idea, ratios);
  if (!shows_something(idea.text)) {
    return Error(ErrorCode::empty_prompt, request.pictures.empty()
                                              ? "The last user message holds no idea for a picture."
                                              : "A picture needs words: say what is to be drawn.")
        .at("messages");
  }
  complete_idea(idea, request.picture, ratios);
  return idea;
}

/// What is known beside the idea, as far as it counts for what the user has chosen.
IdeaContext context_of(ChatRequest& request, const Options& options, const Model& model) {
  IdeaContext context{std::move(request.style_wishes),
                      {},
                      options.action,
                      model.candidates.front().reads_sentences};
  if (context.action != Action::generate) context.last_prompt = std::move(request.last_prompt);
  if (context.last_prompt.empty() && context.action == Action::edit) {
    context.action = Action::generate;
  }
  return context;
}

/// What a request for pictures comes to; all that is held of it.
struct Wanted {
  IdeaReading idea;
  IdeaContext context;
  std::vector<std::string> pictures;  ///< Those that the message gives.
  std::string last_picture;           ///< The address of the last one in the chat; may be empty.
  std::uint32_t picture_count;
  Budget::Share share;
  bool leaves_picture_out = false;  ///< The message gives one that nobody goes by.
  bool changes_picture = false;     ///< The backend is given a picture to change.

  /// The bytes that are held. `text`: the idea, or the prompt made of it, which the answer holds as
  /// well.
  std::size_t held_bytes(std::string_view text) const {
    std::size_t sum = 2 * text.size() + context.style_wishes.size() + context.last_prompt.size() +
                      last_picture.size() + idea.options.negative_prompt.size();
    for (const std::string& picture : pictures) sum += picture.size();
    return sum;
  }
};

void append_sentence(std::string& text, std::string_view sentence) {
  if (!text.empty() && !sentence.empty()) text += ' ';
  text += sentence;
}

PictureCaption caption_of(Prompt& prompt, const Pictures& pictures, const Wanted& wanted) {
  const IdeaReading& idea = wanted.idea;
  PictureCaption caption{std::exchange(prompt.text, {}), is_better(prompt.origin)};
  if (prompt.changes_last && !wanted.changes_picture) {
    caption.note = "The last picture cannot be edited here: this one was drawn anew.";
  } else if (idea.options.action == Action::edit && !idea.options.raw && !wanted.changes_picture) {
    caption.note = "No picture in this chat could be changed: this one is new.";
  }
  if (wanted.leaves_picture_out) {
    append_sentence(caption.note,
                    "The attached picture could not be used: only the words were drawn.");
  }
  if (idea.size_is_asked) append_sentence(caption.note, shape_note(pictures.making.fit));
  const auto made_count = static_cast<std::uint32_t>(pictures.list.size());
  append_sentence(caption.note, lost_note(pictures.lost_count, made_count + pictures.lost_count,
                                          pictures.lost_reason));
  return caption;
}

/// Holds the pictures that the message gives, if any candidate goes by one.
Task<> hold_given_pictures(Exchange& exchange, const Model& model, Wanted& wanted,
                           References& references) {
  const std::vector<std::string> pictures = std::exchange(wanted.pictures, {});
  wanted.leaves_picture_out =
      wanted.idea.options.action == Action::generate || !goes_by_pictures(model);
  if (wanted.leaves_picture_out) co_return;
  for (const std::string& picture : pictures) {
    const Result<void> added = co_await attempt(add_reference(exchange, references, picture));
    if (!added) co_await Error(added.error()).at("messages");
  }
  wanted.changes_picture = true;
}

/// Holds the last picture of the chat, for a message that changes it. When that is not ours, or
/// cannot be had, the last prompt is drawn anew with the change.
Task<> hold_last_picture(Exchange& exchange, const Model& model, Wanted& wanted,
                         References& references) {
  const std::string address = std::exchange(wanted.last_picture, {});
  if (!goes_by_pictures(model)) co_return;
  if (!is_data_url(address) && !is_own_link(exchange, address)) co_return;
  const Result<void> added = co_await attempt(add_reference(exchange, references, address));
  wanted.changes_picture = added.ok();
}

Task<> answer_with_pictures(Exchange& exchange, ChatAnswer& answer, const Model& model,
                            Wanted wanted) {
  IdeaReading& idea = wanted.idea;
  References references(exchange.instance().load().held_bytes.take_nothing());
  if (!wanted.pictures.empty()) {
    co_await hold_given_pictures(exchange, model, wanted, references);
  }
  Prompt prompt;
  // A picture is changed by the user's own words: a model that writes them anew has not seen it.
  if (idea.options.raw || wanted.changes_picture) {
    prompt = prompt_as_it_is(idea.text, PromptOrigin::raw);
  } else {
    prompt = co_await optimise_prompt(exchange, answer, idea.text, std::move(wanted.context));
  }
  if (prompt.changes_last) co_await hold_last_picture(exchange, model, wanted, references);
  if (prompt.changes_last && wanted.changes_picture) {
    prompt.text = visible_text(idea.text);
    prompt.origin = PromptOrigin::raw;
  }
  log_prompt(exchange, idea.text, prompt);
  idea.text = std::string();
  wanted.context = {};
  if (prompt.turn == Turn::text) {
    std::vector<std::string> text;
    const std::size_t heard_bytes = std::min(answer.heard_text_bytes(), prompt.text.size());
    text.push_back(prompt.text.substr(heard_bytes));
    co_await answer.finish(std::move(text), prompt.usage, PromptOrigin::none);
    co_return;
  }
  wanted.share.shrink_to(wanted.held_bytes(prompt.text));
  if (prompt.origin != PromptOrigin::original) {
    answer.hear_progress("\n\nThe prompt is ready.\n");
  }
  Order order{&model,
              {model.id, prompt.text, idea.size, idea.options.seed, idea.options.negative_prompt},
              wanted.picture_count};
  order.references = &references;
  order.job.references = references.pictures();
  order.job.leaves_picture_out = wanted.leaves_picture_out;
  Pictures pictures = co_await make_pictures(exchange, answer, std::move(order));
  answer.tell(pictures.making);
  log_pictures(exchange, pictures.list.size(), pictures.lost_count, pictures.making.cost);
  std::vector<std::string> links;
  for (Picture& picture : pictures.list) links.push_back(std::move(picture.text));
  // A statement of its own: what is passed by value lives until the end of one, an await included.
  std::vector<std::string> content =
      write_picture_answer(std::move(links), caption_of(prompt, pictures, wanted));
  co_await answer.finish(std::move(content), prompt.usage, prompt.origin);
}

}  // namespace

Task<> chat_completions(Exchange& exchange) {
  HeldBody body = co_await receive_body(exchange);
  ChatRequest request = co_await read_chat_request(body.bytes);
  const Model* model = exchange.instance().find_model(request.model);
  if (model == nullptr) {
    co_await Error(ErrorCode::unsupported_image_model,
                   "There is no model of this name; GET /v1/models lists them.")
        .at("model");
  }
  exchange.log().line().remark("model", model->id);
  if (!request.text_field.empty()) {
    std::string text_field = std::move(request.text_field);
    request = {};
    co_await pass_to_llm(exchange, std::move(text_field), std::move(body));
    co_return;
  }
  ChatAnswer answer(exchange, *model, request);
  if (const Chore chore = chore_in(request, exchange.headers())) {
    exchange.log().line().number("chore", 1);
    co_await answer.while_working(
        answer_chore(exchange, answer, chore, std::move(request), std::move(body)));
    co_return;
  }
  body.bytes = {};
  IdeaReading idea = co_await idea_in(request, exchange.config().ratios);
  IdeaContext context = context_of(request, idea.options, *model);
  Wanted wanted{std::move(idea),
                std::move(context),
                std::move(request.pictures),
                std::move(request.last_picture),
                request.picture_count,
                std::move(body.share)};
  request = {};
  co_await wanted.share.resize(wanted.held_bytes(wanted.idea.text));
  const Budget::Share places =
      co_await exchange.instance().load().requests.take(wanted.picture_count - 1);
  co_await answer.while_working(answer_with_pictures(exchange, answer, *model, std::move(wanted)));
}

}  // namespace fluxgate
