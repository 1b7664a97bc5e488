#include "config/environment.h"

#include "base/ascii.h"
#include "config/config_error.h"

namespace fluxgate {

Environment Environment::parse(std::string_view block) {
  Environment environment;
  while (!block.empty()) {
    const std::size_t end = block.find('\0');
    const std::string_view entry = block.substr(0, end);
    const std::size_t equals = entry.find('=');
    if (equals != std::string_view::npos) {
      const std::string_view value = trim(entry.substr(equals + 1));
      if (!value.empty()) environment.variables_.emplace_back(entry.substr(0, equals), value);
    }
    if (end == std::string_view::npos) break;
    block.remove_prefix(end + 1);
  }
  return environment;
}

std::vector<std::string_view> Environment::names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, value] : variables_) names.push_back(name);
  return names;
}

std::string_view Environment::get(std::string_view name) const {
  for (const auto& [known, value] : variables_) {
    if (known == name) return value;
  }
  return {};
}

Result<bool> Environment::get_switch(std::string_view name, bool fallback) const {
  const std::string_view text = get(name);
  if (text.empty()) return fallback;
  if (text == "1") return true;
  if (text == "0") return false;
  return config_error(std::string(name) + " must be 1 or 0.");
}

std::vector<std::string> Environment::get_list(std::string_view name) const {
  std::vector<std::string> items;
  for (const std::string_view item : split_list(get(name), ',')) items.emplace_back(item);
  return items;
}

}  // namespace fluxgate
