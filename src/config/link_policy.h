// The operator's settings about the hosts that an image may come from.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "config/environment.h"

namespace fluxgate {

/// Plain data; link/admission.h applies it.
struct LinkPolicy {
  /// IMAGE_HOSTS, lower-case: an exact host, or "*.suffix" for every host under suffix. Empty: any
  /// host.
  std::vector<std::string> image_hosts;
  /// IMAGE_HOSTS_INTERNAL, lower-case "host:port", always with the port. These hosts are trusted,
  /// and clients may not name them.
  std::vector<std::string> internal_hosts;
  /// ALLOW_HTTP_IMAGES=1: plain http:// is admitted beside https://.
  bool allow_http = false;
};

/// Reads IMAGE_HOSTS, IMAGE_HOSTS_INTERNAL and ALLOW_HTTP_IMAGES. Error: configuration_error, which
/// names the variable. Every entry must be able to match a host: a mistyped one would lock every
/// picture out, or let every picture in.
Result<LinkPolicy> read_link_policy(const Environment& environment);

}  // namespace fluxgate
