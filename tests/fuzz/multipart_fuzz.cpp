// Forms: what divides them, and what stands above their parts.
#include <string>

#include "base/ascii.h"
#include "fuzz.h"
#include "http/form_writer.h"
#include "http/multipart.h"

namespace fluxgate::fuzz {
namespace {

void check_boundary(std::string_view content_type) {
  const auto boundary = boundary_in(content_type);
  if (!boundary) return;
  constexpr std::string_view kMarks = "'()+_,-./:=? ";  // RFC 2046 section 5.1.1.
  expect(!boundary->empty() && boundary->size() <= kMaxBoundaryBytes, "its length", content_type);
  expect(boundary->back() != ' ', "its end", content_type);
  for (const char c : *boundary) {
    expect(is_alnum(c) || contains(kMarks, {&c, 1}), "its characters", content_type);
  }
  const std::string quoted = "multipart/form-data; boundary=\"" + *boundary + "\"";
  expect(boundary_in(quoted) == boundary, "the same boundary in quotation marks", content_type);
  expect(is_multipart_form(quoted), "its type", content_type);
}

/// Line ends of either kind mean the same, and a line of no meaning above changes nothing.
void check_head(std::string_view lines) {
  const auto head = read_part_head(lines);
  std::string other;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (lines.substr(at).starts_with("\r\n")) continue;
    other += lines[at];
  }
  const auto same = read_part_head(other);
  expect(head.has_value() == same.has_value(), "line ends of either kind", lines);
  // A line that begins with white space would go on with the one above.
  const bool goes_on = lines.starts_with(' ') || lines.starts_with('\t');
  const auto behind = read_part_head((goes_on ? "" : "x-nothing: 1\r\n") + std::string(lines));
  expect(head.has_value() == behind.has_value(), "a line above", lines);
  if (!head) return;
  expect(head->name == same->name && head->is_file == same->is_file, "the same head", lines);
  expect(head->name == behind->name && head->is_file == behind->is_file, "the same head", lines);
}

/// What is written is read again.
void check_written(std::string_view name, std::string_view value) {
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E || c == '"' ||
        c == '\\' || c == '%') {
      return;
    }
  }
  const auto form = FormWriter().field(name, value).finish();
  const auto boundary = boundary_in(form.content_type);
  expect(boundary.has_value(), "a form that is written has a boundary", name);
  const std::size_t head_at = form.body.find("\r\n") + 2;
  const std::size_t head_end = form.body.find("\r\n\r\n", head_at);
  expect(head_end != std::string::npos, "and a head", name);
  const auto head = read_part_head(std::string_view(form.body).substr(head_at, head_end - head_at));
  expect(head && head->name == name && !head->is_file, "and the name", name);
  expect(contains(form.body, "\r\n\r\n" + std::string(value) + "\r\n--" + *boundary),
         "and the value", value);
}

}  // namespace
}  // namespace fluxgate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes) {
  using namespace fluxgate::fuzz;
  const std::string_view text = text_of(data, size_bytes);
  check_boundary(text);
  check_head(text);
  const std::size_t end = std::min(text.find('\n'), text.size());
  check_written(text.substr(0, end), text.substr(end));
  return 0;
}
