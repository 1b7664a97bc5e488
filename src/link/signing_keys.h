// The secrets that make and check signatures of links.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace fluxgate {

/// As long as the hash: a shorter key would be the weakest part (RFC 2104, section 3).
constexpr std::size_t kMinSecretBytes = 32;
/// The one that signs and three that still verify: each costs one HMAC per link shown.
constexpr std::size_t kMaxSecrets = 4;

/// 1 to kMaxSecrets secrets. The first signs, any of them verifies, so a secret is replaced by
/// putting the new one in front and dropping the old one when its last link has expired.
class SigningKeys {
 public:
  /// 43 characters of base64url: the HMAC-SHA256 of `message`.
  std::string sign(std::string_view message) const;
  /// True for the one text that sign() would give with any of the secrets. The time taken tells
  /// nothing about the secrets or about the right signature.
  bool verify(std::string_view message, std::string_view signature) const;

 private:
  explicit SigningKeys(std::vector<std::string> secrets);
  friend Result<SigningKeys> derive_signing_keys(std::string_view configured_secrets,
                                                 const std::vector<std::string>& provider_keys);

  std::vector<std::string> secrets_;
};

/// configured_secrets: IMAGE_PROXY_SECRET, comma-separated; blank when it is not set.
/// Without it one key is derived from all provider keys in their order: links then hold until a
/// provider key changes. That takes provider keys of kMinSecretBytes together.
/// Error: configuration_error that names IMAGE_PROXY_SECRET.
Result<SigningKeys> derive_signing_keys(std::string_view configured_secrets,
                                        const std::vector<std::string>& provider_keys);

}  // namespace fluxgate
