#include "base/sha256.h"

#include <algorithm>

namespace fluxgate {
namespace {

constexpr std::size_t kBlockBytes = 64;
using Block = std::array<std::uint8_t, kBlockBytes>;

// The first 32 bits of the fractions of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
constexpr std::array<std::uint32_t, 64> kRound = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

constexpr std::uint32_t rotate_right(std::uint32_t x, int count) {
  return x >> count | x << (32 - count);
}

class Sha256 {
 public:
  Sha256() = default;
  /// Goes on behind one block, which has left this state.
  explicit Sha256(const Sha256State& state) : state_(state), total_bytes_(kBlockBytes) {}
  const Sha256State& state() const { return state_; }

  void update(const std::uint8_t* bytes, std::size_t length_bytes) {
    total_bytes_ += length_bytes;
    while (length_bytes > 0) {
      const std::size_t taken = std::min(length_bytes, kBlockBytes - filled_bytes_);
      std::copy(bytes, bytes + taken, block_.begin() + static_cast<std::ptrdiff_t>(filled_bytes_));
      bytes += taken;
      length_bytes -= taken;
      filled_bytes_ += taken;
      if (filled_bytes_ == kBlockBytes) {
        compress();
        filled_bytes_ = 0;
      }
    }
  }

  void update(std::string_view bytes) {
    update(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }

  // Padding: a one bit, zeros, and the length in bits as 64-bit big-endian at the end of a block.
  Sha256Digest finish() {
    std::uint64_t length_bits = total_bytes_ * 8;
    constexpr Block kPadding = {0x80};
    constexpr std::size_t kLengthAt = kBlockBytes - 8;
    update(kPadding.data(), filled_bytes_ < kLengthAt ? kLengthAt - filled_bytes_
                                                      : kBlockBytes + kLengthAt - filled_bytes_);
    for (std::size_t i = kBlockBytes; i > kLengthAt; --i, length_bits >>= 8) {
      block_[i - 1] = static_cast<std::uint8_t>(length_bits);
    }
    compress();

    Sha256Digest digest;
    for (std::size_t i = 0; i < digest.size(); ++i) {
      digest[i] = static_cast<std::uint8_t>(state_[i / 4] >> (24 - i % 4 * 8));
    }
    return digest;
  }

 private:
  // FIPS 180-4, 6.2.2.
  void compress() {
    std::array<std::uint32_t, 64> w;
    for (std::size_t t = 0; t < 16; ++t) {
      w[t] = std::uint32_t{block_[4 * t]} << 24 | std::uint32_t{block_[4 * t + 1]} << 16 |
             std::uint32_t{block_[4 * t + 2]} << 8 | block_[4 * t + 3];
    }
    for (std::size_t t = 16; t < 64; ++t) {
      const std::uint32_t s0 =
          rotate_right(w[t - 15], 7) ^ rotate_right(w[t - 15], 18) ^ w[t - 15] >> 3;
      const std::uint32_t s1 =
          rotate_right(w[t - 2], 17) ^ rotate_right(w[t - 2], 19) ^ w[t - 2] >> 10;
      w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = state_;
    for (std::size_t t = 0; t < 64; ++t) {
      const std::uint32_t sum1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
      const std::uint32_t choice = (e & f) ^ (~e & g);
      const std::uint32_t t1 = h + sum1 + choice + kRound[t] + w[t];
      const std::uint32_t sum0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
      const std::uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
      h = g;
      g = f;
      f = e;
      e = d + t1;
      d = c;
      c = b;
      b = a;
      a = t1 + sum0 + majority;
    }
    const std::array<std::uint32_t, 8> worked = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) state_[i] += worked[i];
  }

  // The first 32 bits of the fractions of the square roots of the first eight primes (FIPS 180-4,
  // 5.3.3).
  Sha256State state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  Block block_{};
  std::size_t filled_bytes_ = 0;
  std::uint64_t total_bytes_ = 0;
};

}  // namespace

Sha256Digest sha256(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

HmacKey::HmacKey(std::string_view key) {
  Sha256Digest short_key;
  if (key.size() > kBlockBytes) {
    short_key = sha256(key);
    key = bytes_of(short_key);
  }
  Block inner_pad, outer_pad;
  for (std::size_t i = 0; i < kBlockBytes; ++i) {
    const auto byte = i < key.size() ? static_cast<std::uint8_t>(key[i]) : std::uint8_t{0};
    inner_pad[i] = byte ^ 0x36;
    outer_pad[i] = byte ^ 0x5c;
  }
  Sha256 inner, outer;
  inner.update(inner_pad.data(), inner_pad.size());
  outer.update(outer_pad.data(), outer_pad.size());
  inner_ = inner.state();
  outer_ = outer.state();
}

Sha256Digest HmacKey::sign(std::string_view message) const {
  Sha256 inner(inner_), outer(outer_);
  inner.update(message);
  const Sha256Digest inner_digest = inner.finish();
  outer.update(bytes_of(inner_digest));
  return outer.finish();
}

}  // namespace fluxgate
