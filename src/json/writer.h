// Writing JSON straight to its bytes: no tree in between.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/decimal.h"

namespace fluxgate::json {

/// Appends `text` as a JSON string, quotes included. `text` must be UTF-8: RFC 8259 §7 escapes
/// nothing else than quotes, backslashes and control characters.
void append_string(std::string& out, std::string_view text);
/// `text` as a part of a JSON string: what append_string() appends, without the quotes. It stays
/// where it is if its capacity allows that.
std::string escape(std::string text);

/// Appends one JSON text to a string, member by member, and minds the commas. Nothing is checked:
/// the order of the calls is the shape of the text.
///
///   Writer(out).begin_object().key("id").string(id).key("n").number(1).end_object();
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  Writer& begin_object() { return open('{'); }
  Writer& end_object() { return close('}'); }
  Writer& begin_array() { return open('['); }
  Writer& end_array() { return close(']'); }
  /// `name` needs no escaping: it is a literal of ours.
  Writer& key(std::string_view name);

  Writer& string(std::string_view text);
  Writer& number(std::int64_t value);
  /// A decimal (base/decimal.h).
  Writer& billionths(std::int64_t value) { return raw(write_billionths(value)); }
  Writer& boolean(bool value) { return raw(value ? "true" : "false"); }
  Writer& null() { return raw("null"); }
  /// A piece that is JSON already.
  Writer& raw(std::string_view json);

 private:
  Writer& open(char bracket);
  Writer& close(char bracket);
  void separate();

  std::string& out_;
  bool comma_ = false;  ///< A value stands before this place.
};

}  // namespace fluxgate::json
