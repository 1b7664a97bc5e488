// Long strings taken out of a JSON text.
#include "json/long_strings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/base64.h"
#include "json/document.h"

namespace fluxgate::json {
namespace {

struct Outcome {
  std::string rest;
  std::vector<std::string> texts;
  std::vector<bool> ended;
  bool failed = false;
  bool operator==(const Outcome& other) const {
    return rest == other.rest && texts == other.texts && ended == other.ended &&
           failed == other.failed;
  }
};

/// Each chunk is a heap block of its own, gone when the next one comes: the sanitizer sees a view
/// that outlives its bytes, and a byte read behind them.
void push(LongStrings& strings, std::string_view chunk, Outcome& outcome) {
  const auto block = std::make_unique<char[]>(chunk.size());
  chunk.copy(block.get(), chunk.size());
  strings.push({block.get(), chunk.size()});
  for (;;) {
    const auto piece = strings.next();
    outcome.failed = !piece.ok();
    if (!piece || !*piece) return;
    if ((*piece)->index == outcome.texts.size()) {
      outcome.texts.emplace_back();
      outcome.ended.push_back(false);
      EXPECT_EQ((*piece)->text.size(), kLongStringBytes + 1);
    }
    // One string after the other, and nothing behind the end of one.
    ASSERT_EQ((*piece)->index + 1, outcome.texts.size());
    ASSERT_FALSE(outcome.ended.back());
    EXPECT_TRUE((*piece)->ends || !(*piece)->text.empty());
    outcome.texts.back() += (*piece)->text;
    outcome.ended.back() = (*piece)->ends;
  }
}

Outcome take_out(const std::vector<std::string_view>& chunks) {
  LongStrings strings;
  Outcome outcome;
  for (const std::string_view chunk : chunks) push(strings, chunk, outcome);
  outcome.rest = strings.rest();
  return outcome;
}

std::vector<std::string_view> random_chunks(std::string_view text, std::mt19937& random) {
  std::vector<std::string_view> chunks;
  const std::size_t most_bytes = std::size_t{1} << random() % 18;
  while (!text.empty()) {
    const std::size_t size_bytes = std::min<std::size_t>(random() % (most_bytes + 1), text.size());
    chunks.push_back(text.substr(0, size_bytes));
    text.remove_prefix(size_bytes);
  }
  return chunks;
}

std::string in_quotes(std::string_view text) {
  return '"' + std::string(text) + '"';
}

std::string marker(int index) {
  return "\"\\u0001long:" + std::to_string(index) + '"';
}

const std::string kAtLimit(kLongStringBytes, 'a');
const std::string kAboveLimit(kLongStringBytes + 1, 'b');

TEST(LongStrings, LeavesATextWithoutThemAtEverySplit) {
  for (const std::string_view text : {
           std::string_view(R"( {"a":["b\"c","\\",""],"\u0022":1.50,"x":null} )"),
           std::string_view("\xEF\xBB\xBF{\"猫\":\"😀\\ud83d\\ude00\\u732B\\/\\n\"}\r\n"),
           std::string_view("\"\xFF\xC3\" [\"\\u12\"] \"\\q\\uD8\" }{ \\ \"\\\\\\\"\" \0 x", 37),
           std::string_view("{\"a\":\"not ended \\"),
           std::string_view(""),
       }) {
    SCOPED_TRACE(text);
    for (std::size_t i = 0; i <= text.size(); ++i) {
      for (std::size_t j = i; j <= text.size(); ++j) {
        const Outcome outcome =
            take_out({text.substr(0, i), text.substr(i, j - i), text.substr(j)});
        ASSERT_EQ(outcome.rest, text);
        ASSERT_TRUE(outcome.texts.empty());
        ASSERT_FALSE(outcome.failed);
      }
    }
  }
}

TEST(LongStrings, OneByteAboveTheLimitIsLong) {
  const Outcome outcome =
      take_out({"[" + in_quotes(kAtLimit) + "," + in_quotes(kAboveLimit) + "]"});
  EXPECT_EQ(outcome.rest, "[" + in_quotes(kAtLimit) + "," + marker(0) + "]");
  EXPECT_EQ(outcome.texts, std::vector<std::string>{kAboveLimit});
  EXPECT_EQ(outcome.ended, std::vector<bool>{true});
}

