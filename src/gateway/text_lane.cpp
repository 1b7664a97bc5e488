#include "gateway/text_lane.h"

#include <utility>

#include "base/ascii.h"
#include "gateway/blot_out.h"
#include "gateway/llm_call.h"
#include "json/document.h"

namespace fluxgate {
namespace {

/// A model that answers whole sends nothing before it is done.
constexpr std::uint32_t kHeadersMs = 60'000;
constexpr ReadLimits kAnswerLimits{8 * 1024 * 1024, 30'000};
/// Everything: a long text of a slow model.
constexpr std::uint32_t kTotalMs = 300'000;

/// The head of the answer as we pass it on: nothing of it but whether it is events or JSON.
Response head_like(const UpstreamResponse& answer) {
  constexpr std::string_view kEvents = "text/event-stream";
  const std::string_view type = answer.headers.find("content-type").value_or("");
  Response head;
  head.headers
      .append("content-type", starts_with_ignoring_case(type, kEvents)
                                  ? "text/event-stream; charset=utf-8"
                                  : "application/json")
      .append("cache-control", "no-store")
      .append("x-content-type-options", "nosniff");
  return head;
}

/// The first bytes that are no white space; never empty.
Task<Bytes> read_beginning(Body& body) {
  for (;;) {
    Result<Chunk> chunk = co_await attempt(read_chunk(body, {16 * 1024, kAnswerLimits.idle_ms}));
    if (!chunk) co_return llm_error("llm_stream_reset", chunk.error().code);
    if (chunk->end) co_return llm_error("llm_empty_body");
    const std::string_view text = trim(chunk->bytes.view());
    if (text.empty()) continue;
    if (text[0] == '<') co_return llm_error("llm_bad_json");  // A page of HTML.
    co_return std::move(chunk->bytes);
  }
}

bool is_before_data(std::string_view line) {
  for (const std::string_view start : {":", "event:", "id:", "retry:"}) {
    if (line.starts_with(start)) return true;
  }
  return false;
}

/// Does it say `{"error":...}`, alone or as its first event? Such a text is short and comes in one
/// piece; what cannot be read by itself is the beginning of something longer. A comment that comes
/// alone counts as the beginning of an answer.
bool reports_error(std::string_view beginning) {
  constexpr std::string_view kData = "data:";
  while (is_before_data(beginning)) {
    const std::size_t end = beginning.find('\n');
    if (end == beginning.npos) return false;
    beginning = trim(beginning.substr(end));
  }
  if (beginning.starts_with(kData)) {
    beginning = beginning.substr(kData.size(), beginning.find('\n') - kData.size());
  }
  const Result<json::Document> document = json::Document::parse(beginning);
  return document.ok() && !document->root()["error"].absent();
}

/// The head and the first bytes of an answer that is worth passing on.
struct GoodAnswer {
  UpstreamResponse response;
  Bytes first;
};

Task<GoodAnswer> ask(LlmCall& call, std::string question, const Config& config) {
  UpstreamResponse response = co_await send_to_llm(call, std::move(question), kHeadersMs);
  Bytes first = co_await read_beginning(response.body);
  const std::string_view beginning = trim(first.view());
  if (reports_error(beginning) || holds_secret(beginning, config)) {
    co_return llm_error("llm_error_in_200", ErrorCode::upstream_error);
  }
  co_return GoodAnswer{std::move(response), std::move(first)};
}

Task<> pass_on(Exchange& exchange, GoodAnswer answer) {
  Response head = head_like(answer.response);
  head.body = answer.first.view();
  co_await exchange.begin(std::move(head));
  co_await pipe(std::move(answer.response.body), kAnswerLimits);
  exchange.end();
}

}  // namespace

Task<> pass_to_llm(const Gateway& gateway, Exchange& exchange, std::string text_field,
                   HeldBody body) {
  const auto& optimiser = gateway.config().optimiser;
  if (!optimiser) {
    co_await Error(ErrorCode::unsupported_parameter,
                   "Only a language model can do this, and none is configured.")
        .at(text_field);
  }
  LlmCall call(*optimiser, exchange.session());
  std::string question = addressed_to_llm(body.bytes.view(), *optimiser);
  body.bytes = {};
  Result<GoodAnswer> answer = co_await attempt(ask(call, std::move(question), gateway.config()));
  log_llm_call(exchange, call, answer ? nullptr : &answer.error());
  if (!answer) co_await std::move(answer).error();
  co_await with_deadline(pass_on(exchange, *std::move(answer)), kTotalMs,
                         Error(ErrorCode::upstream_timeout, "The language model took too long.",
                               "llm_stream_timeout"));
}

}  // namespace fluxgate
