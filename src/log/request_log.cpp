#include "log/request_log.h"

#include <utility>

#include "base/utf8.h"

namespace fluxgate {
namespace {

/// A call without words has ten short names and seven numbers.
constexpr std::size_t kMaxCallBytes = 150;
/// The other fields: eight numbers, and the remarks model, code and detail.
constexpr std::size_t kMaxOtherBytes = 768;
/// Idea, thinking and prompt, where LOG_PROMPTS allows them.
constexpr std::size_t kTextCount = 3;
static_assert(kMaxLoggedCalls * kMaxCallBytes + kMaxLoggedWordsBytes +
                      kTextCount * kMaxLogTextBytes + kMaxOtherBytes <=
                  8192,
              "a line stays under 8 KiB");

void append_remark(std::string& words, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  words.append(words.empty() ? "\"" : ",\"").append(name).append("\":");
  words += limited_json_string(text, kMaxLogRemarkBytes);
}

/// What is said of the failure, as members of an object.
std::string words_of(const LoggedCall& call) {
  std::string words;
  append_remark(words, "host", call.host);
  append_remark(words, "detail", call.detail);
  append_remark(words, "upstream_code", call.upstream_code);
  append_remark(words, "upstream_message",
                code_point_prefix(call.upstream_message, kMaxLoggedMessageCharacters));
  return words;
}

std::int64_t whole_seconds(UnixMs ms) {
  return (ms + 999) / 1000;
}

}  // namespace

RequestLog::RequestLog(std::string_view request_id) : line_("request"), calls_json_(calls_) {
  line_.word("rid", request_id);
}

void RequestLog::add(const LoggedCall& call) {
  if (unfinished_count_ > 0) --unfinished_count_;
  if (call_count_++ >= kMaxLoggedCalls) return;
  if (calls_.empty()) calls_json_.begin_array();
  calls_json_.begin_object();
  calls_json_.key("upstream").string(call.upstream);
  if (call.key) calls_json_.key("key").number(static_cast<std::int64_t>(*call.key));
  calls_json_.key("ms").number(call.ms);
  if (call.status != 0) calls_json_.key("status").number(call.status);
  calls_json_.key("class").string(call.failure.empty() ? "ok" : call.failure);
  if (call.rest_ms > 0) calls_json_.key("wait").number(whole_seconds(call.rest_ms));
  if (call.maybe_billed) calls_json_.key("maybe_billed").number(1);
  if (call.poll_count > 0) calls_json_.key("polls").number(call.poll_count);
  if (!call.failure.empty()) {
    const std::string words = words_of(call);
    const bool fit = !words.empty() && words_bytes_ + words.size() <= kMaxLoggedWordsBytes;
    if (fit) calls_json_.raw(words);
    if (fit) words_bytes_ += words.size();
  }
  calls_json_.end_object();
}

void RequestLog::give_up(std::string_view reason, UnixMs wait_ms) {
  if (!reason_.empty()) return;
  reason_ = reason;
  wait_ms_ = wait_ms;
}

std::string RequestLog::finish() {
  if (!calls_.empty()) {
    calls_json_.end_array();
    line_.json("calls", calls_);
  }
  if (call_count_ > kMaxLoggedCalls) line_.number("more_calls", call_count_ - kMaxLoggedCalls);
  if (unfinished_count_ > 0) line_.number("unfinished_calls", unfinished_count_);
  line_.word("end", reason_);
  if (wait_ms_ > 0) line_.number("wait", whole_seconds(wait_ms_));
  return line_.finish();
}

}  // namespace fluxgate
