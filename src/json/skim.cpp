#include "json/skim.h"

#include <array>
#include <bit>
#include <cstring>

#include "base/ascii.h"
#include "base/utf8.h"

namespace fluxgate::json {
namespace {

constexpr const char* kInvalid = "The text is not valid JSON.";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Longer numbers may leave the range of double: 10^99 with 200 digits before it stays within.
constexpr std::size_t kPlainNumberBytes = 200;
constexpr std::size_t kPlainExponentDigits = 2;

constexpr std::uint64_t kOnes = 0x0101010101010101;
constexpr std::uint64_t kHighBits = 0x8080808080808080;

/// The high bit of each byte that is 0, and perhaps of some behind it.
constexpr std::uint64_t zeros_in(std::uint64_t word) {
  return (word - kOnes) & ~word & kHighBits;
}

/// The high bit of the first of eight bytes that ends a run of plain characters, and perhaps of
/// some behind it; 0 when none does. A quote ends it, a backslash, a control character, and what is
/// beyond ASCII.
std::uint64_t specials_in(std::uint64_t word) {
  const std::uint64_t quotes = zeros_in(word ^ (kOnes * '"'));
  const std::uint64_t backslashes = zeros_in(word ^ (kOnes * '\\'));
  const std::uint64_t controls = (word - kOnes * 0x20) & ~word & kHighBits;
  return quotes | backslashes | controls | (word & kHighBits);
}

class Skimmer {
 public:
  Skimmer(std::string_view text, IsInRange is_in_range, std::vector<Node>& nodes)
      : text_(text), is_in_range_(is_in_range), nodes_(nodes) {}

  bool run() {
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
    skip_blanks();
    for (;;) {
      if (!read_value()) return false;
      // What follows: an item or member of what is open, or the ends of it.
      for (;;) {
        skip_blanks();
        if (depth_ == 0) return at_ == text_.size();
        const bool is_object = nodes_[open_[depth_ - 1]].kind == Kind::object;
        if (is_fresh_) {  // Nothing stands in it yet.
          is_fresh_ = false;
          if (!take(is_object ? '}' : ']')) {
            if (is_object && !read_key()) return false;
            break;
          }
        } else if (take(',')) {
          skip_blanks();
          if (is_object && !read_key()) return false;
          break;
        } else if (!take(is_object ? '}' : ']')) {
          return false;
        }
        close();
      }
    }
  }

  const char* complaint() const { return complaint_; }

 private:
  /// The next byte; NUL at the end, and no JSON text holds a NUL.
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void skip_blanks() {
    for (char c = peek(); c == ' ' || c == '\n' || c == '\r' || c == '\t'; c = peek()) ++at_;
  }

  /// Reads a value up to its end, or the beginning of an array or object.
  bool read_value() {
    const auto begin = static_cast<std::uint32_t>(at_);
    switch (peek()) {
      case '{': return open(Kind::object);
      case '[': return open(Kind::array);
      case '"': {
        Place place;
        return read_string(place) && add(Kind::string, place);
      }
      case 't': return read_word("true") && add_from(Kind::boolean, begin);
      case 'f': return read_word("false") && add_from(Kind::boolean, begin);
      case 'n': return read_word("null") && add_from(Kind::null, begin);
      default: return read_number() && add_from(Kind::number, begin);
    }
  }

  bool read_word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  bool read_key() {
    if (peek() != '"' || !read_string(key_)) return false;
    skip_blanks();
    if (!take(':')) return false;
    skip_blanks();
    return true;
  }

  bool read_number() {
    const std::size_t begin = at_;
    take('-');
    if (!take('0') && !read_digits()) return false;
    if (take('.') && !read_digits()) return false;
    bool is_plain = true;
    if (take('e') || take('E')) {
      if (!take('-')) take('+');
      const std::size_t digits_at = at_;
      if (!read_digits()) return false;
      is_plain = at_ - digits_at <= kPlainExponentDigits;
    }
    const std::string_view number = text_.substr(begin, at_ - begin);
    return (is_plain && number.size() <= kPlainNumberBytes) || is_in_range_(number);
  }

