// Base64 of RFC 4648: the standard alphabet and the one for URLs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fluxgate {

/// With padding. Source: rfc-editor.org/rfc/rfc4648#section-4
std::string base64_encode(std::string_view bytes);
/// The same for the bytes behind `start` of `text`, which must not be beyond its end: where they
/// stand, so that megabytes need no second place.
void base64_encode_behind(std::string& text, std::size_t start);
/// Alphabet `-_`, no padding. Source: rfc-editor.org/rfc/rfc4648#section-5
std::string base64url_encode(std::string_view bytes);

/// The standard alphabet, padding optional; nothing for any other byte, for white space, for an
/// impossible length or for non-zero bits behind the last byte (so one text for each value, padding
/// aside).
std::optional<std::string> base64_decode(std::string_view text);

/// base64_decode() for a text that comes in pieces: any split gives the same.
///
///   for (...) if (!decoder.push(piece, bytes)) return bad_base64();
///   if (!decoder.finish()) return bad_base64();
class Base64Decoder {
 public:
  enum class WhiteSpace : std::uint8_t { passed_over, refused };

  /// White space (is_space() of ascii.h) is passed over wherever it stands: RFC 2045 breaks lines.
  explicit Base64Decoder(WhiteSpace white_space = WhiteSpace::passed_over)
      : white_space_(white_space) {}

  /// Appends to `out` every byte that `text` makes complete. False at the first byte outside the
  /// alphabet, padding that cannot stand there or data behind padding (what was complete in front
  /// of it is appended), then for ever.
  bool push(std::string_view text, std::string& out);

  /// The text is at its end: false where push() was, for an impossible length, for padding that is
  /// not whole and for non-zero bits behind the last byte. Appends nothing.
  bool finish() const;

 private:
  static const char* take_groups(const char* at, const char* text_end, char*& end);
  bool take(char c, char*& end);

  std::uint32_t bits_ = 0;        ///< Of the group of four in hand.
  std::uint8_t digit_count_ = 0;  ///< In this group: 0-3.
  std::uint8_t padding_count_ = 0;
  WhiteSpace white_space_;
  bool failed_ = false;
};

}  // namespace fluxgate
