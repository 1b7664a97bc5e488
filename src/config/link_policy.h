// Which hosts an image may come from: settings of the operator, as data.
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
  /// IMAGE_HOSTS_INTERNAL, lower-case "host:port", always with the port: trusted as they stand.
  std::vector<std::string> internal_hosts;
  /// ALLOW_HTTP_IMAGES=1: plain http:// is admitted beside https://.
  bool allow_http = false;
};

/// IMAGE_HOSTS, IMAGE_HOSTS_INTERNAL and ALLOW_HTTP_IMAGES. Error: configuration_error naming the
/// variable: an entry that could never match would lock every picture out, or let every one in.
Result<LinkPolicy> read_link_policy(const Environment& environment);

}  // namespace fluxgate
