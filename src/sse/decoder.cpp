#include "sse/decoder.h"

#include <utility>

namespace fluxgate::sse {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The place of the CR or LF that ends the line at `from`; the size when there is none.
std::size_t line_end(std::string_view bytes, std::size_t from) {
  while (from < bytes.size() && bytes[from] != '\n' && bytes[from] != '\r') ++from;
  return from;
}

/// The value of a line that is the field `name`; nothing for any other line. Without a colon the
/// value is empty.
std::optional<std::string_view> field_value(std::string_view line, std::string_view name) {
  if (line.substr(0, name.size()) != name) return std::nullopt;
  line.remove_prefix(name.size());
  if (line.empty()) return line;
  if (line.front() != ':') return std::nullopt;
  line.remove_prefix(1);
  if (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  return line;
}

/// Empties `text` and frees its memory if that is large, which is rare.
void clear(std::string& text) {
  constexpr std::size_t kKeptBytes = 4 * 1024;
  if (text.capacity() > kKeptBytes) {
    text = std::string();
  } else {
    text.clear();
  }
}

}  // namespace

void Decoder::push(Bytes chunk) {
  if (failed_) return;
  if (given_) clear_event();
  hold_data();
  if (next_byte_ < chunk_.size_bytes()) {
    std::string both(chunk_.view().substr(next_byte_));
    both += chunk.view();
    chunk = Bytes::copy_of(both);
  }
  chunk_ = std::move(chunk);
  next_byte_ = 0;
}

Result<std::optional<Event>> Decoder::next() {
  if (given_) clear_event();
  const std::string_view bytes = chunk_.view();
  while (!failed_ && next_byte_ < bytes.size()) {
    if (std::exchange(after_cr_, false) && bytes[next_byte_] == '\n') {
      ++next_byte_;
      continue;
    }
    const std::size_t end = line_end(bytes, next_byte_);
    const std::string_view piece = bytes.substr(next_byte_, end - next_byte_);
    failed_ = piece.size() + held_bytes() > kMaxEventBytes;
    if (failed_) break;
    next_byte_ = end;
    if (end == bytes.size()) {
      line_ += piece;
      break;
    }
    after_cr_ = bytes[end] == '\r';
    ++next_byte_;
    if (take_line(piece)) {
      given_ = true;
      return std::optional(Event{type_.empty() ? "message" : std::string_view(type_), data()});
    }
  }
  if (failed_) {
    return Error(ErrorCode::upstream_too_large, "The upstream sent an event of more than 1 MiB.",
                 "sse_event_too_large");
  }
  return std::optional<Event>();
}

std::string_view Decoder::finish() {
  if (given_) clear_event();
  if (failed_) return {};
  if (!line_.empty()) take_line({});
  return data();
}

/// Takes a line, or the rest of the line in line_. True when the line ends an event.
bool Decoder::take_line(std::string_view line_or_rest) {
  if (line_.empty()) return take_field(line_or_rest, Place::chunk);
  line_ += line_or_rest;
  const bool event = take_field(line_, Place::held);
  clear(line_);
  return event;
}

/// True when the line is blank and ends an event.
bool Decoder::take_field(std::string_view line, Place place) {
  if (std::exchange(first_line_, false) &&
      line.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    line.remove_prefix(kByteOrderMark.size());
  }
  if (line.empty()) {
    if (!has_data_) clear_event();
    return has_data_;
  }
  // All other lines, comments too, are ignored.
  if (const auto value = field_value(line, "data")) {
    add_data(*value, place);
  } else if (const auto type = field_value(line, "event")) {
    type_ = *type;
  }
  return false;
}

void Decoder::add_data(std::string_view value, Place place) {
  if (!has_data_ && place == Place::chunk) {
    chunk_data_ = value;
  } else {
    hold_data();
    if (has_data_) data_ += '\n';
    data_ += value;
  }
  has_data_ = true;
}

/// Makes the data outlive the chunk.
void Decoder::hold_data() {
  data_ += chunk_data_;
  chunk_data_ = {};
}

void Decoder::clear_event() {
  clear(type_);
  clear(data_);
  chunk_data_ = {};
  has_data_ = false;
  given_ = false;
}

}  // namespace fluxgate::sse
