#include "config/environment.h"

#include "base/ascii.h"
#include "base/utf8.h"
#include "config/config_error.h"

namespace fluxgate {
namespace {

/// `text` with plain spaces for no-break ones, and without zero-width spaces and byte order marks.
std::string without_odd_spaces(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = code_point_at(text, at);
    const bool no_break = next.value == 0xA0 || next.value == 0x202F;
    const bool zero_width = next.value == 0x200B || next.value == 0x2060 || next.value == 0xFEFF;
    if (no_break) plain.push_back(' ');
    if (!no_break && !zero_width) plain += text.substr(at, next.length_bytes);
    at += next.length_bytes;
  }
  return plain;
}

/// `text` without the quotation marks around all of it, which no other such mark divides.
std::string_view without_quotes(std::string_view text) {
  constexpr std::string_view kPairs[][2] = {{"\"", "\""}, {"'", "'"}, {"“", "”"}, {"‘", "’"}};
  for (const auto& [open, close] : kPairs) {
    if (text.size() < open.size() + close.size() || !text.starts_with(open) ||
        !text.ends_with(close)) {
      continue;
    }
    const std::string_view inside =
        text.substr(open.size(), text.size() - open.size() - close.size());
    if (inside.find(open) == std::string_view::npos) return trim(inside);
  }
  return text;
}

bool is_masked(std::string_view key) {
  for (const std::string_view mask : {"•", "***", "…", "..."}) {
    if (key.find(mask) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

Environment Environment::parse(std::string_view block) {
  Environment environment;
  while (!block.empty()) {
    const std::size_t end = block.find('\0');
    const std::string_view entry = block.substr(0, end);
    const std::size_t equals = entry.find('=');
    if (equals != std::string_view::npos) {
      const std::string plain = without_odd_spaces(entry.substr(equals + 1));
      const std::string_view value = without_quotes(trim(plain));
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
  for (const std::string_view yes : {"1", "true", "on", "yes"}) {
    if (equals_ignoring_case(text, yes)) return true;
  }
  for (const std::string_view no : {"0", "false", "off", "no"}) {
    if (equals_ignoring_case(text, no)) return false;
  }
  return config_error(std::string(name) + " must be 1 or 0.");
}

Result<std::string> Environment::get_header_name(std::string_view name) const {
  std::string header = to_lower(get(name));
  for (const char c : header) {
    if (is_alnum(c) || c == '-' || c == '_') continue;
    return config_error(std::string(name) + " must be the name of a header, such as api-key.");
  }
  return header;
}

std::vector<std::string> Environment::get_list(std::string_view name) const {
  std::vector<std::string> items;
  for (const std::string_view line : split_list(get(name), '\n')) {
    for (const std::string_view item : split_list(line, ',')) {
      const std::string_view bare = without_quotes(item);
      if (!bare.empty()) items.emplace_back(bare);
    }
  }
  return items;
}

Result<std::vector<std::string>> Environment::get_keys(std::string_view name) const {
  std::vector<std::string> keys = get_list(name);
  for (const std::string& key : keys) {
    if (is_masked(key)) {
      return config_error(std::string(name) + " holds a masked key; it must be the whole key.");
    }
  }
  return keys;
}

}  // namespace fluxgate
