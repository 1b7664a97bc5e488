#include "http/multipart.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"

namespace fluxgate {
namespace {

/// One "; name=value" of a header.
struct Parameter {
  std::string_view name;
  std::string value;  ///< Without quotation marks and the backslashes of escapes.
};

/// Reads the parameters behind the first ';' of a header's value, one by one.
class ParameterReader {
 public:
  explicit ParameterReader(std::string_view value)
      : rest_(value.substr(std::min(value.find(';'), value.size()))) {}

  std::optional<Parameter> next() {
    while (!rest_.empty() && (rest_[0] == ';' || is_space(rest_[0]))) rest_.remove_prefix(1);
    if (rest_.empty()) return std::nullopt;
    const std::size_t name_end = std::min(rest_.find_first_of("=;"), rest_.size());
    Parameter parameter{trim(rest_.substr(0, name_end)), {}};
    rest_.remove_prefix(name_end);
    if (rest_.empty() || rest_[0] == ';') return parameter;
    rest_.remove_prefix(1);
    while (!rest_.empty() && is_space(rest_[0])) rest_.remove_prefix(1);
    parameter.value = !rest_.empty() && rest_[0] == '"' ? take_quoted() : take_token();
    return parameter;
  }

 private:
  std::string take_token() {
    const std::size_t end = std::min(rest_.find(';'), rest_.size());
    const std::string token(trim(rest_.substr(0, end)));
    rest_.remove_prefix(end);
    return token;
  }

  /// Browsers do not escape a backslash, so it escapes quotation marks and itself alone.
  std::string take_quoted() {
    std::string text;
    std::size_t at = 1;
    for (; at < rest_.size() && rest_[at] != '"'; ++at) {
      const char next = at + 1 < rest_.size() ? rest_[at + 1] : '\0';
      if (rest_[at] == '\\' && (next == '"' || next == '\\')) ++at;
      text.push_back(rest_[at]);
    }
    rest_.remove_prefix(std::min(at + 1, rest_.size()));
    return text;
  }

  std::string_view rest_;
};

bool may_be_in_boundary(char c) {
  return is_alnum(c) || std::string_view("'()+_,-./:=? ").find(c) != kNowhere;
}

/// The name of a field as browsers escape it (url.spec.whatwg.org, multipart/form-data).
std::string unescape_name(std::string name) {
  for (const auto& [escape, meaning] : {std::pair("%22", '"'), {"%0D", '\r'}, {"%0A", '\n'}}) {
    for (std::size_t at = name.find(escape); at != name.npos; at = name.find(escape, at + 1)) {
      name.replace(at, 3, 1, meaning);
    }
  }
  return name;
}

PartHead read_disposition(std::string_view value, bool& has_name) {
  PartHead head;
  ParameterReader parameters(value);
  while (auto parameter = parameters.next()) {
    if (equals_ignoring_case(parameter->name, "name") && !has_name) {
      head.name = unescape_name(std::move(parameter->value));
      has_name = true;
    }
    head.is_file = head.is_file || equals_ignoring_case(parameter->name, "filename") ||
                   equals_ignoring_case(parameter->name, "filename*");
  }
  return head;
}

}  // namespace

bool is_multipart_form(std::string_view content_type) {
  return equals_ignoring_case(trim(content_type.substr(0, content_type.find(';'))),
                              "multipart/form-data");
}

std::optional<std::string> boundary_in(std::string_view content_type) {
  ParameterReader parameters(content_type);
  while (auto parameter = parameters.next()) {
    if (!equals_ignoring_case(parameter->name, "boundary")) continue;
    std::string& boundary = parameter->value;
    const bool is_good = !boundary.empty() && boundary.size() <= kMaxBoundaryBytes &&
                         boundary.back() != ' ' &&
                         std::all_of(boundary.begin(), boundary.end(), may_be_in_boundary);
    if (!is_good) return std::nullopt;
    return std::move(boundary);
  }
  return std::nullopt;
}

std::optional<PartHead> read_part_head(std::string_view lines) {
  constexpr std::string_view kDisposition = "content-disposition:";
  while (!lines.empty()) {
    std::size_t end = std::min(lines.find('\n'), lines.size());
    // A line that begins with white space goes on with the one before.
    while (end + 1 < lines.size() && (lines[end + 1] == ' ' || lines[end + 1] == '\t')) {
      end = std::min(lines.find('\n', end + 1), lines.size());
    }
    const std::string line = in_one_line(trim(lines.substr(0, end)));
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (!starts_with_ignoring_case(line, kDisposition)) continue;
    bool has_name = false;
    PartHead head = read_disposition(std::string_view(line).substr(kDisposition.size()), has_name);
    if (!has_name) return std::nullopt;
    return head;
  }
  return std::nullopt;
}

}  // namespace fluxgate
