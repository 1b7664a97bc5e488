#include "dialects/dialects.h"

#include <algorithm>
#include <vector>

#include "base/ascii.h"
#include "http/url.h"

namespace fluxgate {
namespace {

/// Is the last part of the path a version: "v1", "v1beta"? Or a part of the API that speaks as
/// OpenAI's does: "v1beta/openai"?
bool ends_as_base(std::string_view path) {
  const std::string_view last = path.substr(path.rfind('/') + 1);
  if (last == "openai") return true;
  return last.size() >= 2 && last[0] == 'v' && is_digit(last[1]) &&
         std::all_of(last.begin() + 2, last.end(), is_alnum);
}

bool is_host_of(const Dialect& dialect, std::string_view authority) {
  const std::string host = to_lower(authority);
  const std::vector<std::string_view> hosts = split_list(dialect.hosts, ' ');
  return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

/// The path of the base in the path of a call that has the model in it. At the dialect's own hosts
/// the base is known; elsewhere it ends where the call begins.
std::string_view base_path(const UrlParts& parts, const Dialect& dialect) {
  const std::string_view path = parts.path;
  const std::string_view own = split_url(dialect.base).path;
  if (!dialect.base.empty() && is_host_of(dialect, parts.authority) && path.starts_with(own) &&
      path.substr(own.size()).starts_with('/')) {
    return own;
  }
  std::size_t end = path.size();
  for (const std::string_view begin : split_list(dialect.call_paths, ' ')) {
    end = std::min(end, path.find(begin));
  }
  return path.substr(0, end);
}

}  // namespace

const Dialect* find_dialect(std::string_view name) {
  for (const Dialect* dialect : dialects::kAll) {
    if (dialect->name == name) return dialect;
  }
  return nullptr;
}

const Dialect& dialect_at(std::string_view url) {
  const std::string_view authority = split_url(url).authority;
  for (const Dialect* dialect : dialects::kAll) {
    if (is_host_of(*dialect, authority)) return *dialect;
  }
  return dialects::siliconflow;
}

std::string call_url(std::string_view base, const Dialect& dialect) {
  const UrlParts parts = split_url(base);
  std::string_view path = dialect.path.empty() ? base_path(parts, dialect) : parts.path;
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  const bool completes = path.empty() || ends_as_base(path) || dialect.path.empty();
  if (!completes) return std::string(base);
  std::string url(parts.origin);
  const std::string_view usual_path =
      dialect.base.empty() ? dialect.origin_path : split_url(dialect.base).path;
  url.append(path.empty() ? usual_path : path).append(dialect.path);
  if (!parts.query.empty()) url.append("?").append(parts.query);
  return url;
}

}  // namespace fluxgate