TEST(LongStrings, TheLimitCountsTheTextAndNotItsEscapes) {
  std::string escapes;
  for (std::size_t i = 0; i < kLongStringBytes; ++i) escapes += i % 2 == 0 ? "\\u0041" : "\\/";
  EXPECT_EQ(take_out({in_quotes(escapes)}).rest, in_quotes(escapes));
  for (const char* last : {"b", "\\/", "\\n", "\\u002b", "\\u732b"}) {
    const Outcome outcome = take_out({in_quotes(escapes + last)});
    EXPECT_EQ(outcome.rest, marker(0)) << last;
    ASSERT_EQ(outcome.texts.size(), 1u) << last;
    EXPECT_EQ(outcome.texts[0].size(), kLongStringBytes + 1) << last;
    EXPECT_EQ(outcome.texts[0].substr(0, 4), "A/A/") << last;
  }
}

TEST(LongStrings, EverySplitAroundTheTurnGivesTheSame) {
  const std::string tail = R"(\/b\u002Bc\n\"\\\t\u003d\u732b\ud83d\ude00\q\u00"],"x\u00e9")";
  const std::string start = "[\"" + std::string(kLongStringBytes - 5, 'a');
  const std::string text = start + tail;
  const Outcome whole = take_out({text});
  EXPECT_EQ(whole.rest, "[" + marker(0) + R"(],"x\u00e9")");
  ASSERT_EQ(whole.texts.size(), 1u);
  EXPECT_EQ(whole.texts[0], start.substr(2) + "/b+c\n\"\\\t=" + "\x01\x01\x01" + "\x01" + "\x01");
  const std::string_view view = text;
  for (std::size_t i = start.size() - 3; i <= text.size(); ++i) {
    for (std::size_t j = i; j <= text.size(); ++j) {
      SCOPED_TRACE(text.substr(i, j - i));
      ASSERT_EQ(take_out({view.substr(0, i), view.substr(i, j - i), "", view.substr(j)}), whole);
    }
  }
}

TEST(LongStrings, ResolvesEveryEscapeThatMeansAscii) {
  std::string escapes = kAboveLimit + R"(\"\\\/\b\f\n\r\t)";
  std::string expected = kAboveLimit + "\"\\/\b\f\n\r\t";
  for (int c = 0; c < 256; ++c) {
    char escape[8];
    std::snprintf(escape, sizeof escape, c % 2 == 0 ? "\\u%04x" : "\\u%04X", c);
    escapes += escape;
    expected += c < 128 ? static_cast<char>(c) : '\x01';
  }
  EXPECT_EQ(take_out({in_quotes(escapes)}).texts, std::vector<std::string>{expected});
}

TEST(LongStrings, DamagedEscapesAreNoBase64AndHideNoQuote) {
  for (const auto& [escape, expected] : {std::pair(R"(\x)", "\x01"),
                                         {R"(\U0041)",
                                          "\x01"
                                          "0041"},
                                         {R"(\u004g)",
                                          "\x01"
                                          "g"},
                                         {R"(\u\u0041)",
                                          "\x01"
                                          "A"},
                                         {R"(\u004)", "\x01"},
                                         {R"(\u@041)",
                                          "\x01"
                                          "@041"}}) {
    const Outcome outcome = take_out({in_quotes(kAboveLimit + escape) + ",1"});
    ASSERT_EQ(outcome.texts.size(), 1u);
    EXPECT_EQ(outcome.texts[0], kAboveLimit + expected) << escape;
    EXPECT_EQ(outcome.rest, marker(0) + ",1") << escape;
  }
}

TEST(LongStrings, KeysAreStringsToo) {
  const Outcome outcome =
      take_out({"{" + in_quotes(kAboveLimit) + ":1,\"a\":{" + in_quotes(kAtLimit) + ":[" +
                in_quotes(kAboveLimit + "c") + "]}}"});
  EXPECT_EQ(outcome.rest,
            "{" + marker(0) + ":1,\"a\":{" + in_quotes(kAtLimit) + ":[" + marker(1) + "]}}");
  EXPECT_EQ(outcome.texts, (std::vector<std::string>{kAboveLimit, kAboveLimit + "c"}));
}

TEST(LongStrings, AStringWithoutEndMakesARestThatNoParserTakes) {
  for (const std::string& text :
       {"[" + in_quotes(kAboveLimit).substr(0, kAboveLimit.size()), "[\"" + kAboveLimit + "\\",
        "[\"" + kAboveLimit + "\\\"]", "[\"" + kAboveLimit + "\\u00", "[\"" + kAtLimit}) {
    const Outcome outcome = take_out({text});
    EXPECT_FALSE(Document::parse(outcome.rest).ok());
    for (const bool ended : outcome.ended) EXPECT_FALSE(ended);
  }
}

