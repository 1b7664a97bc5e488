#include "link/admission.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace fluxgate {
namespace {

const LinkPolicy kStrict;

/// The canonical URL, or the rule that refuses, as "!U5".
std::string outcome(std::string_view url, const LinkPolicy& policy = kStrict,
                    std::string_view own_host = "gw.example.com") {
  const Result<std::string> admitted = admit_image_url(url, policy, own_host);
  return admitted ? *admitted : "!" + admitted.error().detail;
}

std::vector<std::string> strings(const nlohmann::json& in, const char* name) {
  return in.value(name, std::vector<std::string>());
}

TEST(Admission, DecidesEveryVectorAndItsResultIsAFixedPoint) {
  std::ifstream in(FLUXGATE_VECTORS_DIR "/link/ours_admission.json");
  const nlohmann::json file = nlohmann::json::parse(in, nullptr, false);
  ASSERT_GE(file["cases"].size(), 200u);
  for (const auto& example : file["cases"]) {
    const nlohmann::json& given = example["in"];
    LinkPolicy policy;
    policy.image_hosts = strings(given, "image_hosts");
    policy.internal_hosts = strings(given, "internal_hosts");
    policy.allow_http = given.value("allow_http", false);
    const std::string own_host = given.value("own_host", "");
    const std::string expected = example.contains("out")
                                     ? example["out"].get<std::string>()
                                     : "!" + example["error"].get<std::string>();
    EXPECT_EQ(outcome(given["url"].get<std::string>(), policy, own_host), expected)
        << example["name"];
    if (example.contains("out")) EXPECT_EQ(outcome(expected, policy, own_host), expected);
  }
}

TEST(Admission, ErrorIsOursAndNeverHoldsTheUrl) {
  const Result<std::string> refused =
      admit_image_url("https://secret.corp/token", kStrict, "gw.example.com");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::upstream_bad_url);
  EXPECT_EQ(refused.error().detail, "U7");
  EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
  EXPECT_FALSE(refused.error().message.empty());
}

TEST(Admission, AdmitsUpTo4096BytesBeforeAndAfter) {
  const std::string start = "https://cdn.example.com/";
  const std::string longest = start + std::string(4096 - start.size(), 'a');
  EXPECT_EQ(outcome(longest), longest);
  EXPECT_EQ(outcome(longest + "a"), "!U1");
  // A fragment counts before it is dropped; a slash that is added counts too.
  EXPECT_EQ(outcome(longest.substr(0, 4095) + "#"), longest.substr(0, 4095));
  EXPECT_EQ(outcome(longest + "#"), "!U1");
  const std::string without_slash = "https://cdn.example.com?";
  EXPECT_EQ(outcome(without_slash + std::string(4096 - without_slash.size(), 'a')), "!U1");
  EXPECT_EQ(outcome(std::string(1 << 20, 'a')), "!U1");
}

TEST(Admission, AdmitsHostsOfUpTo253Bytes) {
  std::string host;
  for (int i = 0; i < 4; ++i) host += std::string(61, 'a') + ".";
  EXPECT_EQ(outcome("https://" + host + "abcde/"), "https://" + host + "abcde/");
  EXPECT_EQ(outcome("https://" + host + "abcdef/"), "!U7");
}

TEST(Admission, RefusesEveryControlByteEverywhere) {
  const std::string url = "https://cdn.example.com:443/a?b#c";
  for (int byte = 0; byte < 256; ++byte) {
    const bool forbidden = byte <= 0x20 || byte == 0x7f || byte == '\\';
    for (std::size_t at = 0; at <= url.size(); ++at) {
      std::string changed = url;
      changed.insert(at, 1, static_cast<char>(byte));
      EXPECT_EQ(outcome(changed) == "!U2", forbidden) << byte << " at " << at;
    }
  }
}

TEST(Admission, KeepsBytesThatAreNoUtf8OutOfTheAuthorityOnly) {
  EXPECT_EQ(outcome("https://cdn.example.com/\xff\xfe\x80"),
            "https://cdn.example.com/\xff\xfe\x80");
  EXPECT_EQ(outcome("https://cdn.exa\xffmple.com/"), "!U4");
}

// What a URL class would read: the rules were checked on exactly this host and port.
struct Read {
  std::string scheme, host, rest;
};

Read read_canonical(const std::string& url) {
  const std::size_t host_at = url.find("://") + 3;
  const std::size_t path_at = url.find('/', host_at);
  return {url.substr(0, host_at), url.substr(host_at, path_at - host_at), url.substr(path_at)};
}

TEST(Admission, NothingHostileInAMillionUrlsComesThrough) {
  const std::string pieces[] = {"https://",
                                "https:",
                                "http://",
                                "HTTPS://",
                                "//",
                                "/",
                                "\\",
                                "@",
                                ":",
                                ":443",
                                ":80",
                                ":8080",
                                "?",
                                "#",
                                ".",
                                "..",
                                "%2e",
                                "%40",
                                "127",
                                "0",
                                "1",
                                "0x7f",
                                "0177",
                                "[::1]",
                                "[",
                                "]",
                                "a",
                                "cdn",
                                "example",
                                "com",
                                "io",
                                "nip.io",
                                "local",
                                "localhost",
                                "xn--a",
                                "-",
                                "_",
                                "\xe3\x80\x82",
                                "\xef\xbc\x8e",
                                "\t",
                                "\n",
                                " ",
                                "gw.example.com",
                                "x.png"};
  constexpr std::size_t kPieces = sizeof pieces / sizeof pieces[0];
  std::uint64_t seed = 1;
  const auto next = [&seed](std::size_t below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::size_t>(seed >> 33) % below;
  };
  int admitted_count = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    std::string url = next(8) > 0 ? "https://" : "";
    if (next(2) > 0) url += "cdn.example.";
    for (std::size_t count = next(7); count > 0; --count) url += pieces[next(kPieces)];
    const std::string canonical = outcome(url);
    if (canonical.front() == '!') continue;
    ++admitted_count;
    ASSERT_EQ(outcome(canonical), canonical);
    const Read read = read_canonical(canonical);
    ASSERT_EQ(read.scheme, "https://") << url;
    ASSERT_EQ(read.host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_"),
              read.host.npos)
        << url;
    ASSERT_NE(read.host.find('.'), read.host.npos) << url;
    const std::string last = read.host.substr(read.host.rfind('.') + 1);
    const bool hex = last.substr(0, 2) == "0x";
    ASSERT_NE(last.find_first_not_of(hex ? "0123456789abcdef" : "0123456789", hex ? 2 : 0),
              last.npos)
        << url;
    ASSERT_NE(read.host, "gw.example.com") << url;
    ASSERT_EQ(read.rest.find('#'), read.rest.npos) << url;
  }
  EXPECT_GT(admitted_count, 10'000);
}

}  // namespace
}  // namespace fluxgate
