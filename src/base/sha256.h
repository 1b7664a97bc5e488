// SHA-256, and HMAC-SHA256 made of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fluxgate {

/// 32 bytes, in the order in which they are printed and sent.
using Sha256Digest = std::array<std::uint8_t, 32>;

/// Source: FIPS 180-4, csrc.nist.gov/pubs/fips/180-4/upd1/final.
Sha256Digest sha256(std::string_view bytes);

/// What is left of a message after a whole number of blocks.
using Sha256State = std::array<std::uint32_t, 8>;

/// A key of HMAC-SHA256, made ready: each signature then takes two blocks less. The key may have
/// any length; one of more than 64 bytes is hashed first, as the standard says. Source:
/// rfc-editor.org/rfc/rfc2104. Vectors: tests/vectors/base/rfc4231_hmac_sha256.json.
class HmacKey {
 public:
  explicit HmacKey(std::string_view key);
  Sha256Digest sign(std::string_view message) const;

 private:
  Sha256State inner_;
  Sha256State outer_;
};

inline Sha256Digest hmac_sha256(std::string_view key, std::string_view message) {
  return HmacKey(key).sign(message);
}

/// The digest's bytes as text for functions that take bytes. Valid as long as `digest`.
inline std::string_view bytes_of(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace fluxgate
