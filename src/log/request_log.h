// The line of the operator's log that tells of one request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/unix_ms.h"
#include "log/log_line.h"

namespace fluxgate {

/// A call of an upstream that has ended. No text may hold a secret or words of the prompt.
struct LoggedCall {
  std::string_view upstream;            ///< What its settings are called: "IMAGE_GEN_2", "OPENAI".
  std::optional<std::size_t> key = {};  ///< The index of the key, where one was needed.
  UnixMs ms = 0;                        ///< How long it took.
  int status = 0;                       ///< Of the answer; 0 when none came.
  std::string_view failure = {};        ///< "img_key_rate", "llm_unreachable"; empty: it went well.
  UnixMs rest_ms = 0;                   ///< How long the key rests for it.
  bool maybe_billed = false;            ///< It has failed and may have cost money.
  std::uint32_t poll_count = 0;         ///< How often an ordered picture was asked for.
  std::string_view host = {};           ///< Who has failed.
  std::string_view detail = {};         ///< What we know of the failure.
  std::string_view upstream_code = {};
  std::string_view upstream_message = {};  ///< What the upstream says of it.
};

/// Gathers what is known of a request while it is worked on. docs/logs.md lists the fields. The
/// line stays under 8 KiB, whatever clients and upstreams say.
class RequestLog {
 public:
  explicit RequestLog(std::string_view request_id);

  /// Tells which face answers. `name` has static storage.
  void be_of_face(std::string_view name) {
    face_ = name;
    line_.word("face", name);
  }
  /// Its name; empty before it is known.
  std::string_view face() const { return face_; }

  /// The line, for fields that are known once.
  LogLine& line() { return line_; }

  /// A call begins; add() tells how it has ended. Of calls that are given up before their end only
  /// the number is told.
  void call_begins() { ++unfinished_count_; }
  /// Adds the call that has ended. Of calls beyond kMaxLoggedCalls only the number is told, and of
  /// words beyond kMaxLoggedWordsBytes nothing.
  void add(const LoggedCall& call);
  /// Tells why no further call was made for a picture, where no call's failure says it; `reason`
  /// has static storage. The first reason is kept.
  void give_up(std::string_view reason, UnixMs wait_ms);

  /// Gives the whole line. Nothing may be added afterwards.
  std::string finish();

 private:
  LogLine line_;
  std::string_view face_;
  std::string calls_;  ///< An unfinished JSON array.
  json::Writer calls_json_;
  std::uint32_t call_count_ = 0;
  std::uint32_t unfinished_count_ = 0;
  std::size_t words_bytes_ = 0;
  std::string_view reason_;
  UnixMs wait_ms_ = 0;
};

/// A picture takes four calls at most, and most requests ask for one to four.
constexpr std::uint32_t kMaxLoggedCalls = 16;
/// What is said of the failures of all calls together, as JSON.
constexpr std::size_t kMaxLoggedWordsBytes = 1792;
/// What an upstream says of a failure is logged up to this length: the first sentence says what
/// matters.
constexpr std::size_t kMaxLoggedMessageCharacters = 120;

}  // namespace fluxgate
