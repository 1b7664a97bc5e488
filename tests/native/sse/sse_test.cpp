// The event stream, read and written.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/base64.h"
#include "sse/decoder.h"
#include "sse/encoder.h"

namespace fluxgate::sse {
namespace {

struct OwnedEvent {
  std::string type;
  std::string data;
  bool operator==(const OwnedEvent& other) const {
    return type == other.type && data == other.data;
  }
};

void PrintTo(const OwnedEvent& event, std::ostream* out) {
  *out << event.type << ": " << testing::PrintToString(event.data);
}

struct Outcome {
  std::vector<OwnedEvent> events;
  std::string unfinished;
  bool failed = false;
};

void take_events(Decoder& decoder, Outcome& outcome) {
  for (;;) {
    Result<std::optional<Event>> event = decoder.next();
    outcome.failed = !event.ok();
    if (!event || !*event) return;
    outcome.events.push_back({std::string((*event)->type), std::string((*event)->data)});
  }
}

/// Each chunk is a heap block of its own, gone when the next one comes: the sanitizer sees a view
/// that outlives its bytes.
Outcome decode(const std::vector<std::string_view>& chunks) {
  Decoder decoder;
  Outcome outcome;
  for (const std::string_view chunk : chunks) {
    decoder.push(Bytes::copy_of(chunk));
    take_events(decoder, outcome);
  }
  outcome.unfinished = decoder.finish();
  return outcome;
}

Outcome decode_by_bytes(std::string_view text) {
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < text.size(); ++i) bytes.push_back(text.substr(i, 1));
  return decode(bytes);
}

std::string text_of(const nlohmann::json& object, const char* name) {
  const std::string encoded = std::string(name) + "_base64";
  if (!object.contains(encoded)) return object.value(name, "");
  return base64_decode(object[encoded].get<std::string>()).value();
}

Outcome expected_outcome(const nlohmann::json& test) {
  Outcome outcome;
  for (const auto& event : test["out"]) {
    if (event.is_string()) {
      outcome.events.push_back({"message", event.get<std::string>()});
    } else {
      outcome.events.push_back({event["type"].get<std::string>(), text_of(event, "data")});
    }
  }
  outcome.unfinished = text_of(test, "unfinished");
  return outcome;
}

void expect_same(const Outcome& outcome, const Outcome& expected) {
  EXPECT_EQ(outcome.events, expected.events);
  EXPECT_EQ(outcome.unfinished, expected.unfinished);
  EXPECT_FALSE(outcome.failed);
}

TEST(EventDecoder, ReadsEveryVectorAtEverySplit) {
  std::ifstream file(FLUXGATE_VECTORS_DIR "/sse/ours_decoding.json");
  const nlohmann::json vectors = nlohmann::json::parse(file, nullptr, false);
  ASSERT_TRUE(vectors.contains("cases"));
  ASSERT_GE(vectors["cases"].size(), 60u);
  for (const auto& test : vectors["cases"]) {
    SCOPED_TRACE(test["name"].get<std::string>());
    const std::string bytes = text_of(test, "in");
    const std::string_view text = bytes;
    const Outcome expected = expected_outcome(test);
    expect_same(decode({text}), expected);
    expect_same(decode_by_bytes(text), expected);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      SCOPED_TRACE(cut);
      expect_same(decode({text.substr(0, cut), text.substr(cut)}), expected);
      expect_same(decode({text.substr(0, cut), "", text.substr(cut)}), expected);
    }
  }
}

TEST(EventDecoder, ALoneCrAtTheEndOfAChunkActsAtOnce) {
  Decoder decoder;
  Outcome outcome;
  decoder.push(Bytes::copy_of("data: a\r\n\r"));
  take_events(decoder, outcome);
  EXPECT_EQ(outcome.events.size(), 1u);
  decoder.push(Bytes::copy_of("\ndata: b\r\n\r"));
  take_events(decoder, outcome);
  EXPECT_EQ(outcome.events.size(), 2u);
}

TEST(EventDecoder, DataThatLiesWholeInAChunkIsNotCopied) {
  Decoder decoder;
  Bytes chunk = Bytes::copy_of("data: one\n\ndata: two\n\n");
  const char* block = chunk.view().data();
  decoder.push(std::move(chunk));
  EXPECT_EQ((**decoder.next()).data.data(), block + 6);
  EXPECT_EQ((**decoder.next()).data.data(), block + 17);
}

TEST(EventDecoder, ChunksMayComeBeforeTheEventsOfTheLastOneWereTaken) {
  const std::string_view text = "data: a\r\ndata: b\r\n\r\nevent: x\ndata: c\n\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    SCOPED_TRACE(cut);
    Decoder decoder;
    Outcome outcome;
    decoder.push(Bytes::copy_of(text.substr(0, cut)));
    (void)decoder.next();
    decoder.push(Bytes::copy_of(text.substr(cut)));
    take_events(decoder, outcome);
    ASSERT_FALSE(outcome.events.empty());
    EXPECT_EQ(outcome.events.back(), (OwnedEvent{"x", "c"}));
    EXPECT_EQ(outcome.events.size(), cut < 19 ? 2u : 1u);
  }
}

