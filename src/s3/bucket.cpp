#include "s3/bucket.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/version.h"
#include "http/url.h"
#include "s3/sigv4.h"

namespace fluxgate::s3 {
namespace {

constexpr std::size_t kMaxUploadIdBytes = 1024;
constexpr std::size_t kMaxErrorCodeBytes = 64;

constexpr std::pair<std::string_view, char> kEntities[] = {
    {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};

std::string escaped(std::string_view text) {
  std::string xml;
  for (const char c : text) {
    const auto* entity = std::find_if(std::begin(kEntities), std::end(kEntities),
                                      [c](const auto& one) { return one.second == c; });
    if (entity == std::end(kEntities)) {
      xml += c;
    } else {
      xml += entity->first;
    }
  }
  return xml;
}

std::string unescaped(std::string_view xml) {
  std::string text;
  while (!xml.empty()) {
    const auto* entity =
        std::find_if(std::begin(kEntities), std::end(kEntities),
                     [xml](const auto& one) { return xml.starts_with(one.first); });
    const bool is_entity = entity != std::end(kEntities);
    text += is_entity ? entity->second : xml.front();
    xml.remove_prefix(is_entity ? entity->first.size() : 1);
  }
  return text;
}

/// Where the text of the first element of that name begins, whatever the prefix of its namespace.
/// Nowhere when there is no such element.
std::size_t inside_of(std::string_view xml, std::string_view element) {
  for (std::size_t at = xml.find('<'); at != kNowhere; at = xml.find('<', at + 1)) {
    std::string_view name = xml.substr(at + 1);
    name = name.substr(0, name.find_first_of("<>/ \t\r\n"));
    name.remove_prefix(name.rfind(':') + 1);
    if (name != element) continue;
    const std::size_t end = xml.find('>', at);
    return end == kNowhere ? kNowhere : end + 1;
  }
  return kNowhere;
}

/// The text of that element; empty when there is none, or no end of it.
std::string text_of(std::string_view xml, std::string_view element) {
  const std::size_t start = inside_of(xml, element);
  if (start == kNowhere) return {};
  const std::size_t end = xml.find('<', start);
  return end == kNowhere ? std::string() : unescaped(trim(xml.substr(start, end - start)));
}

}  // namespace

Request signed_request(const S3Settings& bucket, const Call& call, UnixMs now_ms) {
  Request request;
  request.method = call.method;
  request.url.append(bucket.url).append("/").append(call.key);
  const std::string url = request.url;
  const UrlParts parts = split_url(url);
  if (!call.query.empty()) request.url.append("?").append(call.query);

  const bool is_hashed = !call.has_rest && call.body.size() <= kMaxHashedBytes;
  const std::string hash = is_hashed ? hex(sha256(call.body)) : std::string(kUnsignedPayload);
  const std::string time = timestamp(now_ms);
  Signable signable{method_name(call.method), parts.path, call.query, {}, hash};
  if (!call.content_type.empty()) {
    signable.headers.push_back({"content-type", std::string(call.content_type)});
    request.headers.append("content-type", call.content_type);
  }
  signable.headers.push_back({"host", std::string(parts.authority)});
  signable.headers.push_back({"x-amz-content-sha256", hash});
  signable.headers.push_back({"x-amz-date", time});
  const Signer signer{bucket.key_id, bucket.secret, bucket.region, "s3"};
  request.headers.append("x-amz-content-sha256", hash)
      .append("x-amz-date", time)
      .append("authorization", authorization(signer, time, signable))
      .append("user-agent", kUserAgent);
  return request;
}

std::string completion(const std::vector<std::string>& etags) {
  std::string xml = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
  for (std::size_t index = 0; index < etags.size(); ++index) {
    xml.append("<Part><PartNumber>")
        .append(std::to_string(index + 1))
        .append("</PartNumber><ETag>")
        .append(escaped(etags[index]))
        .append("</ETag></Part>");
  }
  return xml.append("</CompleteMultipartUpload>");
}

bool is_completed(std::string_view xml) {
  return inside_of(xml, "CompleteMultipartUploadResult") != kNowhere &&
         inside_of(xml, "Error") == kNowhere;
}

std::string upload_id_in(std::string_view xml) {
  std::string id = text_of(xml, "UploadId");
  return id.size() <= kMaxUploadIdBytes ? id : std::string();
}

std::string error_code_in(std::string_view xml) {
  std::string code = text_of(xml, "Code");
  const bool is_plain = std::all_of(code.begin(), code.end(), [](char c) { return is_alnum(c); });
  return is_plain && code.size() <= kMaxErrorCodeBytes ? code : std::string();
}

}  // namespace fluxgate::s3