TEST(LongStrings, PiecesAreViewsOfTheChunk) {
  const std::string start = "[\"" + kAboveLimit;
  const std::string text = start + std::string(1000, 'c') + "\\/" + std::string(1000, 'd') + "\"]";
  LongStrings strings;
  strings.push(text);
  EXPECT_EQ((**strings.next()).text, kAboveLimit);
  const auto second = *strings.next();
  EXPECT_EQ(second->text.data(), text.data() + start.size());
  EXPECT_EQ(second->text.size(), 1000u);
  const auto third = *strings.next();
  EXPECT_EQ(third->text, "/" + std::string(1000, 'd'));
  EXPECT_EQ(third->text.data(), text.data() + start.size() + 1001);
  EXPECT_TRUE((*strings.next())->ends);
  EXPECT_FALSE((*strings.next()).has_value());
}

TEST(LongStrings, KnowsItsMarkers) {
  const std::string text =
      "[" + in_quotes(kAboveLimit) + "," + in_quotes(kAboveLimit) + ",\"long:0\"]";
  const std::string rest = take_out({text}).rest;
  const auto document = Document::parse(rest);
  ASSERT_TRUE(document.ok());
  std::vector<std::optional<std::size_t>> found;
  for (const Value item : document->root().items()) {
    found.push_back(LongStrings::index_of(item.string_or_empty()));
  }
  EXPECT_EQ(found, (std::vector<std::optional<std::size_t>>{0, 1, std::nullopt}));
  for (const std::string_view no :
       {"", "\x01", "\x01long:", "\x01long:x", "\x01long:-1", "\x01long:1 ", "long:1",
        "\x01long:4294967296", "\x01long:99999999999999999999999", "\x02long:1"}) {
    EXPECT_EQ(LongStrings::index_of(no), std::nullopt) << no;
  }
}

/// A text of exactly `rest_bytes` with one long string in it.
std::string text_with_rest_of(std::size_t rest_bytes) {
  return "[" + in_quotes(kAboveLimit) + "," + std::string(rest_bytes - marker(0).size() - 3, ' ') +
         "]";
}

TEST(LongStrings, TheRestIsLimited) {
  std::mt19937 random(7);
  const std::string good = text_with_rest_of(kMaxRestBytes);
  const std::string bad = text_with_rest_of(kMaxRestBytes + 1);
  for (int i = 0; i < 5; ++i) {
    const Outcome outcome =
        take_out(i == 0 ? std::vector<std::string_view>{good} : random_chunks(good, random));
    EXPECT_FALSE(outcome.failed);
    EXPECT_EQ(outcome.rest.size(), kMaxRestBytes);
    EXPECT_TRUE(
        take_out(i == 0 ? std::vector<std::string_view>{bad} : random_chunks(bad, random)).failed);
  }
  LongStrings strings;
  strings.push(bad);
  EXPECT_TRUE(strings.next().ok());
  EXPECT_TRUE(strings.next().ok());
  for (int i = 0; i < 3; ++i) {
    const auto piece = strings.next();
    ASSERT_FALSE(piece.ok());
    EXPECT_EQ(piece.error().code, ErrorCode::upstream_too_large);
    EXPECT_EQ(piece.error().detail, "json_rest_too_large");
    EXPECT_LE(strings.rest().size(), kMaxRestBytes);
    strings.push("\"\"");
  }
}

