#include "http/headers.h"

#include <algorithm>
#include <utility>

namespace fluxgate {
namespace {

/// Most heads that we write are shorter.
constexpr std::size_t kUsualBytes = 320;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

}  // namespace

Headers Headers::from_lines(std::string lines) {
  Headers headers;
  headers.lines_ = std::move(lines);
  return headers;
}

Headers& Headers::append(std::string_view name, std::string_view value) {
  if (lines_.empty()) lines_.reserve(kUsualBytes);
  lines_.append(name).append(": ");
  const std::size_t start = lines_.size();
  lines_ += value;
  std::replace_if(lines_.begin() + static_cast<std::ptrdiff_t>(start), lines_.end(), is_control,
                  ' ');
  lines_.push_back('\n');
  return *this;
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  std::string_view rest = lines_;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    if (line.size() > name.size() && line.substr(0, name.size()) == name &&
        line[name.size()] == ':') {
      std::string_view value = line.substr(name.size() + 1);
      if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
      return value;
    }
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return std::nullopt;
}

Headers without(const Headers& headers, std::string_view name) {
  std::string kept;
  std::string_view lines = headers.lines();
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size() - 1) + 1;
    const std::string_view line = lines.substr(0, end);
    if (line.substr(0, line.find(':')) != name) kept += line;
    lines.remove_prefix(end);
  }
  return Headers::from_lines(std::move(kept));
}

}  // namespace fluxgate
