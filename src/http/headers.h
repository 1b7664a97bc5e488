// A header section kept as one text, as it crosses the border of the module.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace fluxgate {

/// Header fields in order, held as the lines "name: value\n" that the module's ABI uses. Names are
/// lower-case (a host lowers them), so names compare byte for byte. Nothing is parsed until it is
/// asked for.
class Headers {
 public:
  Headers() = default;
  /// Takes over lines that a host wrote.
  static Headers from_lines(std::string lines);

  /// Adds a field after the others. A control character in `value` becomes a space: no value can
  /// end its line.
  Headers& append(std::string_view name, std::string_view value);

  /// The value of the first field `name`; nothing when there is none. Valid until the next
  /// append().
  std::optional<std::string_view> find(std::string_view name) const;

  /// All fields, one "name: value\n" each.
  const std::string& lines() const { return lines_; }
  std::string take_lines() && { return std::move(lines_); }

 private:
  std::string lines_;
};

/// The fields of another name.
Headers without(const Headers& headers, std::string_view name);

}  // namespace fluxgate
