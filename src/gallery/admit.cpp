#include "gallery/admit.h"

#include "base/ascii.h"
#include "link/admission.h"

namespace fluxgate {
namespace {

Result<std::string> admit(const Exchange& exchange, std::string_view url,
                          const LinkPolicy& policy) {
  const std::string public_origin = exchange.public_origin();
  const std::string public_host = to_lower(split_url(public_origin).authority);
  Result<std::string> admitted = admit_image_url(url, policy, public_host);
  const std::string request_host = to_lower(exchange.url().authority);
  if (!admitted || request_host == public_host) return admitted;
  return admit_image_url(*admitted, policy, request_host);
}

}  // namespace

Result<std::string> admit_picture_url(const Exchange& exchange, std::string_view url,
                                      NamedBy named_by) {
  if (named_by == NamedBy::backend) return admit(exchange, url, exchange.config().links);
  LinkPolicy policy = exchange.config().links;
  policy.internal_hosts.clear();
  return admit(exchange, url, policy);
}

}  // namespace fluxgate
