#include "dialects/dialects.h"

#include <algorithm>

#include "base/ascii.h"
#include "http/url.h"

namespace fluxgate {
namespace {

/// Is the last part of the path a version: "v1", "v2"?
bool ends_with_version(std::string_view path) {
  const std::string_view last = path.substr(path.rfind('/') + 1);
  return last.size() >= 2 && last[0] == 'v' && std::all_of(last.begin() + 1, last.end(), is_digit);
}

}  // namespace

const Dialect* find_dialect(std::string_view name) {
  for (const Dialect* dialect : dialects::kAll) {
    if (dialect->name == name) return dialect;
  }
  return nullptr;
}

const Dialect& dialect_at(std::string_view url) {
  const std::string host = to_lower(split_url(url).authority);
  for (const Dialect* dialect : dialects::kAll) {
    for (const std::string_view known : split_list(dialect->hosts, ' ')) {
      if (host == known) return *dialect;
    }
  }
  return dialects::siliconflow;
}

std::string call_url(std::string_view base, const Dialect& dialect) {
  const UrlParts parts = split_url(base);
  std::string_view path = parts.path;
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  const bool completes = path.empty() || ends_with_version(path);
  if (!completes) return std::string(base);
  std::string url(parts.origin);
  const std::string_view usual_path =
      dialect.base.empty() ? dialect.origin_path : split_url(dialect.base).path;
  url.append(path.empty() ? usual_path : path).append(dialect.path);
  if (!parts.query.empty()) url.append("?").append(parts.query);
  return url;
}

}  // namespace fluxgate
