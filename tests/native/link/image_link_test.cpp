#include "link/image_link.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/percent.h"
#include "link/admission.h"

namespace fluxgate {
namespace {

constexpr std::uint64_t kNow = 1'800'000'000;
constexpr std::uint64_t kExpires = kNow + kLinkLifeSeconds;
constexpr const char* kSecret = "0123456789abcdef0123456789abcdef";
constexpr const char* kOtherSecret = "fedcba9876543210fedcba9876543210";
constexpr const char* kUrl = "https://cdn.example.net/o/a(1).png?Expires=1&Signature=a%2Bb~c*d";

SigningKeys keys(const std::string& secrets = kSecret) {
  return *derive_signing_keys(secrets, {});
}

std::string query_of(const std::string& link) {
  return link.substr(link.find('?') + 1);
}

std::string good_query(std::uint64_t expires = kExpires) {
  return query_of(image_link("https://gw.example.com", kUrl, expires, keys()));
}

/// The parameter `name` with its name, as it stands in the query.
std::string parameter(const std::string& query, const std::string& name) {
  const std::size_t at = query.find(name + "=");
  return query.substr(at, query.find('&', at) - at);
}

/// "ok", or the cause in the error's detail.
std::string outcome(const std::string& query, std::uint64_t now = kNow,
                    const SigningKeys& with = keys()) {
  const Result<SignedImage> image = verify_image_link(query, now, with);
  if (image) return image->url == kUrl ? "ok" : "another URL";
  EXPECT_EQ(image.error().code, ErrorCode::forbidden);
  EXPECT_EQ(image.error().message, "This image link is not valid.");
  EXPECT_EQ(image.error().param, "");
  return image.error().detail;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  return text.replace(text.find(what), what.size(), with);
}

TEST(ImageLink, PrintsEveryVectorAndReadsItBack) {
  std::ifstream in(FLUXGATE_VECTORS_DIR "/link/ours_links.json");
  const nlohmann::json file = nlohmann::json::parse(in, nullptr, false);
  ASSERT_GE(file["cases"].size(), 10u);
  for (const auto& example : file["cases"]) {
    const nlohmann::json& given = example["in"];
    const SigningKeys with = keys(given["secrets"].get<std::string>());
    const auto url = given["url"].get<std::string>();
    const auto expires = given["exp"].get<std::uint64_t>();
    const std::string link = image_link(given["base_url"].get<std::string>(), url, expires, with);
    EXPECT_EQ(link, example["out"].get<std::string>()) << example["name"];

    const Result<SignedImage> image = verify_image_link(query_of(link), expires - 60, with);
    ASSERT_TRUE(image) << example["name"];
    EXPECT_EQ(image->url, url);
    EXPECT_EQ(image->expires_unix_s, expires);
  }
}

TEST(ImageLink, HoldsNothingThatMarkdownOrHtmlReads) {
  std::string url = "https://cdn.example.net/";
  for (int byte = 1; byte < 256; ++byte) url += static_cast<char>(byte);
  const std::string link = image_link("https://gw.example.com", url, kExpires, keys());
  EXPECT_EQ(link.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                   "-._~%=&?:/"),
            std::string::npos);
  const Result<SignedImage> image = verify_image_link(query_of(link), kNow, keys());
  ASSERT_TRUE(image);
  EXPECT_EQ(image->url, url);
}

TEST(ImageLink, OfTheLongestUrlIsReadBackAndNoneLonger) {
  for (const std::size_t length : {kMaxImageUrlBytes, kMaxImageUrlBytes + 1}) {
    const std::string url(length, '(');
    const std::string link = image_link("https://gw.example.com", url, kExpires, keys());
    EXPECT_LT(link.size(), 16u * 1024);
    EXPECT_EQ(verify_image_link(query_of(link), kNow, keys()).ok(), length == kMaxImageUrlBytes);
  }
}

TEST(ImageLink, EverySingleCharacterChangeIsRefused) {
  const std::string query = good_query();
  ASSERT_EQ(outcome(query), "ok");
  for (std::size_t at = 0; at < query.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = query;
      changed[at] = static_cast<char>(byte);
      if (changed != query) EXPECT_NE(outcome(changed), "ok") << at << " became " << byte;
    }
    EXPECT_NE(outcome(std::string(query).erase(at, 1)), "ok") << "without " << at;
  }
  for (std::size_t at = 0; at <= query.size(); ++at) {
    for (const char* added : {"&", "=", "%", "0", "A", "+", " ", "/"}) {
      EXPECT_NE(outcome(std::string(query).insert(at, added)), "ok") << added << " at " << at;
    }
  }
}