  bool read_digits() {
    const std::size_t begin = at_;
    while (is_digit(peek())) ++at_;
    return at_ != begin;
  }

  bool read_string(Place& place) {
    place.begin = static_cast<std::uint32_t>(++at_);
    place.has_escapes = false;
    for (;;) {
      skip_plain();
      if (at_ == text_.size()) return false;
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte == '"') {
        place.end = static_cast<std::uint32_t>(at_++);
        return true;
      }
      if (byte == '\\') {
        place.has_escapes = true;
        if (!read_escape()) return false;
      } else if (byte < 0x20) {
        return false;
      } else {
        const std::size_t length_bytes = code_point_at(text_, at_).length_bytes;
        if (length_bytes == 1 && byte >= 0x80) return false;
        at_ += length_bytes;
      }
    }
  }

  void skip_plain() {
    std::uint64_t word;
    while (text_.size() - at_ >= sizeof word) {
      std::memcpy(&word, text_.data() + at_, sizeof word);  // Little-endian everywhere.
      if (const std::uint64_t specials = specials_in(word); specials != 0) {
        at_ += static_cast<std::size_t>(std::countr_zero(specials)) / 8;
        return;
      }
      at_ += sizeof word;
    }
    while (at_ < text_.size()) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\') return;
      ++at_;
    }
  }

  bool read_escape() {
    ++at_;
    const char c = peek();
    ++at_;
    if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
    std::uint32_t unit;
    if (!read_unit(unit) || (unit >= 0xDC00 && unit <= 0xDFFF)) return false;
    if (unit < 0xD800 || unit > 0xDBFF) return true;
    std::uint32_t low;
    return take('\\') && take('u') && read_unit(low) && low >= 0xDC00 && low <= 0xDFFF;
  }

  bool read_unit(std::uint32_t& unit) {
    unit = 0;
    for (int i = 0; i < 4; ++i) {
      const int digit = hex_digit_value(peek());
      if (digit < 0) return false;
      unit = unit << 4 | static_cast<std::uint32_t>(digit);
      ++at_;
    }
    return true;
  }

  bool add_from(Kind kind, std::uint32_t begin) {
    return add(kind, {begin, static_cast<std::uint32_t>(at_), false});
  }

  bool add(Kind kind, Place place) {
    if (nodes_.size() == kMaxValues) {
      complaint_ = "The JSON holds more than 100,000 values.";
      return false;
    }
    if (depth_ > 0) ++nodes_[open_[depth_ - 1]].count;
    const auto next = static_cast<std::uint32_t>(nodes_.size() + 1);
    nodes_.push_back({kind, place, key_, next, 0});
    return true;
  }

  bool open(Kind kind) {
    if (depth_ == kMaxDepth) {
      complaint_ = "The JSON is nested more than 64 levels deep.";
      return false;
    }
    const auto index = static_cast<std::uint32_t>(nodes_.size());
    if (!add_from(kind, static_cast<std::uint32_t>(at_++))) return false;
    open_[depth_++] = index;
    is_fresh_ = true;
    return true;
  }

  void close() {
    Node& closed = nodes_[open_[--depth_]];
    closed.next = static_cast<std::uint32_t>(nodes_.size());
    closed.place.end = static_cast<std::uint32_t>(at_);
  }

  std::string_view text_;
  IsInRange is_in_range_;
  std::vector<Node>& nodes_;
  std::size_t at_ = 0;
  std::array<std::uint32_t, kMaxDepth> open_;  ///< The arrays and objects around the next value.
  std::size_t depth_ = 0;
  bool is_fresh_ = false;
  Place key_;
  const char* complaint_ = kInvalid;
};

}  // namespace

const char* skim(std::string_view text, IsInRange is_in_range, std::vector<Node>& nodes) {
  Skimmer skimmer(text, is_in_range, nodes);
  return skimmer.run() ? nullptr : skimmer.complaint();
}

}  // namespace fluxgate::json
