// The secrets that make and check signatures of links.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"

namespace fluxgate {

/// A secret must be as long as the hash: a shorter one would be the weakest part (RFC 2104, section
/// 3).
constexpr std::size_t kMinSecretBytes = 32;
/// One secret signs and three may still verify: each costs one HMAC for every link that is shown.
constexpr std::size_t kMaxSecrets = 4;

/// 1 to kMaxSecrets secrets. The first one signs and all of them verify. To replace a secret, the
/// operator puts a new one in front and drops the old one when its last link has expired.
class SigningKeys {
 public:
  /// 43 characters of base64url: the HMAC-SHA256 of `message`.
  std::string sign(std::string_view message) const;
  /// True for the one text that sign() would give with any of the secrets. The time taken tells
  /// nothing about the secrets or about the right signature.
  bool verify(std::string_view message, std::string_view signature) const;

 private:
  explicit SigningKeys(const std::vector<std::string>& secrets);
  friend Result<SigningKeys> derive_signing_keys(std::string_view configured_secrets,
                                                 const std::vector<std::string>& provider_keys);

  std::vector<HmacKey> keys_;
};

/// configured_secrets: IMAGE_PROXY_SECRET, comma-separated; blank when it is not set. Without it
/// one key is derived from all provider keys in their order, which together must have
/// kMinSecretBytes; links then hold until a provider key changes. Error: configuration_error that
/// names IMAGE_PROXY_SECRET.
Result<SigningKeys> derive_signing_keys(std::string_view configured_secrets,
                                        const std::vector<std::string>& provider_keys);

}  // namespace fluxgate
