#include "ledger/recording.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace fluxgate {
namespace {

/// What the pieces come to, pictures in brackets.
std::string told(const RecordedAnswer& answer) {
  std::string text;
  for (const RecordedPiece& piece : answer.pieces) {
    text += piece.is_picture ? "[" + piece.text + "]" : piece.text;
  }
  return text;
}

/// Sends "head AAAA middle BBBB end", of which A and B are pictures of the store, in pieces of so
/// many bytes; the section is from the middle on.
RecordedAnswer record(std::size_t piece_bytes, bool section) {
  const std::string_view sent = "head AAAA middle BBBB end";
  Recording recording;
  recording.begin(200, {});
  std::size_t at = 0;
  const auto send_to = [&](std::size_t end) {
    while (at < end) {
      const std::size_t length = std::min(piece_bytes, end - at);
      recording.add(sent.substr(at, length));
      at += length;
    }
  };
  recording.begin_picture(5, "a.png");
  send_to(7);
  recording.end_picture(9 - at);
  recording.begin_section(10 - at);
  recording.begin_picture(17 - at, "b.png");
  send_to(19);
  recording.end_picture(21 - at);
  recording.end_section(24 - at);
  send_to(sent.size());
  return section ? recording.section() : recording.take("mark");
}

TEST(Recording, NotesPicturesByTheirKeysHoweverTheBytesAreSplit) {
  for (std::size_t piece_bytes = 1; piece_bytes <= 30; ++piece_bytes) {
    EXPECT_EQ(told(record(piece_bytes, false)), "head [a.png] middle [b.png] end") << piece_bytes;
    EXPECT_EQ(told(record(piece_bytes, true)), "middle [b.png] en") << piece_bytes;
  }
}

TEST(Recording, ForgetsAPictureOfWhichNothingWasSent) {
  Recording recording;
  recording.begin_picture(4, "a.png");
  recording.cancel_picture();
  recording.add("all of it");
  EXPECT_EQ(told(recording.take("m")), "all of it");
}

TEST(Recording, LosesWhatIsTooLong) {
  Recording recording;
  recording.begin(200, {});
  recording.add(std::string(Recording::kMostBytes, 'x'));
  recording.add("y");
  const RecordedAnswer answer = recording.take("m");
  EXPECT_TRUE(answer.is_gone);
  EXPECT_TRUE(answer.pieces.empty());
}

TEST(RecordedAnswer, IsReadAsItWasWritten) {
  RecordedAnswer answer{"mark"};
  answer.status = 200;
  answer.headers.append("content-type", "text/event-stream");
  answer.pieces = {{false, false, "data: \"\n\n"}, {true, false, "key.png"}, {false, false, "é"}};
  const Result<RecordedAnswer> read = read_recorded(write_recorded(answer));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->mark, "mark");
  EXPECT_EQ(read->status, 200);
  EXPECT_EQ(read->headers.lines(), answer.headers.lines());
  EXPECT_EQ(told(*read), told(answer));
  for (const std::string_view text : {"", "{", "1", "[]", "{\"pieces\":3}", "{\"left\":{}}"}) {
    const Result<RecordedAnswer> odd = read_recorded(text);
    if (odd) {
      EXPECT_EQ(odd->status, 0) << text;
    }
  }
}

TEST(LeftWork, IsReadAsItWasWritten) {
  RecordedAnswer answer{"mark"};
  LeftWork work{"a prompt", 1, true};
  work.pictures.push_back({.place = 0, .stored_key = "key.png"});
  LeftPicture ordered{
      .place = 1, .provider = "FLUX_GEN", .model = "flux", .key = 2, .ordered_ms = 7};
  ordered.ask = {Method::get, "https://queue.example/1", {}, ""};
  ordered.ask.headers.append("accept", "*/*");
  ordered.cancel = Request{Method::put, "https://queue.example/1/cancel", {}, "{}"};
  work.pictures.push_back(ordered);
  answer.left = work;
  const Result<RecordedAnswer> read = read_recorded(write_recorded(answer));
  ASSERT_TRUE(read && read->left);
  EXPECT_EQ(read->left->prompt, "a prompt");
  ASSERT_NE(read->left->at(1), nullptr);
  EXPECT_EQ(read->left->at(2), nullptr);
  EXPECT_EQ(read->left->at(0)->stored_key, "key.png");
  const LeftPicture& picture = *read->left->at(1);
  EXPECT_EQ(picture.provider, "FLUX_GEN");
  EXPECT_EQ(picture.key, 2u);
  EXPECT_EQ(picture.ask.url, "https://queue.example/1");
  EXPECT_EQ(picture.ask.headers.lines(), "accept: */*\n");
  ASSERT_TRUE(picture.cancel);
  EXPECT_EQ(picture.cancel->method, Method::put);
  EXPECT_EQ(picture.cancel->body, "{}");
}

}  // namespace
}  // namespace fluxgate
