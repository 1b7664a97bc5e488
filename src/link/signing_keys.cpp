#include "link/signing_keys.h"

#include <utility>

#include "base/ascii.h"
#include "base/base64.h"

namespace fluxgate {
namespace {

// The label keeps this use of the provider keys apart from any other.
constexpr std::string_view kDerivationLabel = "fluxgate-image-key-v1";

Error bad_configuration(std::string message) {
  return {ErrorCode::configuration_error, std::move(message)};
}

}  // namespace

SigningKeys::SigningKeys(const std::vector<std::string>& secrets)
    : keys_(secrets.begin(), secrets.end()) {}

std::string SigningKeys::sign(std::string_view message) const {
  return base64url_encode(bytes_of(keys_.front().sign(message)));
}

bool SigningKeys::verify(std::string_view message, std::string_view signature) const {
  bool valid = false;
  for (const HmacKey& key : keys_) {
    const std::string expected = base64url_encode(bytes_of(key.sign(message)));
    valid |= equal_in_constant_time(expected, signature);
  }
  return valid;
}

Result<SigningKeys> derive_signing_keys(std::string_view configured_secrets,
                                        const std::vector<std::string>& provider_keys) {
  if (!trim(configured_secrets).empty()) {
    std::vector<std::string> secrets;
    for (const std::string_view secret : split_list(configured_secrets, ',')) {
      if (secret.size() < kMinSecretBytes) {
        return bad_configuration("IMAGE_PROXY_SECRET holds a secret of fewer than 32 bytes.");
      }
      secrets.emplace_back(secret);
    }
    if (secrets.empty() || secrets.size() > kMaxSecrets) {
      return bad_configuration("IMAGE_PROXY_SECRET must hold one to four secrets.");
    }
    return SigningKeys(secrets);
  }

  std::string joined;
  std::size_t key_bytes = 0;
  for (const std::string& key : provider_keys) {
    if (&key != &provider_keys.front()) joined += '\n';
    joined += key;
    key_bytes += key.size();
  }
  if (key_bytes < kMinSecretBytes) {
    return bad_configuration(
        "IMAGE_PROXY_SECRET is not set, and the provider keys are too short to derive it from.");
  }
  return SigningKeys({std::string(bytes_of(hmac_sha256(kDerivationLabel, joined)))});
}

}  // namespace fluxgate
