#include "json/writer.h"

namespace fluxgate::json {
namespace {

constexpr bool needs_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

/// The escape of a byte that needs one.
std::string escape_of(char c) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: return {'\\', 'u', '0', '0', kHex[c >> 4 & 15], kHex[c & 15]};
  }
}

/// The place of the first byte from `at` on that needs an escape; the size of the text without one.
std::size_t skip_plain(std::string_view text, std::size_t at) {
  while (at < text.size() && !needs_escape(text[at])) ++at;
  return at;
}

/// Escapes the bytes of `text` from `start` on in place, last byte first, so that no byte is
/// overwritten before it is read.
void escape_behind(std::string& text, std::size_t start) {
  start = skip_plain(text, start);
  std::size_t from = text.size();
  std::size_t to = from;
  for (std::size_t i = start; i < from; ++i) {
    if (needs_escape(text[i])) to += escape_of(text[i]).size() - 1;
  }
  text.resize(to);
  while (from != to) {
    const char c = text[--from];
    if (needs_escape(c)) {
      const std::string written = escape_of(c);
      to -= written.size();
      written.copy(&text[to], written.size());
    } else {
      text[--to] = c;
    }
  }
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0;;) {
    const std::size_t end = skip_plain(text, at);
    out += text.substr(at, end - at);
    if (end == text.size()) break;
    out += escape_of(text[end]);
    at = end + 1;
  }
  out += '"';
}

std::string escape(std::string text) {
  escape_behind(text, 0);
  return text;
}

Writer& Writer::text_key(std::string_view name) {
  separate();
  append_string(out_, name);
  out_ += ':';
  comma_ = false;
  return *this;
}

Writer& Writer::key(std::string_view name) {
  separate();
  out_ += '"';
  out_ += name;
  out_ += "\":";
  comma_ = false;
  return *this;
}

Writer& Writer::string(std::string_view text) {
  separate();
  append_string(out_, text);
  return *this;
}

Writer& Writer::number(std::int64_t value) {
  return raw(std::to_string(value));
}

Writer& Writer::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

Writer& Writer::open(char bracket) {
  separate();
  out_ += bracket;
  comma_ = false;
  return *this;
}

Writer& Writer::close(char bracket) {
  out_ += bracket;
  comma_ = true;
  return *this;
}

void Writer::separate() {
  if (comma_) out_ += ',';
  comma_ = true;
}

}  // namespace fluxgate::json
