// A small compressor for the zlib format, meant for pictures with large flat areas.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fluxgate {

/// Appends one zlib stream to a string: one deflate block with the fixed Huffman codes, greedy
/// matches of 3-258 bytes at distances up to 32 KiB. A match never crosses from one write() to the
/// next, so write whole rows. The writer takes 80 KiB, however long the input: too much for a
/// stack.
/// Sources: rfc-editor.org/rfc/rfc1950, rfc-editor.org/rfc/rfc1951
class ZlibWriter {
 public:
  /// `out` must outlive the writer.
  explicit ZlibWriter(std::string& out);

  /// Compresses `bytes`, of any length, but at most 4 GiB over all calls.
  void write(std::string_view bytes);
  /// Ends the stream; nothing may be written afterwards.
  void finish();

 private:
  static constexpr std::uint32_t kWindowBytes = 32768;
  static constexpr std::uint32_t kRingBytes = 2 * kWindowBytes;
  static constexpr std::uint32_t kHashBits = 12;

  /// Takes `part` into the ring and the check sum; it is short enough for both.
  void take(std::string_view part);
  void compress_taken();
  /// How far back the three bytes at `at_` were last seen; 0 if never or too far for a match.
  /// Enters `at_` as their latest place.
  std::uint32_t distance_to_latest();
  std::uint32_t match_length(std::uint32_t distance, std::uint32_t longest) const;
  std::uint32_t byte_at(std::uint32_t place) const { return ring_[place % kRingBytes]; }

  void put_match(std::uint32_t length, std::uint32_t distance);
  void put_symbol(std::uint32_t symbol);
  void put_code(std::uint32_t code, unsigned length);
  void put_bits(std::uint32_t bits, unsigned count);

  std::string& out_;
  std::uint32_t at_ = 0;     ///< How many bytes are compressed. Places count from the first byte.
  std::uint32_t taken_ = 0;  ///< How many bytes have gone into the ring.
  std::uint32_t adler_low_ = 1;
  std::uint32_t adler_high_ = 0;
  std::uint32_t bits_ = 0;  ///< Bits that do not fill a byte yet; the lowest bit goes first.
  unsigned bit_count_ = 0;
  /// For each hash of three bytes, one more than the place where they were last seen; 0 for never.
  std::uint32_t latest_[1 << kHashBits] = {};
  /// The last 64 KiB: the bytes that matches reach back to, and those to be compressed next.
  std::uint8_t ring_[kRingBytes] = {};
};

}  // namespace fluxgate
