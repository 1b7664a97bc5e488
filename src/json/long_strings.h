// Taking long strings out of a JSON text while it arrives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace fluxgate::json {

/// Longest text of a string that stays in its place. Image URLs with signatures have up to 4 KiB,
/// prompts and complaints less than 16; the smallest picture as base64 has more.
constexpr std::size_t kLongStringBytes = 16 * 1024;

/// Most bytes of a JSON text without its long strings. Answers of image backends have some KiB, and
/// many of them come at the same time.
constexpr std::size_t kMaxRestBytes = 128 * 1024;

/// Incremental: takes every string, key or value, of more than kLongStringBytes out of a JSON text
/// and puts a marker in its place. A picture of many MiB inside JSON can thus be stored piece by
/// piece; what is left is small enough to be parsed. Any split of the same bytes gives the same.
///
///   strings.push(chunk.bytes.view());
///   while (std::optional<json::LongStrings::Piece> piece = co_await strings.next()) { ... }
///   ...                                              // and so on for all chunks
///   json::Document answer = co_await json::Document::parse(strings.rest());
///   json::LongStrings::index_of(answer.root()["image"].string_or_empty())  // 0: the first one
///
/// The rest is a JSON text when the whole is one; its parser finds the damage outside long strings,
/// an end that is missing included. Inside them nothing is checked. Beside the rest some 16 KiB are
/// held.
class LongStrings {
 public:
  /// The next bytes of a long string; the first piece holds its first kLongStringBytes + 1. The
  /// view is valid until the next call.
  struct Piece {
    std::size_t index;      ///< Of the string: 0, 1, ... in the order of the text.
    std::string_view text;  ///< May be empty when it ends the string.
    bool ends;              ///< The string is at its end.
  };

  LongStrings() = default;
  LongStrings(const LongStrings&) = delete;
  LongStrings& operator=(const LongStrings&) = delete;

  /// The next bytes of the JSON text, cut anywhere. They are not copied and must stay where they
  /// are until next() has returned nothing; it reads no byte of them later.
  void push(std::string_view chunk) { chunk_ = chunk; }

  /// The next piece, or nothing: push() more. The pieces of one string joined are its text. Escapes
  /// are resolved as far as they mean ASCII (some servers write `\/`, `\n`, `\u002b` or `\u003d` in
  /// base64); any other, damaged ones too, is one byte 0x01. Error: upstream_too_large (detail:
  /// json_rest_too_large) beyond kMaxRestBytes, then for ever. The start of a string counts until
  /// it is known to be long.
  Result<std::optional<Piece>> next();

  /// The JSON text so far with markers for the long strings. Valid until the next call.
  std::string_view rest() const { return rest_; }

  /// Which long string a string read from the rest stands for; nothing when it is no marker. A
  /// hostile text may hold markers of its own: of strings that there are not, or twice the same.
  static std::optional<std::size_t> index_of(std::string_view text);

 private:
  /// Where the next byte stands.
  enum class Place : std::uint8_t { outside, text, escape, hex };

  void take_outside();
  std::string_view take_text(std::size_t max_bytes);
  std::string_view take_plain(std::size_t from, std::size_t max_bytes);
  std::string_view take_escape(std::size_t max_bytes);
  std::string_view take_hex();
  std::string_view resolved(std::uint32_t character);
  void begin_long();
  void keep(std::string_view bytes);

  std::string_view chunk_;  ///< What is not read yet.
  std::string rest_;        ///< A string in hand stands here in full until it is known to be long.
  std::string start_;       ///< Its text so far, until then.
  std::size_t start_at_ = 0;  ///< The first byte of the string in hand, in rest_.
  std::size_t long_count_ = 0;
  std::uint32_t hex_ = 0;  ///< The digits of a `\u` so far, behind a one: four of them at 0x10000.
  char character_ = 0;     ///< Of the last escape.
  Place place_ = Place::outside;
  bool long_ = false;  ///< The string in hand is.
  bool failed_ = false;
};

}  // namespace fluxgate::json
