// Calls of a bucket: objects, and objects that are uploaded in parts. Source:
// docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/unix_ms.h"
#include "config/s3_settings.h"
#include "http/message.h"

namespace fluxgate::s3 {

/// The longest body that is hashed, which takes some 0.5 ms in a module. A longer one is signed as
/// UNSIGNED-PAYLOAD: TLS keeps it whole, and to hash 5 MiB takes longer than the 10 ms that a
/// Worker of the free plan has for a request.
constexpr std::size_t kMaxHashedBytes = 64 * 1024;

/// What is asked about one object. The views must outlive the call.
struct Call {
  Method method = Method::get;
  std::string_view key;  ///< Of unreserved characters (RFC 3986 §2.3) alone.
  /// Percent-encoded: "uploads", "uploadId=ID", "uploadId=ID&partNumber=N", or nothing.
  std::string_view query = {};
  std::string_view content_type = {};
  std::string_view body = {};
  bool has_rest = false;  ///< More follows behind the body, which nobody here has seen.
};

/// The call as it is sent, without its body. Headers may be added: signed are x-amz-*, content-type
/// and host, which the host writes as the URL has it; what hosts and proxies rewrite is not.
Request signed_request(const S3Settings& bucket, const Call& call, UnixMs now_ms);

/// The body that ends an upload. `etags`: of its parts, in order.
std::string completion(const std::vector<std::string>& etags);

/// Does the body of an answer of status 200 say that the upload has ended? A server that takes long
/// begins with the status, and may tell an error behind it.
bool is_completed(std::string_view xml);

/// The id of the upload that has begun; empty when there is none, or one of over 1,024 bytes.
std::string upload_id_in(std::string_view xml);

/// The code of an error, such as "SlowDown": letters and digits, 64 at most; else nothing.
std::string error_code_in(std::string_view xml);

}  // namespace fluxgate::s3
