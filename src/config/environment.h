// The settings as the host gives them: names and texts.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace fluxgate {

/// Environment variables of one instance. Values are trimmed; a blank value is as good as none.
class Environment {
 public:
  /// `block`: "NAME=value" entries, each ended by a NUL byte (a value may hold line ends). An entry
  /// without '=' is ignored; of a name given twice the first counts.
  static Environment parse(std::string_view block);

  /// The names that have a value.
  std::vector<std::string_view> names() const;
  /// The value of `name`; empty when it is unset or blank.
  std::string_view get(std::string_view name) const;

  /// The comma-separated items of `name`, trimmed, blank ones left out.
  std::vector<std::string> get_list(std::string_view name) const;
  /// "1" or "0", or `fallback` when it is unset. Error: configuration_error.
  Result<bool> get_switch(std::string_view name, bool fallback) const;

 private:
  /// Names and values in the order given, no blank values.
  std::vector<std::pair<std::string, std::string>> variables_;
};

}  // namespace fluxgate
