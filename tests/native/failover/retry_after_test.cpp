#include "failover/retry_after.h"

#include <gtest/gtest.h>

#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace fluxgate {
namespace {

constexpr UnixMs kNowMs = 1'767'225'600'000;

TEST(RetryAfter, ReadsEveryVector) {
  std::ifstream in(FLUXGATE_VECTORS_DIR "/failover/ours_retry_after.json");
  const nlohmann::json file = nlohmann::json::parse(in, nullptr, false);
  ASSERT_GE(file["cases"].size(), 30u);
  for (const auto& example : file["cases"]) {
    const auto wait_ms =
        read_retry_after(Headers::from_lines(example["in"].get<std::string>()), kNowMs);
    const UnixMs expected = example["out"].is_null() ? -1 : example["out"].get<UnixMs>();
    EXPECT_EQ(wait_ms.value_or(-1), expected) << example["name"];
  }
}

TEST(HttpDate, AgreesWithTheSystemCalendarInAllThreeForms) {
  // Every day and a bit from 1970 to 2200, so that each month's end and leap day comes by.
  for (std::time_t time = 0; time < 7'258'118'400; time += 86'399) {
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[64];
    const UnixMs now_ms = time * 1000;
    for (const char* form :
         {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
      std::strftime(text, sizeof text, form, &parts);
      ASSERT_EQ(parse_http_date(text, now_ms).value_or(-1), now_ms) << text;
    }
  }
}

TEST(HttpDate, TwoDigitsOfAYearReachFiftyYearsAhead) {
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", kNowMs), 784'111'777'000);
  EXPECT_EQ(parse_http_date("Friday, 01-Jan-76 00:00:00 GMT", kNowMs),
            parse_http_date("Wed, 01 Jan 2076 00:00:00 GMT", kNowMs));
  EXPECT_EQ(parse_http_date("Friday, 01-Jan-77 00:00:00 GMT", kNowMs),
            parse_http_date("Sat, 01 Jan 1977 00:00:00 GMT", kNowMs));
}

TEST(HttpDate, NoTextIsReadBeyondItsEnd) {
  const std::string whole = "Sunday, 06-Nov-94 08:49:37 GMT";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_EQ(parse_http_date(std::string(whole, 0, length), kNowMs), std::nullopt) << length;
  }
  EXPECT_EQ(parse_http_date("a b c d e f g h", kNowMs), std::nullopt);
  EXPECT_EQ(parse_http_date("Sun, 00 Nov 1994 08:49:37 GMT", kNowMs), std::nullopt);
  EXPECT_EQ(parse_http_date("Sat, 29 Feb 2100 00:00:00 GMT", kNowMs), std::nullopt);
}

TEST(AdvisedWait, IsWholeSecondsWithinWhatClientsObey) {
  EXPECT_EQ(advised_wait_s(0), 1u);
  EXPECT_EQ(advised_wait_s(1'000), 1u);
  EXPECT_EQ(advised_wait_s(1'001), 2u);
  EXPECT_EQ(advised_wait_s(60'000), 60u);
  EXPECT_EQ(advised_wait_s(3'600'000), 60u);
}

}  // namespace
}  // namespace fluxgate
