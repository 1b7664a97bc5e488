#include "json/long_strings.h"

#include <cstring>

#include "base/ascii.h"

namespace fluxgate::json {
namespace {

constexpr std::string_view kMarker = "\x01long:";
constexpr std::string_view kEscapedMarker = "\\u0001long:";
constexpr std::uint32_t kUnresolved = 0x01;

/// The number of bytes in front of the first quote or backslash. Nearly all bytes of a picture pass
/// through this loop, so it takes eight at a time and makes no calls: Emscripten's -Os inlines
/// none.
std::size_t plain_bytes(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::uint64_t eight = 0; end - at >= 8; at += sizeof eight) {
    std::memcpy(&eight, at, sizeof eight);
    // A quote or backslash becomes a zero byte; subtracting one sets the high bit of such a byte.
    const std::uint64_t quotes = eight ^ kOnes * '"';
    const std::uint64_t backslashes = eight ^ kOnes * '\\';
    const std::uint64_t found =
        ((quotes - kOnes) & ~quotes) | ((backslashes - kOnes) & ~backslashes);
    if ((found & kOnes << 7) != 0) break;
  }
  while (at != end && *at != '"' && *at != '\\') ++at;
  return static_cast<std::size_t>(at - text.data());
}

}  // namespace

Result<std::optional<LongStrings::Piece>> LongStrings::next() {
  while (!failed_ && !chunk_.empty()) {
    if (place_ == Place::outside) {
      take_outside();
      continue;
    }
    const std::string_view unread = chunk_;
    if (long_) {
      start_ = std::string();
      const std::string_view text = take_text(unread.size());
      const bool ends = place_ == Place::outside;
      if (ends) rest_ += '"';
      if (ends || !text.empty()) return std::optional(Piece{long_count_ - 1, text, ends});
      continue;
    }
    start_ += take_text(kLongStringBytes + 1 - start_.size());
    keep(unread.substr(0, unread.size() - chunk_.size()));
    if (!failed_ && start_.size() > kLongStringBytes) {
      begin_long();
      return std::optional(Piece{long_count_ - 1, start_, false});
    }
  }
  if (failed_) {
    return Error(ErrorCode::upstream_too_large, "The upstream's answer is too large.",
                 "json_rest_too_large");
  }
  return std::optional<Piece>();
}

std::optional<std::size_t> LongStrings::index_of(std::string_view text) {
  if (text.substr(0, kMarker.size()) != kMarker) return std::nullopt;
  const auto index = parse_unsigned(text.substr(kMarker.size()), UINT32_MAX);
  if (!index) return std::nullopt;
  return static_cast<std::size_t>(*index);
}

/// Takes the chunk up to the start of a string, or the whole chunk.
void LongStrings::take_outside() {
  std::size_t count = chunk_.find('"');
  if (count == chunk_.npos) {
    count = chunk_.size();
  } else {
    ++count;
    place_ = Place::text;
  }
  keep(chunk_.substr(0, count));
  chunk_.remove_prefix(count);
  start_.clear();
  start_at_ = rest_.size();
  long_ = false;
}

/// Takes the next text of the current string; empty inside an escape, before an escape and at the
/// end.
std::string_view LongStrings::take_text(std::size_t max_bytes) {
  if (place_ == Place::escape) return take_escape(max_bytes);
  if (place_ == Place::hex) return take_hex();
  const std::string_view plain = take_plain(0, max_bytes);
  if (plain.empty()) {
    place_ = chunk_.front() == '"' ? Place::outside : Place::escape;
    chunk_.remove_prefix(1);
  }
  return plain;
}

/// Takes the first `from` bytes, which are text in any case, and the bytes behind them up to the
/// next quote or escape.
std::string_view LongStrings::take_plain(std::size_t from, std::size_t max_bytes) {
  const std::size_t count = from + plain_bytes(chunk_.substr(from, max_bytes - from));
  const std::string_view text = chunk_.substr(0, count);
  chunk_.remove_prefix(count);
  return text;
}

/// Source: rfc-editor.org/rfc/rfc8259#section-7
std::string_view LongStrings::take_escape(std::size_t max_bytes) {
  const char c = chunk_.front();
  place_ = Place::text;
  // These characters stand for themselves and are taken with the text behind them.
  if (c == '/' || c == '"' || c == '\\') return take_plain(1, max_bytes);
  chunk_.remove_prefix(1);
  switch (c) {
    case 'b': return resolved('\b');
    case 'f': return resolved('\f');
    case 'n': return resolved('\n');
    case 'r': return resolved('\r');
    case 't': return resolved('\t');
    case 'u':
      place_ = Place::hex;
      hex_ = 1;
      return {};
    default: return resolved(kUnresolved);
  }
}

/// Takes one digit of a `\u`. Any other character ends the escape and stays: it may be the quote
/// that ends the string.
std::string_view LongStrings::take_hex() {
  const int digit = hex_digit_value(chunk_.front());
  if (digit >= 0) {
    chunk_.remove_prefix(1);
    hex_ = hex_ << 4 | static_cast<std::uint32_t>(digit);
    if (hex_ < 0x10000) return {};
    hex_ -= 0x10000;
  } else {
    hex_ = kUnresolved;
  }
  place_ = Place::text;
  return resolved(hex_ < 0x80 ? hex_ : kUnresolved);
}

std::string_view LongStrings::resolved(std::uint32_t character) {
  character_ = static_cast<char>(character);
  return {&character_, 1};
}

/// Puts the marker where the start of the current string stood, and frees its memory.
void LongStrings::begin_long() {
  rest_.resize(start_at_);
  rest_.append(kEscapedMarker).append(std::to_string(long_count_));
  rest_.shrink_to_fit();
  ++long_count_;
  long_ = true;
}

void LongStrings::keep(std::string_view bytes) {
  failed_ = rest_.size() + bytes.size() > kMaxRestBytes;
  if (!failed_) rest_ += bytes;
}

}  // namespace fluxgate::json
