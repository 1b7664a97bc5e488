#include "demo/deflate.h"

#include <algorithm>

namespace fluxgate {
namespace {

constexpr std::uint32_t kShortestMatch = 3;
constexpr std::uint32_t kLongestMatch = 258;
constexpr std::uint32_t kEndOfBlock = 256;
/// Deflate with a window of 32 KiB; the fastest level, which makes it a multiple of 31.
constexpr std::string_view kZlibHeader = "\x78\x01";
/// One bit: this is the last block; two bits: it has the fixed codes.
constexpr std::uint32_t kLastFixedBlock = 1 | 1 << 1;
/// The largest prime below 2^16.
constexpr std::uint32_t kAdlerModulus = 65521;
/// So many bytes can be summed before the 32-bit sums of Adler-32 could overflow.
constexpr std::size_t kAdlerRunBytes = 5552;

/// The place of the highest bit set; `value` is not 0.
constexpr unsigned highest_bit(std::uint32_t value) {
  unsigned place = 0;
  while (value >>= 1) ++place;
  return place;
}

}  // namespace

ZlibWriter::ZlibWriter(std::string& out) : out_(out) {
  out_ += kZlibHeader;
  put_bits(kLastFixedBlock, 3);
}

void ZlibWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = std::min(kAdlerRunBytes, bytes.size());
    take(std::string_view(bytes.data(), length));
    compress_taken();
    bytes.remove_prefix(length);
  }
}

void ZlibWriter::finish() {
  put_symbol(kEndOfBlock);
  if (bit_count_ > 0) put_bits(0, 8 - bit_count_);
  const std::uint32_t adler = adler_high_ << 16 | adler_low_;
  for (int shift = 24; shift >= 0; shift -= 8) out_ += static_cast<char>(adler >> shift & 0xff);
}

void ZlibWriter::take(std::string_view part) {
  // Locals: for all the compiler knows, a byte stored in the ring could change a member.
  std::uint32_t place = taken_;
  std::uint32_t low = adler_low_;
  std::uint32_t high = adler_high_;
  for (const char c : part) {
    const auto byte = static_cast<std::uint8_t>(c);
    ring_[place++ % kRingBytes] = byte;
    low += byte;
    high += low;
  }
  taken_ = place;
  adler_low_ = low % kAdlerModulus;
  adler_high_ = high % kAdlerModulus;
}

void ZlibWriter::compress_taken() {
  while (at_ < taken_) {
    const std::uint32_t longest = std::min(taken_ - at_, kLongestMatch);
    std::uint32_t length = 1;
    if (longest >= kShortestMatch) {
      // The byte before comes first: flat areas are runs, and the nearest copy is the cheapest.
      std::uint32_t distance = 1;
      if (at_ > 0) length = match_length(1, longest);
      const std::uint32_t latest = distance_to_latest();
      if (latest > 1 && length < longest) {
        const std::uint32_t latest_length = match_length(latest, longest);
        if (latest_length > length) {
          length = latest_length;
          distance = latest;
        }
      }
      if (length >= kShortestMatch) put_match(length, distance);
    }
    if (length < kShortestMatch) {
      length = 1;
      put_symbol(byte_at(at_));
    }
    at_ += length;
  }
}

std::uint32_t ZlibWriter::distance_to_latest() {
  const std::uint32_t three_bytes = byte_at(at_) | byte_at(at_ + 1) << 8 | byte_at(at_ + 2) << 16;
  std::uint32_t& latest = latest_[(three_bytes * 0x9E3779B1) >> (32 - kHashBits)];
  const std::uint32_t distance = at_ + 1 - latest;
  const bool in_reach = latest > 0 && distance <= kWindowBytes;
  latest = at_ + 1;
  return in_reach ? distance : 0;
}

std::uint32_t ZlibWriter::match_length(std::uint32_t distance, std::uint32_t longest) const {
  std::uint32_t length = 0;
  while (length < longest &&
         ring_[(at_ - distance + length) % kRingBytes] == ring_[(at_ + length) % kRingBytes]) {
    ++length;
  }
  return length;
}

// The tables of RFC 1951 section 3.2.5 in closed form: beyond the first eight lengths (and the
// first four distances) each power of two is cut into four codes (two), and the bits that a code
// leaves open follow it.
void ZlibWriter::put_match(std::uint32_t length, std::uint32_t distance) {
  const std::uint32_t more = length - kShortestMatch;
  const unsigned length_bits = more < 8 || length == kLongestMatch ? 0 : highest_bit(more) - 2;
  put_symbol(length == kLongestMatch ? 285 : 257 + 4 * length_bits + (more >> length_bits));
  put_bits(length_bits > 0 ? more & ((1u << length_bits) - 1) : 0, length_bits);

  const std::uint32_t back = distance - 1;
  const unsigned distance_bits = back < 4 ? 0 : highest_bit(back) - 1;
  put_code(2 * distance_bits + (back >> distance_bits), 5);
  put_bits(back & ((1u << distance_bits) - 1), distance_bits);
}

// The fixed codes of RFC 1951 section 3.2.6.
void ZlibWriter::put_symbol(std::uint32_t symbol) {
  std::uint32_t code = 0xC0 - 280 + symbol;
  unsigned length = 8;
  if (symbol < 144) {
    code = 0x30 + symbol;
  } else if (symbol < 256) {
    code = 0x190 - 144 + symbol;
    length = 9;
  } else if (symbol < 280) {
    code = symbol - 256;
    length = 7;
  }
  put_code(code, length);
}

// Codes start with their highest bit; all other fields start with their lowest.
void ZlibWriter::put_code(std::uint32_t code, unsigned length) {
  code = (code & 0x5555) << 1 | (code >> 1 & 0x5555);
  code = (code & 0x3333) << 2 | (code >> 2 & 0x3333);
  code = (code & 0x0F0F) << 4 | (code >> 4 & 0x0F0F);
  code = (code & 0x00FF) << 8 | (code >> 8 & 0x00FF);
  put_bits(code >> (16 - length), length);
}

void ZlibWriter::put_bits(std::uint32_t bits, unsigned count) {
  bits_ |= bits << bit_count_;
  for (bit_count_ += count; bit_count_ >= 8; bit_count_ -= 8) {
    out_ += static_cast<char>(bits_ & 0xff);
    bits_ >>= 8;
  }
}

}  // namespace fluxgate
