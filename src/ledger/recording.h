// An answer that is written down as it is sent, to be given once more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/headers.h"
#include "ledger/left_work.h"

namespace fluxgate {

/// A piece of a recorded answer.
struct RecordedPiece {
  bool is_picture = false;
  bool is_in_section = false;
  std::string
      text;  ///< Bytes of the answer; or the key of a stored picture that stands here, as base64.
};

struct RecordedAnswer {
  std::string mark;     ///< Of the request that it answers.
  std::string by = {};  ///< The id of the request that makes it, while it is on its way.
  int status = 0;
  Headers headers = {};
  std::vector<RecordedPiece> pieces = {};
  /// The answer could not be kept, but was given, and may have been paid for.
  bool is_gone = false;
  bool in_background = false;  ///< It is a response that is made in the background.
  /// This is left to be done. There is no answer yet, or one that says so.
  std::optional<LeftWork> left = {};
};

/// The text of a record. Its status is 0 while the answer is on its way.
std::string write_recorded(const RecordedAnswer& answer);
/// Error: invalid_json.
Result<RecordedAnswer> read_recorded(std::string_view text);

/// Takes what is sent. Pictures of the store are noted by their keys.
class Recording {
 public:
  /// What a record takes at most: 1 MiB as base64, where no store has the picture, and 64 KiB of
  /// head and words.
  static constexpr std::size_t kMostBytes = 1024 * 1024 + 64 * 1024;

  void begin(int status, const Headers& headers);
  void add(std::string_view bytes);
  /// The `pending_bytes` that will be sent next are followed by a picture of the store, as base64,
  /// until end_picture() or cancel_picture().
  void begin_picture(std::size_t pending_bytes, std::string_view key);
  /// It ends behind the `pending_bytes` that will be sent next.
  void end_picture(std::size_t pending_bytes);
  /// None of it has been sent, or will be.
  void cancel_picture();
  /// What is sent behind the `pending_bytes` that will be sent next, up to end_section(), can be
  /// had by itself.
  void begin_section(std::size_t pending_bytes) { section_begin_ = seen_bytes_ + pending_bytes; }
  void end_section(std::size_t pending_bytes) { section_end_ = seen_bytes_ + pending_bytes; }
  /// The section; all of the answer when none was marked.
  RecordedAnswer section() const;
  /// The answer cannot be kept: what follows is not seen here, or there is no room.
  void lose();
  /// What is held of it.
  std::size_t kept_bytes() const { return answer_.is_gone ? 0 : kept_bytes_; }

  /// What was recorded; `mark`: of the request.
  RecordedAnswer take(std::string mark);

 private:
  struct Span {
    std::size_t begin;
    std::size_t end;  ///< kOpen while it is written.
    std::string key;
    bool is_told = false;
  };
  static constexpr std::size_t kOpen = SIZE_MAX;
  void add_text(std::string_view bytes);
  void begin_piece(bool is_picture, std::string text);
  bool is_in_section() const { return seen_bytes_ >= section_begin_ && seen_bytes_ < section_end_; }

  RecordedAnswer answer_;
  std::vector<Span> spans_;    ///< In order.
  std::size_t next_span_ = 0;  ///< The first that does not end before seen_bytes_.
  std::size_t seen_bytes_ = 0;
  std::size_t kept_bytes_ = 0;
  std::size_t section_begin_ = kOpen;
  std::size_t section_end_ = kOpen;
};

}  // namespace fluxgate
