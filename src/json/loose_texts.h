// Reads the texts of JSON as language models write it: cut off, with other quotation marks, without
// escapes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fluxgate::json {

/// The bytes of the JSON object or array that `text` begins with, behind white space; 0 when it
/// begins with none that holds anything. One that is cut off goes to the end.
std::size_t loose_length(std::string_view text);

/// Gives the strings in such JSON one after the other, whatever is wrong between them. A mark that
/// nothing of JSON follows is part of its string. Any text can be read; the work is linear.
///
///   json::LooseTexts texts(object);
///   while (std::optional<json::LooseTexts::Text> text = texts.next()) { ... }
class LooseTexts {
 public:
  struct Text {
    std::string name;  ///< Of the last member before it; empty when there is none.
    std::string value;
  };

  /// `json` must outlive this.
  explicit LooseTexts(std::string_view json) : json_(json) {}
  std::optional<Text> next();

 private:
  std::string read_string();

  std::string_view json_;
  std::size_t at_ = 0;
  std::string name_;
};

/// Finds the end of a JSON object or array that comes byte by byte.
class Extent {
 public:
  /// Takes the next byte and tells whether it is the last one.
  bool take(char byte);

 private:
  std::uint32_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace fluxgate::json
