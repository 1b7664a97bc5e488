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

/// The key may have any length; a key of more than 64 bytes is hashed first, as the standard says.
/// Source: rfc-editor.org/rfc/rfc2104. Vectors: tests/vectors/base/rfc4231_hmac_sha256.json.
Sha256Digest hmac_sha256(std::string_view key, std::string_view message);

/// The digest's bytes as text for functions that take bytes. Valid as long as `digest`.
inline std::string_view bytes_of(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace fluxgate
