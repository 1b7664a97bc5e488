#include "gateway/text_lane.h"

#include <utility>

#include "gateway/llm_call.h"
#include "json/member.h"
#include "json/writer.h"

namespace fluxgate {
namespace {

/// A model that answers whole sends nothing before it is done.
constexpr std::uint32_t kHeadersMs = 60'000;
constexpr ReadLimits kAnswerLimits{8 * 1024 * 1024, 30'000};

/// The head of the answer as we pass it on: nothing of it but whether it is events or JSON.
Response head_like(const UpstreamResponse& answer) {
  const std::string_view type = answer.headers.find("content-type").value_or("");
  const bool events = type.substr(0, 17) == "text/event-stream";
  Response head;
  head.headers
      .append("content-type", events ? "text/event-stream; charset=utf-8" : "application/json")
      .append("cache-control", "no-store")
      .append("x-content-type-options", "nosniff");
  return head;
}

}  // namespace

std::string addressed_to_llm(std::string_view request_body, const OptimiserSettings& optimiser) {
  std::string model;
  json::append_string(model, optimiser.model);
  return json::with_member(request_body, "model", model);
}

Task<> pass_to_llm(const Gateway& gateway, Exchange& exchange, const ChatRequest& request,
                   Bytes body) {
  const auto& optimiser = gateway.config().optimiser;
  if (!optimiser) {
    co_await Error(ErrorCode::unsupported_parameter,
                   "Only a language model can do this, and none is configured.")
        .at(request.text_field);
  }
  LlmCall call(*optimiser, exchange.session());
  Result<UpstreamResponse> answer =
      co_await attempt(send_to_llm(call, addressed_to_llm(body.view(), *optimiser), kHeadersMs));
  body = {};
  log_llm_call(exchange, call, answer ? nullptr : &answer.error());
  if (!answer) co_await std::move(answer).error();
  co_await exchange.begin(head_like(*answer));
  co_await pipe(std::move(answer->body), kAnswerLimits);
  exchange.end();
}

}  // namespace fluxgate
