#include "talk/pass_to_llm.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "exchange/blot_out.h"
#include "exchange/patience.h"
#include "llm/answer_beginning.h"
#include "llm/call.h"

namespace fluxgate {
namespace {

constexpr ReadLimits kAnswerLimits{8 * 1024 * 1024, kTextIdleMs};
/// As much of an answer may be unclear: an error is short, and each further byte has all of it
/// judged again.
constexpr std::size_t kMaxUnclearBytes = 2 * 1024;

Error late_error() {
  return Error(ErrorCode::upstream_timeout, "The language model took too long.",
               "llm_stream_timeout");
}

/// An answer that is worth passing on.
struct GoodAnswer {
  UpstreamResponse response;
  std::string beginning;  ///< What was read of its body.
  bool is_all = false;
};

/// The head of the answer as we pass it on: nothing of it but whether it is events or JSON.
Response head_of(const GoodAnswer& answer) {
  Response head;
  head.headers
      .append("content-type", starts_like_events(trim(answer.beginning))
                                  ? "text/event-stream; charset=utf-8"
                                  : "application/json")
      .append("cache-control", "no-store")
      .append("x-content-type-options", "nosniff");
  return head;
}

/// Reads until it is clear what comes. What stays unclear for long is passed on: comments tell the
/// client that the model works.
Task<AnswerBeginning> read_beginning(GoodAnswer& answer, const Session& session) {
  const UnixMs came_ms = session.now_ms();
  AnswerBeginning seen = AnswerBeginning::unclear;
  while (seen == AnswerBeginning::unclear && answer.beginning.size() < kMaxUnclearBytes &&
         (answer.beginning.empty() || session.now_ms() - came_ms < kTextUnclearMs)) {
    const Result<Chunk> chunk =
        co_await attempt(read_chunk(answer.response.body, {16 * 1024, kAnswerLimits.idle_ms}));
    if (!chunk) co_return llm_error("llm_stream_reset", chunk.error().code);
    if (chunk->end) {
      answer.is_all = true;
      seen = judge_answer_beginning(answer.beginning + "\n");
      co_return seen == AnswerBeginning::unclear ? AnswerBeginning::foreign : seen;
    }
    const std::string_view text = chunk->bytes.view();
    if (answer.beginning.empty() && trim(text).empty()) continue;
    answer.beginning += text;
    seen = judge_answer_beginning(answer.beginning);
  }
  co_return seen;
}

Task<GoodAnswer> ask(LlmCall& call, HeldBody& body, const Config& config, const Session& session) {
  std::string question = addressed_to_llm(body.bytes.view(), call.settings);
  body.bytes = {};
  GoodAnswer answer{
      co_await send_to_llm(call, std::move(question), AnswerForm::streamed, kTextHeadersMs), {}};
  body.share.shrink_to(0);
  const AnswerBeginning seen = co_await read_beginning(answer, session);
  if (answer.beginning.empty()) co_return llm_error("llm_empty_body");
  if (seen == AnswerBeginning::error || holds_secret(answer.beginning, config)) {
    co_return llm_error("llm_error_in_200", ErrorCode::upstream_error);
  }
  if (seen == AnswerBeginning::foreign) co_return llm_error("llm_bad_json");
  co_return std::move(answer);
}

Task<> pass_on(Exchange& exchange, GoodAnswer answer) {
  Response head = head_of(answer);
  head.body = std::move(answer.beginning);
  co_await exchange.begin(std::move(head));
  if (!answer.is_all) co_await pipe(std::move(answer.response.body), kAnswerLimits);
  exchange.end();
}

}  // namespace

Task<> pass_to_llm(Exchange& exchange, std::string text_field, HeldBody body) {
  const auto& optimiser = exchange.config().optimiser;
  if (!optimiser || optimiser->is_of_platform) {
    co_await Error(ErrorCode::unsupported_parameter,
                   "Only a language model can do this, and none is configured.")
        .at(text_field);
  }
  const Session& session = exchange.session();
  LlmCall call(exchange);
  Result<GoodAnswer> answer = co_await attempt(
      with_deadline(ask(call, body, exchange.config(), session), kTextTotalMs, late_error));
  log_llm_call(call, answer ? nullptr : &answer.error());
  if (!answer) co_await std::move(answer).error();
  const UnixMs left_ms =
      std::clamp<UnixMs>(kTextTotalMs - (session.now_ms() - call.asked_ms), 1, kTextTotalMs);
  co_await with_deadline(pass_on(exchange, *std::move(answer)), static_cast<std::uint32_t>(left_ms),
                         late_error);
}

}  // namespace fluxgate
