#include "json/writer.h"

namespace fluxgate::json {
namespace {

constexpr bool needs_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

void append_escaped(std::string& out, char c) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default:
      out += "\\u00";
      out += kHex[c >> 4 & 15];
      out += kHex[c & 15];
  }
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out += '"';
  append_string_part(out, text);
  out += '"';
}

void append_string_part(std::string& out, std::string_view text) {
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!needs_escape(text[i])) continue;
    out.append(text, copied, i - copied);
    append_escaped(out, text[i]);
    copied = i + 1;
  }
  out.append(text, copied, text.size() - copied);
}

std::size_t max_string_bytes(std::string_view text) {
  constexpr std::size_t kMoreOfEscape = 5;  // \u00XX
  std::size_t size_bytes = text.size() + 2;
  for (const char c : text) size_bytes += needs_escape(c) ? kMoreOfEscape : 0;
  return size_bytes;
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

Writer& Writer::string(std::span<const std::string> parts) {
  separate();
  out_ += '"';
  for (const std::string& part : parts) append_string_part(out_, part);
  out_ += '"';
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
