// The settings as the host gives them: names and their texts.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace fluxgate {

/// Environment variables of one instance. Values are cleaned of what pasting brings along: white
/// space and quotation marks around the whole, no-break and zero-width spaces. A blank value is as
/// good as none.
class Environment {
 public:
  /// `block`: "NAME=value" entries, each ended by a NUL byte (a value may hold line ends). An entry
  /// without '=' is ignored. When a name comes twice, the first one counts.
  static Environment parse(std::string_view block);

  /// The names of all variables that have a value.
  std::vector<std::string_view> names() const;
  /// The value of `name`; empty when it is unset or blank.
  std::string_view get(std::string_view name) const;

  /// The items of the value of `name`, which commas or line breaks separate, cleaned as values are;
  /// blank items are left out.
  std::vector<std::string> get_list(std::string_view name) const;
  /// A list of keys. Error: configuration_error for a key that is masked (`sk-...x`, `••••`,
  /// `***`), as the pages show it that it was copied from.
  Result<std::vector<std::string>> get_keys(std::string_view name) const;
  /// The name of a header, in lower case; empty when it is unset. Error: configuration_error for
  /// what is no such name.
  Result<std::string> get_header_name(std::string_view name) const;
  /// True for 1, true, on, yes, false for 0, false, off, no, `fallback` when `name` is unset.
  /// Error: configuration_error for any other value.
  Result<bool> get_switch(std::string_view name, bool fallback) const;

 private:
  /// Names and values in the order given; no value is blank.
  std::vector<std::pair<std::string, std::string>> variables_;
};

}  // namespace fluxgate
