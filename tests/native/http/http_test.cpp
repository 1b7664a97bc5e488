// The http room.
#include <gtest/gtest.h>

#include <string>

#include "http/headers.h"
#include "http/request_head.h"
#include "http/url.h"

namespace fluxgate {
namespace {

TEST(Headers, FindWholeNamesOnly) {
  Headers headers = Headers::from_lines("content-type-x: 1\ncontent-type: a: b\nx:\ny: 2\ny: 3\n");
  EXPECT_EQ(headers.find("content-type"), "a: b");
  EXPECT_EQ(headers.find("x"), "");
  EXPECT_EQ(headers.find("y"), "2");
  EXPECT_FALSE(headers.find("content"));
  EXPECT_FALSE(headers.find(""));
  EXPECT_FALSE(Headers().find("x"));
}

TEST(Headers, LetNoValueEndItsLine) {
  Headers headers;
  headers.append("authorization", "Bearer a\r\nx-evil: 1\0").append("b", "é");
  EXPECT_EQ(headers.lines(), "authorization: Bearer a  x-evil: 1\nb: é\n");
}

TEST(RequestHead, ReadsMethodUrlAndLines) {
  const RequestHead head = parse_request_head("POST https://a.example/b?c\nx: y\n");
  EXPECT_EQ(head.method, Method::post);
  EXPECT_EQ(head.url, "https://a.example/b?c");
  EXPECT_EQ(head.headers.find("x"), "y");
}

TEST(Method, HasTheNameThatIsReadBackAsIt) {
  for (const Method method :
       {Method::get, Method::head, Method::post, Method::put, Method::del, Method::options}) {
    EXPECT_EQ(parse_method(method_name(method)), method);
  }
  EXPECT_EQ(method_name(Method::del), "DELETE");
  EXPECT_EQ(parse_method(""), Method::other);
}

TEST(RequestHead, MakesTheBestOfAnyText) {
  for (const char* text : {"", "\n", "GET", "nonsense\n\n\n", " \n", "get https://a.example/\n"}) {
    EXPECT_EQ(parse_request_head(text).method, Method::other) << text;
  }
}

TEST(Url, IsTakenApart) {
  const UrlParts parts = split_url("https://a.example:8080/b/c?d=e?f#g?h");
  EXPECT_EQ(parts.scheme, "https");
  EXPECT_EQ(parts.authority, "a.example:8080");
  EXPECT_EQ(parts.origin, "https://a.example:8080");
  EXPECT_EQ(parts.path, "/b/c");
  EXPECT_EQ(parts.query, "d=e?f");
  EXPECT_EQ(split_url("https://a.example").path, "");
  EXPECT_EQ(split_url("https://a.example?x").authority, "a.example");
  EXPECT_EQ(split_url("https://a.example?x").query, "x");
  EXPECT_EQ(split_url("/x?y").path, "/x");
  EXPECT_EQ(split_url("").path, "");
}

TEST(Url, IsABaseUrlOrNot) {
  EXPECT_TRUE(is_http_url("https://a.example/v1"));
  EXPECT_TRUE(is_http_url("HTTP://127.0.0.1:80"));
  for (const char* text : {"", "a.example", "ftp://a.example", "https://", "https:///x",
                           "https://a b/", "https://a\n/"}) {
    EXPECT_FALSE(is_http_url(text)) << text;
  }
}

TEST(Url, ReferencesAreResolved) {
  // The examples of RFC 3986 section 5.4 whose base is http://a/b/c/d;p?q.
  const std::pair<const char*, const char*> examples[] = {
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {"..g", "http://a/b/c/..g"},
      {"./../g", "http://a/b/g"},
      {"g/./h", "http://a/b/c/g/h"},
      {"g/../h", "http://a/b/c/h"},
      {"g?y/./x", "http://a/b/c/g?y/./x"},
      {"https://x/y", "https://x/y"},
      {"/moved?src=https://x", "http://a/moved?src=https://x"}};
  for (const auto& [reference, target] : examples) {
    EXPECT_EQ(resolve_reference("http://a/b/c/d;p?q", reference), target) << reference;
  }
  EXPECT_EQ(resolve_reference("http://a", "g"), "http://a/g");
}

TEST(Url, ParametersAreDecoded) {
  EXPECT_EQ(percent_decode("a%20b+%e7%8c%ab%"), "a b+猫%");
  EXPECT_EQ(percent_decode("%zz%4"), "%zz%4");
  EXPECT_EQ(query_parameter("size=1x1&prompt=a%26b", "prompt"), "a&b");
  EXPECT_EQ(query_parameter("a=1&a=2&aa=3", "a"), "1");
  EXPECT_EQ(query_parameter("prompt", "prompt"), "");
  EXPECT_EQ(query_parameter("", "a"), "");
}

}  // namespace
}  // namespace fluxgate
