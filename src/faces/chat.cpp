#include "faces/chat.h"

#include <algorithm>
#include <utility>

#include "exchange/request_body.h"
#include "faces/chat_answer.h"
#include "faces/chat_text.h"
#include "markdown/markdown.h"
#include "openai/chat_request.h"
#include "talk/answer.h"
#include "talk/chore.h"

namespace fluxgate {
namespace {

std::vector<std::string> in_one_piece(std::string text) {
  std::vector<std::string> content;
  content.push_back(std::move(text));
  return content;
}

Task<> answer_with_text(Exchange& exchange, ChatAnswer& answer, Chore chore, TextAnswer otherwise,
                        HeldBody body) {
  const AnswerForm form = answer.hears_live() ? AnswerForm::streamed : AnswerForm::whole;
  TextAnswer made =
      co_await answer_chore(exchange, answer, chore, std::move(otherwise), form, body);
  co_await answer.finish(in_one_piece(std::move(made.text)), made.usage, PromptOrigin::none);
}

Task<> answer_with_pictures(Exchange& exchange, ChatAnswer& answer, const Model& model, Wish wish,
                            Budget::Share share) {
  TalkAnswer made = co_await answer_wish(exchange, answer, model, std::move(wish), share,
                                         Delivery::link, "messages");
  Prompt& prompt = made.prompt;
  if (made.is_text()) {
    const std::size_t heard_bytes = std::min(answer.heard_text_bytes(), prompt.text.size());
    co_await answer.finish(in_one_piece(prompt.text.substr(heard_bytes)), prompt.usage,
                           PromptOrigin::none);
    co_return;
  }
  answer.tell(made.pictures.making);
  std::vector<std::string> links;
  for (Picture& picture : made.pictures.list) links.push_back(std::move(picture.text));
  const PictureCaption caption{std::exchange(prompt.text, {}), is_better(prompt.origin),
                               std::move(made.note)};
  // A statement of its own: what is passed by value lives until the end of one, an await included.
  std::vector<std::string> content = write_picture_answer(std::move(links), caption);
  co_await answer.finish(std::move(content), prompt.usage, prompt.origin);
}

}  // namespace

Task<> chat_completions(Exchange& exchange) {
  HeldBody body = co_await receive_body(exchange);
  std::unique_ptr<ChatRequest> request = co_await read_chat_request(body.bytes);
  const Model* model = exchange.instance().find_model(request->model);
  if (model == nullptr) {
    co_await Error(ErrorCode::unsupported_image_model,
                   "There is no model of this name; GET /v1/models lists them.")
        .at("model");
  }
  exchange.log().line().remark("model", model->id);
  if (!request->text_field.empty()) {
    std::string text_field = std::move(request->text_field);
    request.reset();
    co_await pass_to_llm(exchange, std::move(text_field), std::move(body));
    co_return;
  }
  ChatAnswer answer(exchange, *model, *request);
  if (const Chore chore = chore_in(*request, exchange.headers())) {
    exchange.log().line().number("chore", 1);
    TextAnswer otherwise = answer_by_rules(chore, *request);
    request.reset();
    co_await answer.while_working(
        answer_with_text(exchange, answer, chore, std::move(otherwise), std::move(body)));
    co_return;
  }
  body.bytes = {};
  Wish wish = co_await read_wish(*request, request->picture, Action::automatic, *model,
                                 exchange.config().ratios, "messages");
  wish.picture_count = request->picture_count;
  request.reset();
  co_await body.share.resize(wish.held_bytes(wish.idea.text));
  const Budget::Share places =
      co_await exchange.instance().load().requests.take(wish.picture_count - 1);
  co_await answer.while_working(
      answer_with_pictures(exchange, answer, *model, std::move(wish), std::move(body.share)));
}

}  // namespace fluxgate
