#include "config/s3_settings.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "config/config_error.h"
#include "http/origin.h"
#include "http/url.h"

namespace fluxgate {
namespace {

constexpr const char* kUrl = "IMAGES_S3_URL";
constexpr const char* kKeyId = "IMAGES_S3_KEY_ID";
constexpr const char* kSecret = "IMAGES_S3_SECRET";
constexpr const char* kRegion = "IMAGES_S3_REGION";

/// Has `text` letters, digits and characters of `others` alone?
bool is_made_of(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(), [others](char c) {
    return is_alnum(c) || others.find(c) != std::string_view::npos;
  });
}

bool is_port(std::string_view port) {
  return parse_unsigned(port, 65535) && port.front() != '0';
}

/// "host" or "host:port", spelled as in URLs.
bool is_authority(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == kNowhere || !is_made_of(text.substr(1, end - 1), ":.")) return false;
    const std::string_view rest = text.substr(end + 1);
    return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
  }
  const std::size_t colon = text.find(':');
  const std::string_view host = text.substr(0, colon);
  if (host.empty() || !is_made_of(host, "-._")) return false;
  return colon == kNowhere || is_port(text.substr(colon + 1));
}

/// Is it a path that every host sends as it stands: nothing to be escaped, no "//" and no "."?
bool is_plain_path(std::string_view path) {
  if (!is_made_of(path, "/-._~")) return false;
  while (!path.empty()) {
    path.remove_prefix(1);  // The '/'.
    const std::string_view segment = path.substr(0, path.find('/'));
    if (segment.empty() || segment == "." || segment == "..") return false;
    path.remove_prefix(segment.size());
  }
  return true;
}

/// May what is stored at this origin go over plain http?
bool is_near(std::string_view scheme, std::string_view authority, const LinkPolicy& links) {
  if (is_loopback_origin(std::string(scheme).append("://").append(authority))) return true;
  std::string host(authority);
  if (authority.rfind(':') == kNowhere || authority.ends_with(']')) host += ":80";
  return std::find(links.internal_hosts.begin(), links.internal_hosts.end(), host) !=
         links.internal_hosts.end();
}

Result<std::string> read_url(const Environment& environment, const LinkPolicy& links) {
  std::string_view text = environment.get(kUrl);
  while (text.ends_with('/')) text.remove_suffix(1);
  const UrlParts parts = split_url(text);
  const std::string scheme = to_lower(parts.scheme);
  std::string authority = to_lower(parts.authority);
  if (!is_http_url(text) || text.find_first_of("?#") != kNowhere || !is_authority(authority) ||
      !is_plain_path(parts.path)) {
    return config_error(
        "IMAGES_S3_URL must be the URL of a bucket, https://host/bucket or https://bucket.host, "
        "of letters, digits and -._~ alone.");
  }
  if (scheme == "http" && !is_near(scheme, authority, links)) {
    return config_error(
        "IMAGES_S3_URL must begin with https://, but for this machine and for hosts of "
        "IMAGE_HOSTS_INTERNAL.");
  }
  const std::string_view usual_port = scheme == "https" ? ":443" : ":80";
  if (authority.ends_with(usual_port)) authority.resize(authority.size() - usual_port.size());
  return std::string(scheme).append("://").append(authority).append(parts.path);
}

Result<std::string> read_secret(const Environment& environment) {
  Result<std::vector<std::string>> keys = environment.get_keys(kSecret);
  if (!keys) return std::move(keys).error();
  if (keys->size() != 1) return config_error("IMAGES_S3_SECRET must be one key.");
  return std::move(keys->front());
}

}  // namespace

Result<std::optional<S3Settings>> read_s3(const Environment& environment, const LinkPolicy& links) {
  const auto is_set = [&](const char* name) { return !environment.get(name).empty(); };
  if (!is_set(kUrl) && !is_set(kKeyId) && !is_set(kSecret) && !is_set(kRegion)) {
    return std::optional<S3Settings>();
  }
  for (const char* name : {kUrl, kKeyId, kSecret}) {
    if (!is_set(name)) return config_error(std::string(name) + " is not set.");
  }
  Result<std::string> url = read_url(environment, links);
  if (!url) return std::move(url).error();
  Result<std::string> secret = read_secret(environment);
  if (!secret) return std::move(secret).error();
  S3Settings settings{*std::move(url), std::string(environment.get(kKeyId)), *std::move(secret),
                      std::string(environment.get(kRegion))};
  // It stands between commas and slashes in a header.
  if (!is_made_of(settings.key_id, "-._~+=@:")) {
    return config_error("IMAGES_S3_KEY_ID must be the id of one access key.");
  }
  if (settings.region.empty()) settings.region = kDefaultS3Region;
  if (!is_made_of(settings.region, "-_")) {
    return config_error("IMAGES_S3_REGION must be the name of a region, such as eu-central-1.");
  }
  return std::optional<S3Settings>(std::move(settings));
}

}  // namespace fluxgate
