// Picture URLs: only the admitted text is fetched, and a link names only the URL that was signed.
#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/percent.h"
#include "fuzz.h"
#include "http/url.h"
#include "link/admission.h"
#include "link/image_link.h"
#include "link/signing_keys.h"

namespace fluxgate::fuzz {
namespace {

constexpr std::uint64_t kNowS = 1'767'225'600;
constexpr std::string_view kOwnHost = "gw.example.com";
constexpr std::string_view kInternal = "127.0.0.1:9000";

LinkPolicy policy_of(std::uint8_t seed) {
  LinkPolicy policy;
  policy.allow_http = seed & 1;
  if (seed & 2) policy.image_hosts = {"*.example.net", "cdn.example.com"};
  if (seed & 4) policy.internal_hosts = {std::string(kInternal), "[::1]:80", "minio:443"};
  return policy;
}

bool is_internal(const UrlParts& parts, const LinkPolicy& policy) {
  std::string host(parts.authority);
  const bool has_port = host.find(':', host.find(']') + 1) != std::string::npos;
  if (!has_port) host += parts.scheme == "https" ? ":443" : ":80";
  return std::find(policy.internal_hosts.begin(), policy.internal_hosts.end(), host) !=
         policy.internal_hosts.end();
}

/// Every rule of admission.h that can be seen in the result, read anew.
void check_admitted(const std::string& url, const LinkPolicy& policy) {
  expect(url.size() <= kMaxImageUrlBytes, "U1", url);
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    expect(byte > 0x20 && byte != 0x7F && c != '\\', "U2", url);
  }
  expect(!contains(url, "#"), "no fragment", url);
  const UrlParts parts = split_url(url);
  expect(parts.path.starts_with('/'), "a path", url);
  expect(parts.authority.size() > 0 && !contains(parts.authority, "@"), "U4", url);
  if (is_internal(parts, policy)) return;
  expect(parts.scheme == "https" || (policy.allow_http && parts.scheme == "http"), "U3", url);
  for (const char c : parts.authority) {
    expect(is_digit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_', "U4", url);
  }
  const std::string_view last = parts.authority.substr(parts.authority.rfind('.') + 1);
  expect(last.find_first_not_of("0123456789") != last.npos, "U5", url);
  expect(!last.starts_with("0x") || last.find_first_not_of("0123456789abcdef", 2) != last.npos,
         "U5", url);
  expect(parts.authority.size() > last.size() && parts.authority.front() != '.', "U7", url);
  expect(last != "localhost" && last != "internal" && last != "local", "U7", url);
  expect(parts.authority != "nip.io" && !parts.authority.ends_with(".nip.io"), "U8", url);
  expect(parts.authority != kOwnHost, "U9", url);
  if (policy.image_hosts.empty()) return;
  expect(parts.authority == "cdn.example.com" || parts.authority.ends_with(".example.net"), "U9",
         url);
}

/// One byte of the query, changed: the link is refused or still stands for the same.
void check_changed_link(std::string query, const std::string& url, std::uint64_t expires,
                        std::uint8_t seed, const SigningKeys& keys) {
  query[(seed * 37u + url.size()) % query.size()] ^= static_cast<char>(1u << seed % 8);
  const auto link = verify_image_link(query, kNowS, keys);
  expect(!link || (link->url == url && link->expires_unix_s == expires),
         "a changed link is good for nothing else", query);
}

void check_link(const std::string& url, std::uint8_t seed, const SigningKeys& keys) {
  const std::uint64_t expires = kNowS + kLinkLifeSeconds;
  const std::string link = image_link("https://gw.example.com/", url, expires, keys);
  expect(link.find_first_of(" <>()[]{}\"'`\\*!|$@^\n") == link.npos,
         "nothing in a link is Markdown's or HTML's own", link);
  const std::string query(split_url(link).query);
  const auto good = verify_image_link(query, kNowS, keys);
  expect(good.ok() && good->url == url && good->expires_unix_s == expires, "a link is good", link);
  expect(!verify_image_link(query, expires + 1, keys).ok(), "a link ends", link);
  check_changed_link(query, url, expires, seed, keys);
}

/// The text as what a server says in `location`: only a whole URL leads to another host.
void check_redirect(std::string_view reference, const LinkPolicy& policy) {
  constexpr std::string_view kBase = "https://cdn.example.com/a/b?c=d";
  const std::string target = resolve_reference(kBase, reference);
  const std::size_t colon = reference.find(':');
  if (colon == reference.npos && !reference.starts_with("//")) {
    expect(split_url(target).origin == split_url(kBase).origin, "a path stays with its host",
           target);
  }
  const auto admitted = admit_image_url(target, policy, kOwnHost);
  if (admitted) check_admitted(*admitted, policy);
}

void check_percent(std::string_view text) {
  expect(percent_decode_strict(percent_encode(text)) == text, "percent_encode", text);
  expect(percent_decode(percent_encode(text)) == text, "percent_decode", text);
  const auto strict = percent_decode_strict(text);
  if (strict) expect(*strict == percent_decode(text), "both ways of decoding agree", text);
  (void)query_parameter(text, "url");
}

}  // namespace
}  // namespace fluxgate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes) {
  using namespace fluxgate;
  using namespace fluxgate::fuzz;
  static const SigningKeys keys = *derive_signing_keys(std::string(32, 'k'), {});
  const auto [seed, text] = seeded_text(data, size_bytes);
  const LinkPolicy policy = policy_of(seed);
  const auto admitted = admit_image_url(text, policy, kOwnHost);
  if (admitted) {
    check_admitted(*admitted, policy);
    const auto again = admit_image_url(*admitted, policy, kOwnHost);
    expect(again.ok() && *again == *admitted, "what is admitted is admitted again", *admitted);
    check_link(*admitted, seed, keys);
  } else {
    expect(!contains(text, admitted.error().detail) || admitted.error().detail.size() == 2,
           "the reason is a rule's name", admitted.error().detail);
  }
  check_redirect(text, policy);
  check_percent(text);
  expect(!verify_image_link(text, kNowS, keys).ok(), "nobody guesses a signature", text);
  (void)is_http_url(text);
  return 0;
}