TEST(ImageLink, ASignatureHasOneSpelling) {
  // Of the last character of 43 four bits count: these are the other three with the same four.
  const std::string query = good_query();
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const std::size_t value = alphabet.find(query.back());
  ASSERT_EQ(value % 4, 0u);
  for (std::size_t low = 1; low < 4; ++low) {
    EXPECT_EQ(outcome(query.substr(0, query.size() - 1) + alphabet[value + low]), "signature");
  }
  EXPECT_EQ(outcome(query + "="), "signature");
  EXPECT_EQ(outcome(query + "%3D"), "signature");
}

TEST(ImageLink, ParametersComeInAnyOrder) {
  const std::string url = parameter(good_query(), "url"), exp = parameter(good_query(), "exp"),
                    sig = parameter(good_query(), "sig");
  for (const auto& order : std::vector<std::vector<std::string>>{{url, exp, sig},
                                                                 {url, sig, exp},
                                                                 {exp, url, sig},
                                                                 {exp, sig, url},
                                                                 {sig, url, exp},
                                                                 {sig, exp, url}}) {
    EXPECT_EQ(outcome(order[0] + "&" + order[1] + "&" + order[2]), "ok");
  }
}

TEST(ImageLink, ParametersComeOnceEachAndAlone) {
  const std::string query = good_query();
  const std::string url = parameter(query, "url"), exp = parameter(query, "exp"),
                    sig = parameter(query, "sig");
  for (const std::string& bad : {std::string(),
                                 std::string("&"),
                                 std::string("&&"),
                                 std::string("url&exp&sig"),
                                 std::string("url=&exp=&sig="),
                                 url,
                                 exp + "&" + sig,
                                 url + "&" + sig,
                                 url + "&" + exp,
                                 query + "&",
                                 "&" + query,
                                 "?" + query,
                                 query + "&" + url,
                                 query + "&" + exp,
                                 query + "&" + sig,
                                 url + "&" + url + "&" + exp,
                                 query + "&x=1",
                                 query + "&x",
                                 query + "&utm_source=chat",
                                 url + "&&" + exp + "&" + sig,
                                 url + "&url=&" + exp + "&" + sig,
                                 "url=&" + exp + "&" + sig,
                                 url + "&exp=&" + sig,
                                 url + "&" + exp + "&sig=",
                                 url + ";" + exp + ";" + sig,
                                 url + "&amp;" + exp + "&amp;" + sig,
                                 replaced(query, "url=", "URL="),
                                 replaced(query, "url=", "%75rl="),
                                 replaced(query, "exp=", "exp[]="),
                                 replaced(query, "sig=", "sig ="),
                                 replaced(query, "url=", "url")}) {
    EXPECT_EQ(outcome(bad), "parameters") << bad;
  }
}

TEST(ImageLink, LivesToTheLastSecondOfItsExpiry) {
  EXPECT_EQ(outcome(good_query(), kExpires - 1), "ok");
  EXPECT_EQ(outcome(good_query(), kExpires), "ok");
  EXPECT_EQ(outcome(good_query(), kExpires + 1), "expired");
  EXPECT_EQ(outcome(good_query(), UINT64_MAX), "expired");
}

