// Heads of messages and readers of headers: any text gives a head, and no value ends its line.
#include <string>

#include "failover/classify.h"
#include "failover/complaint.h"
#include "failover/retry_after.h"
#include "fuzz.h"
#include "gateway/keys.h"
#include "http/request_head.h"
#include "http/url.h"

namespace fluxgate::fuzz {
namespace {

constexpr UnixMs kNowMs = 1'767'225'600'000;

void check_headers(const Headers& headers) {
  for (const std::string_view name : {"authorization", "content-length", "x-openwebui-task"}) {
    const auto value = headers.find(name);
    if (!value) continue;
    expect(!contains(*value, "\n"), "a value is one line", *value);
    expect(contains("\n" + headers.lines(), "\n" + std::string(name) + ":"), "it is there");
  }
  if (const auto wait_ms = read_retry_after(headers, kNowMs)) {
    expect(*wait_ms > 0 && *wait_ms <= kMaxRetryAfterMs, "a wait within its limits");
  }
  const std::string_view key = presented_key(headers);
  expect(key.empty() || contains(headers.lines(), std::string(key)), "a key was sent",
         headers.lines());
  ClientList clients;
  expect(clients.find(key) == nullptr, "without a key nobody is let in");
  clients.add({.name = "one"}, "the-one-key-of-this-test");
  expect(clients.find(key) == nullptr || contains(headers.lines(), "the-one-key"),
         "nobody without the key is let in", headers.lines());
}

/// What a header that we write comes to when it is read.
void check_append(std::string_view value) {
  Headers headers;
  headers.append("x-before", "1").append("x-value", value).append("x-after", "2");
  expect(std::count(headers.lines().begin(), headers.lines().end(), '\n') == 3,
         "no value ends its line", headers.lines());
  const auto read = headers.find("x-value");
  expect(read && read->size() == value.size(), "a value is read as it was written",
         headers.lines());
  expect(headers.find("x-after") == "2", "the next header stays", headers.lines());
}

void check_head(std::string_view text) {
  const RequestHead head = parse_request_head(text);
  const UrlParts parts = split_url(head.url);
  for (const std::string_view part :
       {parts.scheme, parts.authority, parts.path, parts.query, parts.origin}) {
    expect(part.empty() || (part.data() >= head.url.data() &&
                            part.data() + part.size() <= head.url.data() + head.url.size()),
           "the parts of a URL lie in it");
  }
  expect(parts.path.empty() || parts.path.front() == '/' || parts.scheme.empty(), "a path",
         head.url);
  check_headers(head.headers);
}

/// The text as an answer's head and body, by a blank line; its status by the seed.
void check_answer(std::string_view text, std::uint8_t seed) {
  const std::size_t blank = text.find("\n\n");
  const std::string_view body = blank == text.npos ? "" : text.substr(blank + 2);
  const BackendComplaint complaint = read_complaint(body);
  expect(complaint.code.size() <= kMaxComplaintCodeBytes, "a complaint's code", complaint.code);
  expect(complaint.message.size() <= kMaxComplaintMessageBytes, "its message", complaint.message);
  expect(is_utf8(complaint.code + complaint.message), "a complaint is UTF-8", complaint.message);
  for (const char c : complaint.code + complaint.message) {
    expect(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F, "no control character");
  }
  const Headers headers = Headers::from_lines(std::string(text.substr(0, blank)));
  const int status = 200 + seed * 400 / 256;
  const Verdict verdict = judge_refusal({status, complaint, headers}, kNowMs);
  const int answer_status = error_status(verdict.error.code);
  expect(answer_status >= 400 && answer_status <= 599, "an error's status");
  expect(!verdict.event.empty(), "a verdict has a name");
  expect(verdict.rest_ms >= 0 && verdict.rest_ms <= kMaxRetryAfterMs, "a rest within its limits");
  expect(verdict.pause_ms >= 0 && verdict.pause_ms <= kMaxPauseMs, "a pause within its limits");
  expect(verdict.error.retry_after_s <= 60, "what a client is told to wait");
  expect(verdict.error.message.size() < 200, "our own words", verdict.error.message);
}

}  // namespace
}  // namespace fluxgate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes) {
  using namespace fluxgate;
  using namespace fluxgate::fuzz;
  const auto [seed, text] = seeded_text(data, size_bytes);
  check_head(text);
  check_append(text);
  check_answer(text, seed);
  if (const auto date_ms = parse_http_date(text, kNowMs)) {
    expect(*date_ms >= 0, "no date before 1970", text);
  }
  return 0;
}
