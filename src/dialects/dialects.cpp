#include "dialects/dialects.h"

#include "base/ascii.h"
#include "http/url.h"

namespace fluxgate {

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

}  // namespace fluxgate
