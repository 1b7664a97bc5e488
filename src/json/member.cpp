#include "json/member.h"

#include "base/ascii.h"
#include "json/document.h"
#include "json/writer.h"

namespace fluxgate::json {
namespace {

/// The byte at a place; NUL behind the end.
char byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? text[at] : '\0';
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (is_space(byte_at(text, at))) ++at;
  return at;
}

/// The place behind the string whose first quote is at `at`.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '"') return at + 1;
    if (text[at] == '\\') ++at;
  }
  return text.size();
}

/// The place behind the value that starts at `at`.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    const bool closes = c == '}' || c == ']';
    if (depth == 0 && (closes || c == ',' || is_space(c))) return at;
    if (c == '{' || c == '[') ++depth;
    if (closes) --depth;
    at = c == '"' ? end_of_string(text, at) : at + 1;
    if (depth == 0 && (closes || c == '"')) return at;
  }
  return text.size();
}

/// Where a member of an object stands in its text.
struct Member {
  std::string_view quoted_name;
  std::size_t value_begin;
  std::size_t value_end;
};

/// Calls `use` with each member of the object whose brace opens at `brace`.
template <typename Use>
void each_member(std::string_view object, std::size_t brace, Use use) {
  for (std::size_t at = skip_space(object, brace + 1); byte_at(object, at) == '"';) {
    const std::size_t name_end = end_of_string(object, at);
    const std::size_t colon = skip_space(object, name_end);
    if (byte_at(object, colon) != ':') break;  // No object that a parser has accepted.
    const std::size_t value = skip_space(object, colon + 1);
    const std::size_t value_end = end_of_value(object, value);
    use(Member{object.substr(at, name_end - at), value, value_end});
    const std::size_t comma = skip_space(object, value_end);
    if (byte_at(object, comma) != ',') break;
    at = skip_space(object, comma + 1);
  }
}

/// Does `quoted`, a string with its quotes, say `name`? The parser reads its escapes, so both agree
/// on them.
bool says(std::string_view quoted, std::string_view name) {
  if (quoted.find('\\') == std::string_view::npos) {
    return quoted.substr(1, quoted.size() - 2) == name;
  }
  const Result<Document> document = Document::parse(quoted);
  return document && document->root().string() == name;
}

/// `object` with a new member as its first. `inside`: the place behind the opening brace.
std::string with_new_member(std::string_view object, std::size_t inside, std::string_view name,
                            std::string_view value_json) {
  std::string out(object.substr(0, inside));
  out.reserve(object.size() + name.size() + value_json.size() + 4);
  append_string(out, name);
  out += ':';
  out += value_json;
  if (byte_at(object, skip_space(object, inside)) != '}') out += ',';
  out += object.substr(inside);
  return out;
}

}  // namespace

std::string with_member(std::string_view object, std::string_view name,
                        std::string_view value_json) {
  const std::size_t brace = object.find('{');  // The parser passes over a byte order mark.
  if (brace == std::string_view::npos) return std::string(object);
  std::string out;
  std::size_t copied = 0;
  each_member(object, brace, [&](const Member& member) {
    if (!says(member.quoted_name, name)) return;
    if (copied == 0) out.reserve(object.size() + value_json.size());
    out += object.substr(copied, member.value_begin - copied);
    out += value_json;
    copied = member.value_end;
  });
  if (copied == 0) return with_new_member(object, brace + 1, name, value_json);
  out += object.substr(copied);
  return out;
}

std::string with_members(std::string_view object, std::string_view others) {
  std::string out(object);
  const std::size_t brace = others.find('{');
  if (brace == std::string_view::npos) return out;
  each_member(others, brace, [&](const Member& member) {
    const Result<Document> name = Document::parse(member.quoted_name);
    if (!name) return;
    const std::string_view key = name->root().string_or_empty();
    const std::string_view value =
        others.substr(member.value_begin, member.value_end - member.value_begin);
    std::string merged(value);
    if (byte_at(value, 0) == '{') {
      each_member(out, out.find('{'), [&](const Member& own) {
        if (!says(own.quoted_name, key) || out[own.value_begin] != '{') return;
        merged = with_members(
            std::string_view(out).substr(own.value_begin, own.value_end - own.value_begin), value);
      });
    }
    out = with_member(out, key, merged);
  });
  return out;
}

std::vector<MemberText> members_of(std::string_view object) {
  std::vector<MemberText> members;
  const std::size_t brace = skip_space(object, 0);
  if (byte_at(object, brace) != '{') return members;
  each_member(object, brace, [&](const Member& member) {
    const Result<Document> name = Document::parse(member.quoted_name);
    if (!name) return;
    members.push_back({std::string(name->root().string_or_empty()),
                       object.substr(member.value_begin, member.value_end - member.value_begin)});
  });
  return members;
}

}  // namespace fluxgate::json
