// Takes long strings out of a JSON text while the text arrives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace fluxgate::json {

/// The longest string that stays in its place. Image URLs with signatures have up to 4 KiB, prompts
/// and complaints less than 16 KiB; the smallest picture as base64 has more.
constexpr std::size_t kLongStringBytes = 16 * 1024;

/// Most bytes of a JSON text without its long strings. Answers of image backends have some KiB, and
/// many of them come at the same time.
constexpr std::size_t kMaxRestBytes = 128 * 1024;

/// Takes every string, key or value, of more than kLongStringBytes out of a JSON text that comes in
/// chunks, and puts a marker in its place. A picture of many MiB inside JSON can thus be stored
/// piece by piece, and the rest is small enough to be parsed. Any split of the text gives the same.
///
///   strings.push(chunk.bytes.view());
///   while (std::optional<json::LongStrings::Piece> piece = co_await strings.next()) { ... }
///   ...                                              // and so on for all chunks
///   json::Document answer = co_await json::Document::parse(strings.rest());
///   json::LongStrings::index_of(answer.root()["image"].string_or_empty())  // 0: the first one
///
/// The rest is a JSON text if the whole is one. Its parser finds all damage outside long strings,
/// also a missing end; inside long strings nothing is checked. Beside the rest, some 16 KiB are
/// held.
class LongStrings {
 public:
  /// The next bytes of a long string; the first piece holds its first kLongStringBytes + 1. The
  /// view is valid until the next call.
  struct Piece {
    std::size_t index;      ///< The number of the string: 0, 1, ... in the order of the text.
    std::string_view text;  ///< May be empty in the last piece of a string.
    bool ends;              ///< This is the last piece of the string.
  };

  LongStrings() = default;
  LongStrings(const LongStrings&) = delete;
  LongStrings& operator=(const LongStrings&) = delete;

  /// Gives the next bytes of the JSON text, cut anywhere. They are not copied and must stay where
  /// they are until next() returns nothing.
  void push(std::string_view chunk) { chunk_ = chunk; }

  /// The next piece, or nothing: then push() more. The pieces of a string, joined, are its text.
  /// Escapes that mean ASCII are resolved (some servers write `\/`, `\n`, `\u002b` or `\u003d` in
  /// base64); any other escape, valid or not, becomes one byte 0x01. Error, from then on at every
  /// call: upstream_too_large (detail: json_rest_too_large) beyond kMaxRestBytes. The start of a
  /// string counts until the string is known to be long.
  Result<std::optional<Piece>> next();

  /// The JSON text so far with markers for the long strings. Valid until the next call.
  std::string_view rest() const { return rest_; }

  /// The number of the long string that `text`, a string of the rest, stands for; nothing when
  /// `text` is no marker. A hostile JSON text may hold markers of its own, with numbers of no
  /// string or with the same number twice.
  static std::optional<std::size_t> index_of(std::string_view text);

 private:
  /// Where in the JSON text the next byte stands.
  enum class Place : std::uint8_t { outside, text, escape, hex };

  void take_outside();
  std::string_view take_text(std::size_t max_bytes);
  std::string_view take_plain(std::size_t from, std::size_t max_bytes);
  std::string_view take_escape(std::size_t max_bytes);
  std::string_view take_hex();
  std::string_view resolved(std::uint32_t character);
  void begin_long();
  void keep(std::string_view bytes);

  std::string_view chunk_;    ///< The bytes that are not read yet.
  std::string rest_;          ///< Holds the current string, too, until that is known to be long.
  std::string start_;         ///< The text of the current string so far, until then.
  std::size_t start_at_ = 0;  ///< The first byte of the current string in rest_.
  std::size_t long_count_ = 0;
  std::uint32_t hex_ = 0;  ///< A 1 and the digits of a `\u` so far; 0x10000 or more: all four.
  char character_ = 0;     ///< What the last escape means.
  Place place_ = Place::outside;
  bool long_ = false;  ///< The current string is long.
  bool failed_ = false;
};

}  // namespace fluxgate::json
