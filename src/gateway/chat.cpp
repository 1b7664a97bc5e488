#include "gateway/chat.h"

#include "base/ascii.h"
#include "base/utf8.h"
#include "gateway/generate_image.h"
#include "gateway/optimise.h"
#include "openai/chat_completion.h"
#include "openai/chat_request.h"
#include "openai/markdown.h"
#include "prompt/ratio.h"

namespace fluxgate {
namespace {

/// Longest wait for the next piece of a client's body.
constexpr std::uint32_t kClientIdleMs = 30'000;
/// The longest prompt that OpenAI's image models take; every other backend takes less.
constexpr std::size_t kMaxIdeaCharacters = 32'000;

Task<ChatRequest> read_request(Gateway& gateway, const Exchange& exchange) {
  const std::uint32_t max_bytes = gateway.config().max_request_bytes;
  const auto declared_bytes =
      parse_unsigned(exchange.headers().find("content-length").value_or(""), max_bytes);
  const Load::Share share = co_await gateway.load().take_bytes(declared_bytes.value_or(max_bytes));
  const Bytes body = co_await collect_request_body({max_bytes, kClientIdleMs});
  co_return read_chat_request(body.view());
}

/// The idea without its ratio, and the size that the ratio asks for.
Result<RatioReading> read_idea(std::string_view idea, const Config& config) {
  if (count_code_points(idea) > kMaxIdeaCharacters) {
    return Error(ErrorCode::prompt_too_long, "The idea is longer than 32,000 characters.")
        .at("messages");
  }
  RatioReading reading = read_ratio(idea, config.ratios);
  if (trim(reading.text).empty()) {
    return Error(ErrorCode::empty_prompt, "The last user message holds no idea for a picture.")
        .at("messages");
  }
  return reading;
}

Response completion_response(const ChatCompletion& completion, PromptOrigin origin) {
  Response response = json_response(200, write_chat_completion(completion));
  response.headers.append("x-fluxgate-prompt", prompt_origin_name(origin));
  return response;
}

}  // namespace

Task<> chat_completions(Gateway& gateway, Exchange& exchange) {
  ChatRequest request = co_await read_request(gateway, exchange);
  const Model* model = gateway.find_model(request.model);
  if (model == nullptr) {
    co_await Error(ErrorCode::unsupported_image_model,
                   "There is no model of this name; GET /v1/models lists them.")
        .at("model");
  }
  RatioReading idea = co_await read_idea(request.idea, gateway.config());
  Prompt prompt = co_await optimise_prompt(gateway, exchange, std::move(idea.text),
                                           std::move(request.style_wishes));
  const std::string link =
      co_await generate_image(gateway, exchange, *model, {model->id, prompt.text, idea.size});

  ChatCompletion completion;
  completion.id = "chatcmpl-" + exchange.id();
  completion.created_unix_s = exchange.session().now_ms() / 1000;
  completion.model = model->id;
  completion.content = write_picture_answer(link, prompt.text);
  if (gateway.config().show_reasoning) completion.reasoning = std::move(prompt.thinking);
  completion.usage = prompt.usage;
  co_await exchange.respond(completion_response(completion, prompt.origin));
}

}  // namespace fluxgate
