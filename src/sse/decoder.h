// Reads text/event-stream.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace fluxgate::sse {

/// Most bytes of one event: its type, its data and the line that is being read. A delta of a chat
/// answer has under 1 KiB, a whole answer in one event up to some 100 KiB.
constexpr std::size_t kMaxEventBytes = 1024 * 1024;

/// One event. The views are valid until the decoder is called again.
struct Event {
  std::string_view type;  ///< "message" where the stream names none.
  std::string_view data;  ///< Lines joined by LF. May be empty.
};

/// Incremental event-stream decoder: any split of the same bytes gives the same events.
///
///   decoder.push(std::move(chunk.bytes));
///   while (std::optional<sse::Event> event = co_await decoder.next()) { ... }
///
/// Chunks are bytes: a UTF-8 sequence or a CR LF may be cut between two of them. Damaged UTF-8
/// stays as it came, for the reader of the data to judge (quirk: the standard puts U+FFFD there).
/// `id` and `retry` are ignored: they serve reconnecting, which a POST never does.
/// Source: html.spec.whatwg.org/#event-stream-interpretation. Vectors: tests/vectors/sse/.
class Decoder {
 public:
  Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// Takes over the next bytes. Call next() until it gives nothing before: unread bytes are copied.
  void push(Bytes chunk);

  /// The next event, or nothing: then push() more. A data line that lies whole in one chunk is not
  /// copied. Error: upstream_too_large (detail: sse_event_too_large) for an event beyond
  /// kMaxEventBytes, after all events before it, and then at every call.
  Result<std::optional<Event>> next();

  /// The bytes that the current event takes, at most kMaxEventBytes.
  std::size_t held_bytes() const { return line_.size() + data().size() + type_.size(); }

  /// Call at the end of the stream. By the standard, an event without a blank line behind it is
  /// dropped. finish() gives its data all the same, since a reader may accept it; empty when there
  /// is none or the decoder has failed. Valid as long as the decoder.
  std::string_view finish();

 private:
  /// Where the value of a field lies.
  enum class Place { chunk, held };

  bool take_line(std::string_view line_or_rest);
  bool take_field(std::string_view line, Place place);
  void add_data(std::string_view value, Place place);
  void hold_data();
  void clear_event();
  std::string_view data() const { return chunk_data_.empty() ? data_ : chunk_data_; }

  Bytes chunk_;
  std::size_t next_byte_ = 0;    ///< The first byte of chunk_ that was not read yet.
  std::string line_;             ///< The start of a line, from the chunks before.
  std::string type_;             ///< The type of the current event.
  std::string data_;             ///< The data of the current event, unless it is chunk_data_.
  std::string_view chunk_data_;  ///< The only data line of the current event, in chunk_.
  bool has_data_ = false;        ///< The current event has a data line, which may be empty.
  bool given_ = false;           ///< next() has returned the current event.
  bool first_line_ = true;
  bool after_cr_ = false;  ///< A CR ended the last line: an LF here belongs to it.
  bool failed_ = false;
};

}  // namespace fluxgate::sse