/// An event of exactly `event_bytes` as the limit counts them, in lines of at most `line_bytes`.
std::string event_of(std::size_t event_bytes, std::size_t line_bytes) {
  std::string text;
  std::size_t data_bytes = 0;
  while (data_bytes + line_bytes < event_bytes) {
    text.append("data:").append(line_bytes - 5, 'a') += '\n';
    data_bytes += line_bytes - 5 + (data_bytes == 0 ? 0 : 1);
  }
  const std::size_t rest_bytes = event_bytes - data_bytes;
  return text.append("data:").append(rest_bytes - 5, 'b').append("\n\n");
}

/// In chunks of that size.
Outcome decode_in_chunks(std::string_view text, std::size_t chunk_bytes) {
  std::vector<std::string_view> chunks;
  for (std::size_t at = 0; at < text.size(); at += chunk_bytes) {
    chunks.push_back(text.substr(at, chunk_bytes));
  }
  return decode(chunks);
}

TEST(EventDecoder, AnEventMayHaveOneMebibyteAndNotAByteMoreAtAnySplit) {
  for (const std::size_t line_bytes : {kMaxEventBytes, std::size_t{70'001}}) {
    for (const std::size_t chunk_bytes : {std::size_t{4'000'000}, std::size_t{16'384}}) {
      const std::string before = "data: first\n\n";
      const Outcome good =
          decode_in_chunks(before + event_of(kMaxEventBytes, line_bytes), chunk_bytes);
      EXPECT_FALSE(good.failed);
      EXPECT_EQ(good.events.size(), 2u);
      const Outcome bad =
          decode_in_chunks(before + event_of(kMaxEventBytes + 1, line_bytes), chunk_bytes);
      EXPECT_TRUE(bad.failed);
      EXPECT_EQ(bad.events.size(), 1u);
      EXPECT_EQ(bad.unfinished, "");
    }
  }
}

TEST(EventDecoder, ALineWithoutEndFailsWhateverItIs) {
  for (const char* start : {"data: ", ": ", "event: ", ""}) {
    Decoder decoder;
    Outcome outcome;
    decoder.push(Bytes::copy_of(start));
    for (int i = 0; i < 18 && !outcome.failed; ++i) {
      take_events(decoder, outcome);
      decoder.push(Bytes::copy_of(std::string(65'536, 'a')));
    }
    EXPECT_TRUE(outcome.failed);
  }
}

TEST(EventDecoder, TheTypeCountsToo) {
  const std::string half(kMaxEventBytes / 2, 'a');
  EXPECT_TRUE(decode({"event:" + half + "\ndata:" + half + "\n\n"}).failed);
}

TEST(EventDecoder, AfterAFailureEveryCallGivesTheSameError) {
  Decoder decoder;
  decoder.push(Bytes::copy_of(std::string(kMaxEventBytes + 1, 'a')));
  for (int i = 0; i < 3; ++i) {
    const Result<std::optional<Event>> event = decoder.next();
    ASSERT_FALSE(event.ok());
    EXPECT_EQ(event.error().code, ErrorCode::upstream_too_large);
    EXPECT_EQ(event.error().detail, "sse_event_too_large");
    decoder.push(Bytes::copy_of("\n\ndata: a\n\n"));
    EXPECT_EQ(decoder.finish(), "");
  }
}

TEST(EventDecoder, KeepAlivesForEverAreNoEvent) {
  Decoder decoder;
  Outcome outcome;
  for (int i = 0; i < 20; ++i) {
    std::string pings;
    while (pings.size() < 100'000) pings += ": ping\n";
    decoder.push(Bytes::copy_of(pings));
    take_events(decoder, outcome);
  }
  EXPECT_FALSE(outcome.failed);
  EXPECT_TRUE(outcome.events.empty());
}

TEST(EventDecoder, AMillionLineEndsTakeNoTime) {
  for (const char* line_end : {"\r", "\n", "\r\n"}) {
    std::string text;
    while (text.size() < 1'000'000) text += line_end;
    EXPECT_TRUE(decode({text}).events.empty());
  }
}

TEST(EventEncoder, WritesEventsThatTheDecoderReads) {
  std::string stream(kKeepAlive);
  append_event(stream, "{\"a\": 1}");
  append_event(stream, "");
  stream += kDone;
  EXPECT_EQ(stream, ": keep-alive\n\ndata: {\"a\": 1}\n\ndata: \n\ndata: [DONE]\n\n");
  const Outcome outcome = decode({stream});
  EXPECT_EQ(
      outcome.events,
      (std::vector<OwnedEvent>{{"message", "{\"a\": 1}"}, {"message", ""}, {"message", "[DONE]"}}));
}

}  // namespace
}  // namespace fluxgate::sse
