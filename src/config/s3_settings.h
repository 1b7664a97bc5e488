// The operator's settings about a bucket of S3.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "config/environment.h"
#include "config/link_policy.h"

namespace fluxgate {

/// The region unless IMAGES_S3_REGION says otherwise: R2 takes it for its own "auto", which nobody
/// else knows, and servers that have no regions take any.
constexpr const char* kDefaultS3Region = "us-east-1";

/// A bucket, and who we are there.
struct S3Settings {
  /// "https://host/bucket", or "https://bucket.host", perhaps with more of a path; no trailing '/'.
  /// It stands as hosts write it in `host` and in the path, for both are signed.
  std::string url;
  std::string key_id;
  std::string secret;
  std::string region;
};

/// Reads IMAGES_S3_URL, IMAGES_S3_KEY_ID, IMAGES_S3_SECRET and IMAGES_S3_REGION; nothing when none
/// of them is set. Plain http, where what is stored can be read and changed on the way, is taken
/// for this machine and for hosts of IMAGE_HOSTS_INTERNAL alone. Error: configuration_error, which
/// names the variable.
Result<std::optional<S3Settings>> read_s3(const Environment& environment, const LinkPolicy& links);

}  // namespace fluxgate
