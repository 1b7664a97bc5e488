#include "s3/bucket.h"

#include <gtest/gtest.h>

#include <string>

namespace fluxgate::s3 {
namespace {

const S3Settings kBucket{"https://bucket.example:8443/of/ours", "id", "secret", "eu-central-1"};
constexpr UnixMs kNowMs = 1'369'353'600'000;

TEST(SignedRequest, HasTheUrlAndTheHeadersThatAreSigned) {
  const Request request = signed_request(
      kBucket,
      {.method = Method::post, .key = "a.png", .query = "uploads", .content_type = "image/png"},
      kNowMs);
  EXPECT_EQ(request.method, Method::post);
  EXPECT_EQ(request.url, "https://bucket.example:8443/of/ours/a.png?uploads");
  EXPECT_EQ(request.body, "");
  EXPECT_EQ(request.headers.find("content-type"), "image/png");
  EXPECT_EQ(request.headers.find("x-amz-date"), "20130524T000000Z");
  EXPECT_EQ(request.headers.find("x-amz-content-sha256"),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const std::string authorization(request.headers.find("authorization").value_or(""));
  EXPECT_TRUE(authorization.starts_with(
      "AWS4-HMAC-SHA256 Credential=id/20130524/eu-central-1/s3/aws4_request, "
      "SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature="))
      << authorization;
  EXPECT_EQ(request.headers.find("host"), std::nullopt) << "the host of the call writes it";
}

TEST(SignedRequest, HashesWhatIsSmallAndWhole) {
  const auto hash = [](std::size_t body_bytes, bool has_rest) {
    const std::string body(body_bytes, 'x');
    const Request request = signed_request(
        kBucket, {.method = Method::put, .key = "a.png", .body = body, .has_rest = has_rest},
        kNowMs);
    return std::string(request.headers.find("x-amz-content-sha256").value_or(""));
  };
  EXPECT_EQ(hash(1, false), "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
  EXPECT_EQ(hash(kMaxHashedBytes, false).size(), 64u);
  EXPECT_EQ(hash(kMaxHashedBytes + 1, false), "UNSIGNED-PAYLOAD");
  EXPECT_EQ(hash(0, true), "UNSIGNED-PAYLOAD");
}

TEST(Completion, TellsThePartsInOrder) {
  EXPECT_EQ(completion({}),
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            "</CompleteMultipartUpload>");
  EXPECT_EQ(completion({"\"a\"", "<b>&'"}),
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            "<Part><PartNumber>1</PartNumber><ETag>&quot;a&quot;</ETag></Part>"
            "<Part><PartNumber>2</PartNumber><ETag>&lt;b&gt;&amp;&apos;</ETag></Part>"
            "</CompleteMultipartUpload>");
}

TEST(UploadId, IsFoundInWhateverServersWrite) {
  const std::pair<std::string, std::string> cases[] = {
      {"<R><UploadId>abc</UploadId></R>", "abc"},
      {"<R><UploadId\n a='b'>\r\n a&amp;b&lt;&quot; </UploadId></R>", "a&b<\""},
      {"<x:R><x:UploadIdOf>no</x:UploadIdOf><x:UploadId>yes</x:UploadId></x:R>", "yes"},
      {"<Key>UploadId</Key><UploadId>1</UploadId>", "1"},
      {"<UploadId></UploadId>", ""},
      {"<UploadId/>", ""},
      {"<UploadId>abc", ""},
      {"<UploadId", ""},
      {"UploadId", ""},
      {"", ""},
      {"<UploadId>" + std::string(1024, 'x') + "<", std::string(1024, 'x')},
      {"<UploadId>" + std::string(1025, 'x') + "<", ""},
  };
  for (const auto& [xml, id] : cases) EXPECT_EQ(upload_id_in(xml), id) << xml;
}

TEST(UploadId, IsLookedForOnceInALongAnswer) {
  for (const char* piece : {"<", "<UploadId", "UploadId", "<a:", "&amp;"}) {
    std::string xml;
    while (xml.size() < 200'000) xml += piece;
    EXPECT_EQ(upload_id_in(xml), "");
  }
}

TEST(ErrorCode, IsAWordOrNothing) {
  EXPECT_EQ(error_code_in("<Error><Code>SlowDown</Code><Message>x</Message></Error>"), "SlowDown");
  EXPECT_EQ(error_code_in("<Error><Code>Slow Down</Code></Error>"), "");
  EXPECT_EQ(error_code_in("<Code>" + std::string(65, 'x') + "</Code>"), "");
  EXPECT_EQ(error_code_in("<html>no</html>"), "");
}

TEST(Completed, IsWhatSaysSoAndTellsNoError) {
  EXPECT_TRUE(is_completed("  \n<?xml version=\"1.0\"?><CompleteMultipartUploadResult>"));
  EXPECT_TRUE(is_completed("<a:CompleteMultipartUploadResult xmlns:a='x'></a:Complete>"));
  EXPECT_FALSE(is_completed("<Error><Code>InternalError</Code></Error>"));
  EXPECT_FALSE(is_completed("<CompleteMultipartUploadResult><Error></Error>"));
  EXPECT_FALSE(is_completed("<CompleteMultipartUploadResult"));
  EXPECT_FALSE(is_completed(""));
}

}  // namespace
}  // namespace fluxgate::s3
