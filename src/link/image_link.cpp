#include "link/image_link.h"

#include <optional>
#include <utility>

#include "base/ascii.h"
#include "base/percent.h"
#include "link/admission.h"

namespace fluxgate {
namespace {

constexpr std::size_t kSignatureCharacters = 43;
constexpr std::size_t kMaxExpiryDigits = 10;

Error refused(std::string cause) {
  return {ErrorCode::forbidden, "This image link is not valid.", std::move(cause)};
}

std::string signed_text(std::string_view expires, std::string_view url) {
  std::string text("fluxgate-image-v1\n");
  text += expires;
  text += '\n';
  text += url;
  return text;
}

/// The values of the parameters as they stand in the query.
struct Parameters {
  std::string_view url, exp, sig;
};

// Names are compared without decoding, and an empty value counts as absent: a name has one spelling
// and comes once.
std::optional<Parameters> read_parameters(std::string_view query) {
  Parameters parameters;
  for (int count = 0; count < 3; ++count) {
    const std::size_t end = query.find('&');
    if ((end == query.npos) != (count == 2)) return std::nullopt;
    const std::string_view pair = query.substr(0, end);
    std::string_view* value = pair.starts_with("url=")   ? &parameters.url
                              : pair.starts_with("exp=") ? &parameters.exp
                              : pair.starts_with("sig=") ? &parameters.sig
                                                         : nullptr;
    if (value == nullptr || !value->empty() || pair.size() == 4) return std::nullopt;
    *value = pair.substr(4);
    if (end != query.npos) query.remove_prefix(end + 1);
  }
  return parameters;
}

}  // namespace

std::string image_link(std::string_view base_url, std::string_view canonical_url,
                       std::uint64_t expires_unix_s, const SigningKeys& keys) {
  while (base_url.ends_with('/')) base_url.remove_suffix(1);
  const std::string expires = std::to_string(expires_unix_s);
  std::string link(base_url);
  link += kImageProxyPath;
  link += "?url=" + percent_encode(canonical_url);
  link += "&exp=" + expires;
  link += "&sig=" + keys.sign(signed_text(expires, canonical_url));
  return link;
}

Result<SignedImage> verify_image_link(std::string_view query, std::uint64_t now_unix_s,
                                      const SigningKeys& keys) {
  const std::optional<Parameters> parameters = read_parameters(query);
  if (!parameters) return refused("parameters");

  const std::string_view exp = parameters->exp;
  const std::optional<std::uint64_t> expires = parse_unsigned(exp);
  if (!expires || exp.size() > kMaxExpiryDigits || exp.front() == '0') return refused("exp");
  if (*expires < now_unix_s) return refused("expired");
  if (*expires - now_unix_s > kMaxLinkLifeSeconds) return refused("exp too far ahead");

  std::optional<std::string> url = percent_decode_strict(parameters->url);
  if (!url || url->size() > kMaxImageUrlBytes) return refused("url");

  // The right signature has one spelling, so comparing texts also checks its length, its alphabet
  // and the two bits that its last character does not use.
  if (parameters->sig.size() != kSignatureCharacters) return refused("signature");
  if (!keys.verify(signed_text(exp, *url), parameters->sig)) return refused("signature");
  return SignedImage{*std::move(url), *expires};
}

}  // namespace fluxgate
