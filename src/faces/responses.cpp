#include "faces/responses.h"

#include <algorithm>
#include <utility>

#include "accounts/enter.h"
#include "accounts/responses.h"
#include "delivery/replay.h"
#include "exchange/request_body.h"
#include "faces/responses_answer.h"
#include "gallery/store.h"
#include "responses/request.h"
#include "studio/earlier.h"
#include "talk/answer.h"
#include "talk/chore.h"
#include "talk/named_model.h"

namespace fluxgate {
namespace {

constexpr std::string_view kResponsesPath = "/v1/responses/";
constexpr std::string_view kResponsePrefix = "resp_";
constexpr std::string_view kPicturePrefix = "ig_";
constexpr std::string_view kMessagePrefix = "msg_";

const Model* find_model(const Instance& instance, const ResponsesRequest& request) {
  const Model* model = nullptr;
  if (!request.tool_model.empty()) model = instance.find_model(request.tool_model);
  return model == nullptr ? instance.find_model(request.model) : model;
}

/// The names of pictures that an id of ours is made of: of the response's own, and behind it of the
/// last one before. Nothing for any other id.
std::vector<std::string> names_in(std::string_view id, std::string_view prefix) {
  if (!id.starts_with(prefix)) return {};
  id.remove_prefix(prefix.size());
  std::vector<std::string> names;
  for (; names.size() <= 2 && is_picture_name(id.substr(0, kPictureNameCharacters));
       id.remove_prefix(kPictureNameCharacters)) {
    names.emplace_back(id.substr(0, kPictureNameCharacters));
  }
  if (!id.empty() || names.size() > 2) return {};
  return names;
}

Error no_previous_response() {
  return Error(ErrorCode::previous_response_not_found,
               "There is no response of this id that can be continued here.")
      .at("previous_response_id");
}

/// The last picture that the request names by an id: what it is called, and where it is.
struct NamedPicture {
  std::string name;
  std::string path;
};

Task<NamedPicture> find_named_picture(Exchange& exchange, const ResponsesRequest& request) {
  std::vector<std::string> names = names_in(request.last_picture_id, kPicturePrefix);
  if (names.empty()) names = names_in(request.last_picture_id, kMessagePrefix);
  if (names.empty() && !request.previous_id.empty()) {
    names = names_in(request.previous_id, kResponsePrefix);
    if (names.empty() || !exchange.config().stores_pictures) co_await no_previous_response();
  }
  if (!exchange.config().stores_pictures) co_return NamedPicture();
  for (std::string& name : names) {
    std::string path = co_await find_stored(exchange, name);
    if (!path.empty()) co_return NamedPicture{std::move(name), std::move(path)};
  }
  co_return NamedPicture();
}

Task<> answer_with_text(ResponsesAnswer& answer, Task<TextAnswer> writing) {
  const TextAnswer made = co_await std::move(writing);
  co_await answer.finish_text(made.text, made.usage);
}

Task<> answer_with_picture(Exchange& exchange, ResponsesAnswer& answer, const Model& model,
                           Wish wish, Budget::Share share) {
  TalkAnswer made = co_await answer_wish(exchange, answer, model, std::move(wish), share,
                                         Delivery::both, "input");
  if (made.is_text()) {
    co_await answer.finish_text(made.prompt.text, made.prompt.usage);
  } else {
    co_await answer.finish_picture(std::move(made));
  }
}

Action action_of(ToolAction action) {
  if (action == ToolAction::automatic) return Action::automatic;
  return action == ToolAction::edit ? Action::edit : Action::generate;
}

Error no_such_response() {
  return Error(ErrorCode::response_not_found, "There is no response of this id.");
}

/// Who and what a response is whose picture is not there yet. `names`: those in its id.
Result<ResponsesIdentity> identity_of(const RecordedAnswer& record,
                                      const std::vector<std::string>& names) {
  Result<ResponsesIdentity> identity =
      read_identity(record.pieces.empty() ? std::string() : record.pieces.front().text);
  if (!identity) return identity;
  identity->name = names.front();
  if (names.size() > 1) identity->previous_name = names.back();
  return identity;
}

/// Tells the backend that nobody waits for the picture of a response.
void call_off(Exchange& exchange, const ResponsesIdentity& identity, const LeftWork& left) {
  const Model* model = exchange.instance().find_model(identity.model);
  if (model != nullptr) call_off_left(exchange, *model, left);
}

/// Ends a response without its picture.
Task<> cancel(Exchange& exchange, std::string_view id, ResponsesIdentity identity, LeftWork left) {
  call_off(exchange, identity, left);
  const std::string object = ResponsesWriter(std::move(identity)).empty_object({"cancelled"});
  keep_background_response(exchange, id, object);
  co_await exchange.respond(json_response(200, object));
}

/// Asks the backend for the picture of a response: the answer is the response with it, or as it is.
Task<> go_on(Exchange& exchange, std::string_view id, ResponsesIdentity identity, LeftWork left) {
  const Model* model = exchange.instance().find_model(identity.model);
  if (model == nullptr) co_await no_model();
  exchange.log().line().remark("model", model->id);
  exchange.account().picture_name = identity.name;
  exchange.account().leaves_orders = true;
  const ResponsesWriter writer(identity);
  const std::string unfinished = writer.empty_object({"in_progress"});
  keep_background_response(exchange, id, unfinished);
  ResponsesAnswer answer(exchange, ResponsesRequest(), std::move(identity));
  Result<TalkAnswer> made =
      co_await attempt(answer_left_wish(exchange, answer, *model, std::move(left), Delivery::both));
  if (made) {
    co_await answer.finish_picture(*std::move(made));
    co_return;
  }
  const Error& error = made.error();
  const bool is_over = error.maybe_billed || error.code == ErrorCode::content_policy_violation;
  if (error.code == ErrorCode::picture_ordered) {
    co_await exchange.respond(json_response(200, unfinished));
  } else if (is_over) {
    co_await exchange.respond(json_response(200, writer.empty_object({"failed", &error})));
  } else {
    co_await Error(error);
  }
}

}  // namespace

Task<> create_response(Exchange& exchange) {
  HeldBody body = co_await receive_body(exchange);
  std::unique_ptr<ResponsesRequest> request = co_await read_responses_request(body.bytes);
  const Model* model = find_model(exchange.instance(), *request);
  if (model == nullptr) co_await no_model();
  exchange.log().line().remark("model", model->id);
  std::size_t echo_bytes = 0;  // Held until the end, and once more in the first events.
  for (const EchoedMember& member : request->echo) echo_bytes += member.value.size();
  NamedPicture last = co_await find_named_picture(exchange, *request);
  const bool is_stored = request->is_stored;
  const bool streams = request->streams;
  const bool in_background = request->in_background && is_stored && keeps_responses(exchange);
  const std::string name = picture_name(exchange, 0);
  const std::string response_id = std::string(kResponsePrefix).append(name).append(last.name);
  ResponsesIdentity identity{
      name,      std::move(last.name),     exchange.session().now_ms() / 1000,
      model->id, std::move(request->echo), in_background};
  const std::string unfinished =
      in_background ? ResponsesWriter(identity).empty_object({"queued"}) : std::string();
  ResponsesAnswer answer(exchange, *request, std::move(identity));
  const Chore chore = chore_in(*request, exchange.headers());
  const std::string_view demanded_by = request->text_field;
  if (!request->must_draw && (chore || !demanded_by.empty())) {
    exchange.log().line().number("chore", 1);
    const AnswerForm form = request->streams ? AnswerForm::streamed : AnswerForm::whole;
    body.bytes = Bytes::copy_of(as_chat_request(body.bytes.view(), request->streams));
    TextAnswer otherwise = answer_by_rules(chore, *request);
    request.reset();
    co_await enter(exchange, nullptr, 0);
    co_await answer.while_working(answer_with_text(
        answer, demanded_by.empty()
                    ? answer_chore(exchange, answer, chore, std::move(otherwise), form, body)
                    : answer_by_llm(exchange, answer, demanded_by, form, body)));
    co_return;
  }
  body.bytes = {};
  if (request->last_picture.empty() && !last.path.empty()) {
    request->last_picture = exchange.public_origin() + last.path;
  }
  Wish wish = co_await read_wish(*request, request->picture, action_of(request->action), *model,
                                 exchange.config().ratios, "input");
  wish.mask = std::move(request->mask);
  wish.must_draw = request->must_draw;
  const std::uint32_t cache_s = request->picture.cache_s;
  if (request->streams) wish.draft_count = request->draft_count;
  request.reset();
  co_await body.share.resize(wish.held_bytes(wish.idea.text) + 2 * echo_bytes);
  co_await enter(exchange, model, wish.picture_count, cache_s);
  if (in_background) {
    keep_background_response(exchange, response_id, unfinished);
    exchange.account().leaves_orders = !streams;
  } else if (is_stored) {
    keep_response(exchange, response_id);
  }
  const Result<void> done = co_await attempt(answer.while_working(
      answer_with_picture(exchange, answer, *model, std::move(wish), std::move(body.share))));
  if (done) co_return;
  if (done.error().code != ErrorCode::picture_ordered) co_await Error(done.error());
  co_await exchange.respond(json_response(200, unfinished));
}

Task<> find_response(Exchange& exchange) {
  constexpr std::string_view kCancel = "/cancel";
  std::string_view id = exchange.url().path.substr(kResponsesPath.size());
  const bool cancels = exchange.method() == Method::post && id.ends_with(kCancel);
  if (cancels) id.remove_suffix(kCancel.size());
  const bool reads = exchange.method() == Method::get || exchange.method() == Method::head;
  const bool drops = exchange.method() == Method::del;
  const std::vector<std::string> names = names_in(id, kResponsePrefix);
  if (names.empty() || !(cancels || reads || drops)) co_await no_such_response();
  if (!keeps_responses(exchange)) co_await no_such_response();
  std::optional<RecordedAnswer> kept = co_await find_kept_response(exchange, id);
  if (!kept) co_await no_such_response();
  if (drops) {
    if (kept->left) call_off(exchange, co_await identity_of(*kept, names), *kept->left);
    if (!co_await drop_kept_response(exchange, id)) co_await no_such_response();
    co_await exchange.respond(json_response(200, write_deleted_response(id)));
  } else if (!kept->left) {
    if (cancels && !kept->in_background) {
      co_await Error(ErrorCode::invalid_parameters,
                     "Only a response that is made in the background can be cancelled.");
    }
    co_await give_recorded(exchange, *std::move(kept));
  } else {
    ResponsesIdentity identity = co_await identity_of(*kept, names);
    LeftWork left = *std::move(kept->left);
    co_await (cancels ? cancel(exchange, id, std::move(identity), std::move(left))
                      : go_on(exchange, id, std::move(identity), std::move(left)));
  }
}

}  // namespace fluxgate
