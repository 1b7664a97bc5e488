#include "log/request_log.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "json/document.h"

namespace fluxgate {
namespace {

/// A call of which everything is as long as it can be.
LoggedCall longest_call(const std::string& words) {
  LoggedCall call{"IMAGE_GEN_99", 99, 300'000, 599, "img_headers_timeout"};
  call.rest_ms = 3'600'000;
  call.maybe_billed = true;
  call.poll_count = 999;
  call.host = call.detail = call.upstream_code = call.upstream_message = words;
  return call;
}

json::Document parsed(std::string_view line) {
  Result<json::Document> document = json::Document::parse(line);
  EXPECT_TRUE(document.ok()) << line;
  return *std::move(document);
}

TEST(RequestLog, StaysUnderEightKibibytes) {
  for (const std::string& words : {std::string(5000, '\x01'), std::string(5000, 'x')}) {
    RequestLog log(std::string(32, 'f'));
    for (const char* name : {"model", "code", "detail"}) log.line().remark(name, words);
    for (const char* name : {"idea", "thinking", "prompt"}) log.line().text(name, words);
    for (const char* name : {"status", "bytes", "ms", "pictures", "lost"}) {
      log.line().number(name, std::numeric_limits<std::int64_t>::max());
    }
    for (int count = 0; count < 40; ++count) {
      log.call_begins();
      log.add(longest_call(words));
    }
    log.give_up("img_attempt_cap", 60'000);
    const std::string line = log.finish();
    EXPECT_LE(line.size(), 8192u);
    const json::Document document = parsed(line);
    EXPECT_EQ(document.root()["calls"].item_count(), kMaxLoggedCalls);
    EXPECT_EQ(document.root()["more_calls"].integer(), 40 - kMaxLoggedCalls);
  }
}

TEST(RequestLog, LeavesOutWordsFirst) {
  RequestLog log("1");
  for (std::uint32_t count = 0; count < kMaxLoggedCalls; ++count) {
    log.add(longest_call(std::string(100, 'x')));
  }
  const std::string line = log.finish();
  const json::Document document = parsed(line);
  std::size_t told_count = 0;
  for (const json::Value call : document.root()["calls"].items()) {
    if (!call["detail"].missing()) ++told_count;
    EXPECT_EQ(call["class"].string(), "img_headers_timeout");
    EXPECT_EQ(call["wait"].integer(), 3600);
    EXPECT_EQ(call["polls"].integer(), 999);
  }
  EXPECT_GT(told_count, 0u);
  EXPECT_LT(told_count, kMaxLoggedCalls);
}

TEST(RequestLog, CountsCallsThatHaveNotEnded) {
  RequestLog log("1");
  log.call_begins();
  log.call_begins();
  log.add({.upstream = "OPENAI", .key = 0, .ms = 12, .status = 200});
  log.give_up("img_all_rate", 1'500);
  log.give_up("img_all_auth", 0);
  EXPECT_EQ(log.finish(),
            R"({"ev":"request","rid":"1","calls":[{"upstream":"OPENAI","key":0,"ms":12,)"
            R"("status":200,"class":"ok"}],"unfinished_calls":1,"end":"img_all_rate","wait":2})");
}

TEST(RequestLog, HasNoCallsWithoutAny) {
  RequestLog log("1");
  EXPECT_EQ(log.finish(), R"({"ev":"request","rid":"1"})");
}

}  // namespace
}  // namespace fluxgate
