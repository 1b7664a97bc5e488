// Writes JSON straight to a string, without a tree in between.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/decimal.h"

namespace fluxgate::json {

/// Appends `text` as a JSON string, quotes included. `text` must be UTF-8: only quotes, backslashes
/// and control characters are escaped (RFC 8259 §7).
void append_string(std::string& out, std::string_view text);
/// Gives what append_string() appends, without the quotes. The memory of `text` is used if its
/// capacity is enough.
std::string escape(std::string text);

/// Appends one JSON text to a string and sets the commas. Nothing is checked: the order of the
/// calls gives the text its shape.
///
///   Writer(out).begin_object().key("id").string(id).key("n").number(1).end_object();
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {
    if (out_.empty()) out_.reserve(kUsualBytes);
  }

  Writer& begin_object() { return open('{'); }
  Writer& end_object() { return close('}'); }
  Writer& begin_array() { return open('['); }
  Writer& end_array() { return close(']'); }
  /// `name` needs no escaping: it is a literal of ours.
  Writer& key(std::string_view name);

  /// The same for a name of somebody else, in UTF-8.
  Writer& text_key(std::string_view name);

  Writer& string(std::string_view text);
  Writer& number(std::int64_t value);
  /// A decimal (base/decimal.h).
  Writer& billionths(std::int64_t value) { return raw(write_billionths(value)); }
  Writer& boolean(bool value) { return raw(value ? "true" : "false"); }
  Writer& null() { return raw("null"); }
  /// Appends a piece that is JSON already.
  Writer& raw(std::string_view json);

 private:
  /// Most texts are shorter.
  static constexpr std::size_t kUsualBytes = 320;

  Writer& open(char bracket);
  Writer& close(char bracket);
  void separate();

  std::string& out_;
  bool comma_ = false;  ///< The next key or value needs a comma before it.
};

}  // namespace fluxgate::json