TEST(LongStrings, TheLimitOfTheRestIsTheSameAtEverySplit) {
  const std::string items = "[\"" + std::string(10'000, 'x') + "\\n\",";
  std::string text;
  while (text.size() + 20'000 < kMaxRestBytes) text += items;
  text.append(kMaxRestBytes - text.size() - 30, ' ');
  const std::size_t start_bytes = text.size();
  text += "\"" + kAboveLimit + "\"";
  std::vector<std::string_view> bytes;
  bytes.push_back(std::string_view(text).substr(0, start_bytes));
  for (std::size_t i = start_bytes; i < text.size(); ++i) {
    bytes.push_back(std::string_view(text).substr(i, 1));
  }
  EXPECT_TRUE(take_out({text}).failed);
  EXPECT_TRUE(take_out(bytes).failed);
}

// --- Against the parser ---

std::string random_string_json(std::mt19937& random) {
  constexpr std::string_view kParts[] = {"\\/", "\\n", "\\r", "\\t", "\\u002b", "\\u003D"};
  constexpr std::size_t kSizes[] = {0,
                                    5,
                                    300,
                                    kLongStringBytes - 1,
                                    kLongStringBytes,
                                    kLongStringBytes + 1,
                                    3 * kLongStringBytes};
  std::size_t left = kSizes[random() % 7];
  const bool many_escapes = random() % 2 == 0;
  std::string json = "\"";
  while (left > 0) {
    if (random() % (many_escapes ? 3 : 500) == 0) {
      json += kParts[random() % 6];
    } else {
      json += static_cast<char>('A' + random() % 26);
    }
    --left;
  }
  return json + '"';
}

std::string random_json(std::mt19937& random, int depth) {
  const auto kind = depth == 0 ? 4 + random() % 2 : random() % (depth > 3 ? 4 : 6);
  if (kind == 0) return "-1.5e3";
  if (kind == 1) return R"("short \"猫\" \ud83d\ude00 {[,:")";
  if (kind < 4) return random_string_json(random);
  std::string json(1, kind == 4 ? '[' : '{');
  const auto count = random() % 6;
  for (unsigned i = 0; i < count; ++i) {
    if (i > 0) json += " ,";
    if (kind == 5) json += random_string_json(random) + ": ";
    json += random_json(random, depth + 1);
  }
  return json + (kind == 4 ? ']' : '}');
}

/// Puts the strings back for their markers.
std::string put_back(const std::string& text, const Outcome& outcome) {
  const auto index = LongStrings::index_of(text);
  return index && *index < outcome.texts.size() ? outcome.texts[*index] : text;
}

nlohmann::json put_back(const nlohmann::json& value, const Outcome& outcome) {
  if (value.is_string()) return put_back(value.get<std::string>(), outcome);
  if (!value.is_structured()) return value;
  nlohmann::json whole = value.is_array() ? nlohmann::json::array() : nlohmann::json::object();
  for (const auto& [key, item] : value.items()) {
    if (value.is_array()) {
      whole.push_back(put_back(item, outcome));
    } else {
      whole[put_back(key, outcome)] = put_back(item, outcome);
    }
  }
  return whole;
}

TEST(LongStrings, PutBackTheyGiveWhatTheParserReadsOfTheWhole) {
  std::mt19937 random(1);
  std::size_t long_count = 0;
  for (int i = 0; i < 50; ++i) {
    SCOPED_TRACE(i);
    std::string text = random_json(random, 0);
    while (text.size() > kMaxRestBytes) text = random_json(random, 0);
    const Outcome outcome = take_out({text});
    ASSERT_FALSE(outcome.failed);
    long_count += outcome.texts.size();
    const auto whole = nlohmann::json::parse(text, nullptr, false);
    const auto rest = nlohmann::json::parse(outcome.rest, nullptr, false);
    ASSERT_FALSE(whole.is_discarded());
    ASSERT_FALSE(rest.is_discarded());
    EXPECT_TRUE(put_back(rest, outcome) == whole);
    for (int split = 0; split < 3; ++split) {
      EXPECT_TRUE(take_out(random_chunks(text, random)) == outcome);
    }
  }
  EXPECT_GT(long_count, 20u);
}

TEST(LongStrings, RandomBytesGiveTheSameAtEverySplit) {
  std::mt19937 random(2);
  constexpr std::string_view kBytes = "\"\\\\u0041nx/\xC3\xA9";
  for (int i = 0; i < 40; ++i) {
    SCOPED_TRACE(i);
    std::string text;
    const auto quote_rarity = 1 + random() % 50'000;
    while (text.size() < kMaxRestBytes) {
      text += random() % quote_rarity == 0 ? '"' : kBytes[1 + random() % (kBytes.size() - 1)];
    }
    const Outcome whole = take_out({text});
    EXPECT_LE(whole.rest.size(), text.size());
    EXPECT_TRUE(take_out(random_chunks(text, random)) == whole);
  }
}

TEST(LongStrings, APictureGoesThroughToItsBytes) {
  std::mt19937 random(3);
  std::string picture;
  for (int i = 0; i < 200'001; ++i) picture += static_cast<char>(random());
  std::string escaped;
  std::size_t column = 0;
  for (const char c : base64_encode(picture)) {
    if (++column % 76 == 0) escaped += "\\r\\n";
    escaped += c == '/' ? "\\/" : c == '+' ? "\\u002B" : c == '=' ? "\\u003d" : std::string(1, c);
  }
  const std::string text = R"({"data":[{"b64_json":")" + escaped + "\"}]}";
  LongStrings strings;
  Base64Decoder decoder;
  std::string bytes;
  for (const std::string_view chunk : random_chunks(text, random)) {
    strings.push(chunk);
    while (const auto piece = *strings.next()) ASSERT_TRUE(decoder.push(piece->text, bytes));
  }
  EXPECT_TRUE(decoder.finish());
  EXPECT_TRUE(bytes == picture);
  EXPECT_EQ(strings.rest(), R"({"data":[{"b64_json":"\u0001long:0"}]})");
}

}  // namespace
}  // namespace fluxgate::json
