#include "s3/sigv4.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/ascii.h"

namespace fluxgate::s3 {
namespace {

/// A file of vectors, and what its cases are made of. It must outlive what is made.
class Vectors {
 public:
  explicit Vectors(const std::string& name) {
    std::ifstream in(std::string(FLUXGATE_VECTORS_DIR "/s3/") + name);
    file_ = nlohmann::json::parse(in, nullptr, false);
  }

  const nlohmann::json& cases() const { return file_["cases"]; }
  std::string time() const { return file_["time"].get<std::string>(); }
  Signer signer() const {
    const nlohmann::json& signer = file_["signer"];
    return {text(signer["key_id"]), text(signer["secret"]), text(signer["region"]),
            text(signer["service"])};
  }
  static Signable request(const nlohmann::json& example) {
    const nlohmann::json& in = example["in"];
    std::vector<SignedHeader> headers;
    for (const auto& [name, value] : in["headers"].items()) headers.push_back({name, text(value)});
    return {text(in["method"]), text(in["path"]), text(in["query"]), std::move(headers),
            text(in["payload_hash"])};
  }

  static const std::string& text(const nlohmann::json& value) {
    return value.get_ref<const std::string&>();
  }

 private:
  nlohmann::json file_;
};

void check(const Vectors& vectors, std::size_t count) {
  ASSERT_EQ(vectors.cases().size(), count);
  for (const nlohmann::json& example : vectors.cases()) {
    const Signable request = Vectors::request(example);
    const std::string name = Vectors::text(example["name"]);
    const nlohmann::json& out = example["out"];
    EXPECT_NE(canonical_request(request).find("\n" + Vectors::text(out["query"]) + "\n"),
              std::string::npos)
        << name;
    const std::string header = authorization(vectors.signer(), vectors.time(), request);
    EXPECT_EQ(header.substr(header.rfind('=') + 1), Vectors::text(out["signature"])) << name;
  }
}

TEST(SigV4, AgreesWithTheSuiteOfAws) {
  check(Vectors("aws_sigv4_suite.json"), 9);
}

TEST(SigV4, AgreesWithTheExamplesOfS3) {
  check(Vectors("aws_s3_examples.json"), 4);
}

TEST(SigV4, TheStepsAreThoseOfTheExampleInTheDocumentation) {
  const Vectors vectors("aws_s3_examples.json");
  const std::string canonical = canonical_request(Vectors::request(vectors.cases()[0]));
  EXPECT_EQ(canonical,
            "GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\n"
            "x-amz-content-sha256:"
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
            "x-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\n"
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(string_to_sign(vectors.signer(), vectors.time(), canonical),
            "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n"
            "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972");
  EXPECT_EQ(authorization(vectors.signer(), vectors.time(), Vectors::request(vectors.cases()[0])),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

// "Deriving the signing key" in AWS's General Reference:
// docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
TEST(SigV4, DerivesTheKeyOfTheDay) {
  const Signer signer{"", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "iam"};
  EXPECT_EQ(hex(signing_key(signer, "20150830")),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

TEST(SigV4, TellsTheTime) {
  const std::pair<UnixMs, const char*> cases[] = {
      {0, "19700101T000000Z"},
      {951'782'399'999, "20000228T235959Z"},
      {951'782'400'000, "20000229T000000Z"},
      {951'868'800'000, "20000301T000000Z"},
      {1'369'353'600'000, "20130524T000000Z"},
      {1'440'938'160'000, "20150830T123600Z"},
      {4'107'542'399'000, "21000228T235959Z"},
      {4'107'542'400'000, "21000301T000000Z"},
      {253'402'300'799'999, "99991231T235959Z"},
      {-1, "19700101T000000Z"},
  };
  for (const auto& [now_ms, text] : cases) EXPECT_EQ(timestamp(now_ms), text) << now_ms;
}

TEST(SigV4, SortsParametersByTheirNamesAndThenByTheirValues) {
  const auto canonical = [](std::string_view query) {
    const std::string text = canonical_request({"GET", "/", query, {}, "h"});
    return text.substr(6, text.size() - 6 - std::string_view("\n\n\nh").size());
  };
  EXPECT_EQ(canonical("uploads"), "uploads=");
  EXPECT_EQ(canonical("uploadId=x&partNumber=2"), "partNumber=2&uploadId=x");
  EXPECT_EQ(canonical("b=2&a-b=1&b=1&a=3"), "a=3&a-b=1&b=1&b=2");
  EXPECT_EQ(canonical(""), "");
}

}  // namespace
}  // namespace fluxgate::s3
