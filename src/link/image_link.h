// Signed links: `/image-proxy?url=...&exp=...&sig=...` shows an upstream's picture to anyone who
// holds the link. Nobody can use it to fetch anything else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "link/signing_keys.h"

namespace fluxgate {

constexpr std::string_view kImageProxyPath = "/image-proxy";

/// Seven days: backends keep a picture for an hour to a few days, so a longer link would only
/// break.
constexpr std::uint64_t kLinkLifeSeconds = 7 * 24 * 60 * 60;
/// A link that claims to live longer is refused, whoever signed it.
constexpr std::uint64_t kMaxLinkLifeSeconds = 30 * 24 * 60 * 60;

struct SignedImage {
  std::string url;  ///< The very bytes that were signed; admit them again before fetching.
  std::uint64_t expires_unix_s;
};

/// Makes a link of the proxy, for example
/// `https://gw.example.com/image-proxy?url=https%3A%2F%2Fcdn.example.net%2Fa.png&exp=1800000000&sig=...`
/// with 43 characters after `sig=`. Markdown and HTML read nothing in a link as markup. base_url:
/// our public origin; slashes at its end are dropped. canonical_url: from admit_image_url().
/// expires_unix_s: at most ten digits, usually now + kLinkLifeSeconds. The signature is HMAC-SHA256
/// over "fluxgate-image-v1\n" + exp + "\n" + url. Vectors: tests/vectors/link/ours_links.json.
std::string image_link(std::string_view base_url, std::string_view canonical_url,
                       std::uint64_t expires_unix_s, const SigningKeys& keys);

/// Checks the query of a link, without its `?`: the three parameters once each, in any order, and
/// nothing else; a signature by any of the keys; an expiry that is not past and at most
/// kMaxLinkLifeSeconds ahead (the last second of its life still counts). A client may have escaped
/// the URL anew, if it still stands for the same bytes; see percent_decode_strict(). No other
/// change of a link is accepted. Error: forbidden with one text for every cause; detail names the
/// cause.
Result<SignedImage> verify_image_link(std::string_view query, std::uint64_t now_unix_s,
                                      const SigningKeys& keys);

}  // namespace fluxgate