TEST(ImageLink, IsRefusedMoreThan30DaysAhead) {
  EXPECT_EQ(outcome(good_query(kNow + kMaxLinkLifeSeconds)), "ok");
  EXPECT_EQ(outcome(good_query(kNow + kMaxLinkLifeSeconds + 1)), "exp too far ahead");
  EXPECT_EQ(outcome(good_query(9'999'999'999)), "exp too far ahead");
  EXPECT_EQ(outcome(good_query(), 0), "exp too far ahead");
}

TEST(ImageLink, ExpiryIsDigitsOnly) {
  // Signed as they stand: nothing but the form of the number is wrong.
  for (const char* exp : {"01800000060", "0", "18000000600", "+1800000060", "-1800000060",
                          "1800000060.0", "0x6b49d23c", "1.8e9", "1800000060 ", "%31800000060",
                          "18446744073709551616", "99999999999999999999999999"}) {
    const std::string text = std::string("fluxgate-image-v1\n") + exp + "\n" + kUrl;
    const std::string query =
        "url=" + percent_encode(kUrl) + "&exp=" + exp + "&sig=" + keys().sign(text);
    EXPECT_EQ(outcome(query), "exp") << exp;
  }
}

TEST(ImageLink, UrlMayBeEscapedAnewOnItsWay) {
  const std::string query = good_query();
  const std::string rest = query.substr(query.find('&'));
  // As URLSearchParams, encodeURI(decodeURI(...)) and Python's yarl write the same value.
  for (const char* url :
       {"https%3A%2F%2Fcdn.example.net%2Fo%2Fa%281%29.png%3FExpires%3D1%26Signature%3Da%252Bb%7Ec*"
        "d",
        "https%3A%2F%2Fcdn.example.net%2Fo%2Fa(1).png%3FExpires%3D1%26Signature%3Da%252Bb~c*d",
        "https://cdn.example.net/o/a(1).png?Expires%3D1%26Signature%3Da%252Bb~c*d",
        "%68ttps://cdn.example.net/o/a(1).png?Expires=1%26Signature=a%252Bb~c*d"}) {
    EXPECT_EQ(outcome("url=" + std::string(url) + rest), "ok") << url;
  }
}

TEST(ImageLink, UrlThatIsNotExactlyTheSignedOneIsRefused) {
  const std::string query = good_query();
  const std::string url = parameter(query, "url"), rest = query.substr(query.find('&'));
  EXPECT_EQ(outcome(replaced(query, "%3A", "%3a")), "url");
  EXPECT_EQ(outcome(replaced(query, "%3A", "%3")), "url");
  EXPECT_EQ(outcome(replaced(query, "%3A", "%")), "url");
  EXPECT_EQ(outcome(replaced(query, "%3A", "%G0")), "url");
  EXPECT_EQ(outcome(url + "%" + rest), "url");
  EXPECT_EQ(outcome(url + "%4" + rest), "url");
  EXPECT_EQ(outcome(url + "\x80" + rest), "url");
  EXPECT_EQ(outcome(url + "%0A" + rest), "signature");
  EXPECT_EQ(outcome(url + "%00" + rest), "signature");
  EXPECT_EQ(outcome(replaced(query, "%252B", "%2B")), "signature");
  EXPECT_EQ(outcome(replaced(query, "%252B", "+")), "signature");
  EXPECT_EQ(outcome("url=" + percent_encode(std::string(4097, '/')) + rest), "url");
  EXPECT_EQ(outcome("url=" + std::string(1 << 20, 'a') + rest), "url");
}

TEST(ImageLink, SecretsRotate) {
  const std::string both = std::string(kOtherSecret) + "," + kSecret;
  EXPECT_EQ(outcome(good_query(), kNow, keys(both)), "ok");
  EXPECT_EQ(outcome(good_query(), kNow, keys(kOtherSecret)), "signature");
  const std::string by_the_first = query_of(image_link("https://gw", kUrl, kExpires, keys(both)));
  EXPECT_EQ(outcome(by_the_first, kNow, keys(kOtherSecret)), "ok");
  EXPECT_EQ(outcome(by_the_first, kNow, keys(kSecret)), "signature");
}

/// Whether a link made with `secret` is good, or the error's text.
std::string accepts(const Result<SigningKeys>& derived, const std::string& secret) {
  if (!derived) {
    EXPECT_EQ(derived.error().code, ErrorCode::configuration_error);
    EXPECT_NE(derived.error().message.find("IMAGE_PROXY_SECRET"), std::string::npos);
    return "error";
  }
  return derived->verify("m", keys(secret).sign("m")) ? "yes" : "no";
}

TEST(SigningKeys, ComeFromOneToFourSecretsOf32Bytes) {
  const std::string s(32, 's'), other(33, 'o');
  EXPECT_EQ(accepts(derive_signing_keys(s, {}), s), "yes");
  EXPECT_EQ(accepts(derive_signing_keys(s.substr(1), {}), s), "error");
  EXPECT_EQ(accepts(derive_signing_keys("  " + s + " , " + other + ",\n", {}), other), "yes");
  EXPECT_EQ(accepts(derive_signing_keys(s + "," + other + "," + s + "," + s, {}), other), "yes");
  EXPECT_EQ(accepts(derive_signing_keys(s + "," + s + "," + s + "," + s + "," + other, {}), s),
            "error");
  EXPECT_EQ(accepts(derive_signing_keys(s + ",short", {}), s), "error");
  EXPECT_EQ(accepts(derive_signing_keys(" , ", {std::string(64, 'p')}), s), "error");
}

TEST(SigningKeys, AreDerivedFromProviderKeysWhenNoSecretIsSet) {
  const std::vector<std::string> provider_keys = {"sk-0123456789abcdef", "sk-fedcba9876543210"};
  // HMAC-SHA256 of "m" under HMAC-SHA256 of the two keys, one a line, under the label; node:crypto.
  const std::string by_node = "iqY45qSCIJb9lJDK8RqHePORVYFUVlayfoYG3yRoa_A";
  for (const char* unset : {"", " ", "\t\n"}) {
    const Result<SigningKeys> derived = derive_signing_keys(unset, provider_keys);
    ASSERT_TRUE(derived);
    EXPECT_EQ(derived->sign("m"), by_node);
  }
  const Result<SigningKeys> swapped = derive_signing_keys("", {provider_keys[1], provider_keys[0]});
  ASSERT_TRUE(swapped);
  EXPECT_FALSE(swapped->verify("m", by_node));
  EXPECT_EQ(accepts(derive_signing_keys(kSecret, provider_keys), kSecret), "yes");
}

TEST(SigningKeys, NeedProviderKeysOf32BytesTogether) {
  EXPECT_TRUE(derive_signing_keys("", {std::string(16, 'a'), std::string(16, 'b')}));
  EXPECT_EQ(accepts(derive_signing_keys("", {std::string(16, 'a'), std::string(15, 'b')}), kSecret),
            "error");
  EXPECT_EQ(accepts(derive_signing_keys("", {}), kSecret), "error");
}

TEST(SigningKeys, ErrorsNeverHoldTheSecret) {
  const Result<SigningKeys> derived = derive_signing_keys("hunter2", {"provider-key"});
  ASSERT_FALSE(derived);
  EXPECT_EQ(derived.error().message.find("hunter2"), std::string::npos);
  EXPECT_EQ(derived.error().detail, "");
}

TEST(Percent, EveryByteComesBack) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  EXPECT_EQ(percent_decode_strict(percent_encode(bytes)), bytes);
  EXPECT_EQ(percent_encode("a b/(c)~\xff"), "a%20b%2F%28c%29~%FF");
}

TEST(Percent, DecodingIsCertainOrNothing) {
  EXPECT_EQ(percent_decode_strict(""), "");
  EXPECT_EQ(percent_decode_strict("a+b"), "a+b");
  EXPECT_EQ(percent_decode_strict("%41%2B%00"), std::string("A+\0", 3));
  for (const char* bad : {"%", "%4", "a%", "%4g", "%g4", "%2b", "%aF", "%%41", "%u0041", "% 41",
                          "a b", "\x1f", "\x7f", "\xc3\xa9", "a\tb"}) {
    EXPECT_EQ(percent_decode_strict(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace fluxgate
