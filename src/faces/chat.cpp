#include "faces/chat.h"

#include <algorithm>
#include <utility>

#include "accounts/enter.h"
#include "base/base64.h"
#include "exchange/request_body.h"
#include "faces/chat_answer.h"
#include "gallery/picture_source.h"
#include "markdown/markdown.h"
#include "openai/chat_request.h"
#include "picture/data_url.h"
#include "talk/answer.h"
#include "talk/chore.h"
#include "talk/named_model.h"
#include "talk/pass_to_llm.h"

namespace fluxgate {
namespace {

/// Largest picture that stands beside the text: 4 MiB as base64. Clients send their histories back.
constexpr std::size_t kMostBytesBeside = 3 * 1024 * 1024;

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

/// Parts what was made into links, for the text, and pictures that come beside it: those that are
/// not large, and those that have no link. `share` is for what is read of them.
struct Parted {
  std::vector<std::string> links;
  std::vector<Picture> beside;
};

Task<Parted> part(Exchange& exchange, std::vector<Picture> pictures, Budget::Share& share) {
  Parted parted;
  for (Picture& picture : pictures) {
    const bool has_link = !picture.link.empty();
    if (has_link) parted.links.push_back(picture.link);
    if (picture.form != PictureForm::bytes) {
      std::string bytes = co_await read_small_picture(exchange, picture, kMostBytesBeside, share);
      if (has_link || !bytes.empty()) picture = {PictureForm::bytes, std::move(bytes)};
    }
    const bool fits = !picture.text.empty() && picture.text.size() <= kMostBytesBeside;
    if (fits || !has_link) parted.beside.push_back(std::move(picture));
  }
  co_return std::move(parted);
}

/// The pictures inside the text itself. One that is large, or cannot be had, stays a link.
Task<std::vector<std::string>> as_data_urls(Exchange& exchange, std::vector<Picture> pictures,
                                            Budget::Share& share) {
  Parted parted = co_await part(exchange, std::move(pictures), share);
  std::vector<std::string> urls;
  for (Picture& picture : parted.beside) {
    const auto type = sniff_image(picture.text);
    const std::uint64_t url_bytes = 2 * picture.text.size();
    if (!type || !share.resize(share.amount() + url_bytes, kMaxTextBytesForExtras)) continue;
    urls.push_back(data_url_head(*type).append(base64_encode(picture.text)));
    picture.text = std::string();
  }
  if (urls.empty()) co_return std::move(parted.links);
  co_return std::move(urls);
}

Task<> answer_with_pictures(Exchange& exchange, ChatAnswer& answer, const Model& model, Wish wish,
                            Budget::Share share, Output output) {
  const Delivery delivery = output == Output::link ? Delivery::link : Delivery::both;
  TalkAnswer made =
      co_await answer_wish(exchange, answer, model, std::move(wish), share, delivery, "messages");
  Prompt& prompt = made.prompt;
  if (made.is_text()) {
    const std::size_t heard_bytes = std::min(answer.heard_text_bytes(), prompt.text.size());
    co_await answer.finish(in_one_piece(prompt.text.substr(heard_bytes)), prompt.usage,
                           PromptOrigin::none);
    co_return;
  }
  answer.tell(made.pictures.making);
  Parted parted;
  if (output == Output::data) {
    parted.links = co_await as_data_urls(exchange, std::move(made.pictures.list), share);
  } else if (output == Output::images) {
    parted = co_await part(exchange, std::move(made.pictures.list), share);
  } else {
    for (Picture& picture : made.pictures.list) parted.links.push_back(std::move(picture.text));
  }
  const PictureCaption caption{std::exchange(prompt.text, {}), is_better(prompt.origin),
                               std::move(made.note)};
  // A statement of its own: what is passed by value lives until the end of one, an await included.
  std::vector<std::string> content = write_picture_answer(std::move(parted.links), caption);
  co_await answer.finish(std::move(content), prompt.usage, prompt.origin, std::move(parted.beside));
}

}  // namespace

Task<> chat_completions(Exchange& exchange) {
  HeldBody body = co_await receive_body(exchange);
  std::unique_ptr<ChatRequest> request = co_await read_chat_request(body.bytes);
  const Model* model = exchange.instance().find_model(request->model);
  if (model == nullptr) co_await no_model();
  exchange.log().line().remark("model", model->id);
  if (!request->text_field.empty()) {
    co_await enter(exchange, nullptr, 0);
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
    co_await enter(exchange, nullptr, 0);
    co_await answer.while_working(
        answer_with_text(exchange, answer, chore, std::move(otherwise), std::move(body)));
    co_return;
  }
  body.bytes = {};
  Wish wish = co_await read_wish(*request, request->picture, Action::automatic, *model,
                                 exchange.config().ratios, "messages");
  wish.picture_count = request->picture_count;
  const std::uint32_t cache_s = request->picture.cache_s;
  const Output output =
      exchange.client().output.value_or(request->wants_images ? Output::images : Output::link);
  request.reset();
  co_await body.share.resize(wish.held_bytes(wish.idea.text));
  const Budget::Share places =
      co_await exchange.instance().load().requests.take(wish.picture_count - 1);
  co_await enter(exchange, model, wish.picture_count, cache_s);
  co_await answer.while_working(answer_with_pictures(exchange, answer, *model, std::move(wish),
                                                     std::move(body.share), output));
}

}  // namespace fluxgate
