#include "idea/protected_spans.h"

#include <utility>

#include "base/ascii.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

/// A run of more backticks opens no inline code: nobody writes such runs.
constexpr std::size_t kMaxInlineBackticks = 8;

std::size_t run_length(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] == text[at]) ++end;
  return end - at;
}

/// Does the line start at `at`, at most three spaces aside?
bool starts_line(std::string_view text, std::size_t at) {
  for (int spaces = 0; at > 0 && text[at - 1] == ' '; --at) {
    if (++spaces > 3) return false;
  }
  return at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r';
}

bool is_host_character(char c) {
  return is_alnum(c) || c == '.' || c == '-' || c == '_' || c == '+';
}

/// Is it a host name, such as "example.com" or "a.b.co"? The last label has two letters or more.
bool is_host_name(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  if (dot == kNowhere || dot == 0 || text.size() - dot < 3) return false;
  for (const char c : text.substr(dot + 1)) {
    if (!is_alpha(c)) return false;
  }
  return is_alnum(text[dot - 1]);
}

std::size_t web_address_end(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const CodePoint next = code_point_at(text, at);
    const char32_t value = next.value;
    const bool full_width_mark = (value >= 0x3000 && value <= 0x303F) ||
                                 (value >= 0xFF01 && value <= 0xFF0F) ||
                                 (value >= 0xFF1A && value <= 0xFF20);
    if (value <= ' ' || value == '<' || value == '>' || value == '"' || full_width_mark ||
        is_blank(value) || is_line_break(value)) {
      break;
    }
    at += next.length_bytes;
  }
  return at;
}

/// Does a web address start at `begin`? `host_end`: where the characters of its scheme or host end.
bool is_web_address(std::string_view text, std::size_t begin, std::size_t host_end) {
  const std::string_view host = text.substr(begin, host_end - begin);
  if (starts_with_at(text, host_end, "://")) return is_alpha(host.front());
  if (!is_host_name(host)) return false;
  if (host_end < text.size() && text[host_end] == ':') {
    const std::size_t port = ++host_end;
    while (host_end < text.size() && is_digit(text[host_end])) ++host_end;
    if (host_end == port) return false;
  }
  return host_end < text.size() && text[host_end] == '/';
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::vector<Span> scan() {
    std::size_t at = 0;
    while (at < text_.size()) {
      const char c = text_[at];
      if (c == '`' || c == '~') {
        at = scan_code(at);
      } else if (is_host_character(c)) {
        at = scan_word(at);
      } else if (c == '[') {
        at = scan_bracket(at);
      } else {
        ++at;
      }
    }
    return std::move(spans_);
  }

 private:
  std::size_t protect(std::size_t begin, std::size_t end) {
    spans_.push_back({begin, end});
    return end;
  }

  std::size_t scan_word(std::size_t begin) {
    std::size_t end = begin;
    while (end < text_.size() && is_host_character(text_[end])) ++end;
    const bool is_urn = equals_ignoring_case(text_.substr(begin, end - begin), "urn") &&
                        starts_with_at(text_, end, ":");
    if (!is_urn && !is_web_address(text_, begin, end)) return end;
    return protect(begin, web_address_end(text_, end));
  }

  /// An address of IPv6 in brackets has hexadecimal digits and at least two colons.
  std::size_t scan_bracket(std::size_t begin) {
    std::size_t end = begin + 1;
    std::size_t colon_count = 0;
    for (; end < text_.size(); ++end) {
      const char c = text_[end];
      if (c == ':') ++colon_count;
      if (c != ':' && c != '.' && hex_digit_value(c) < 0) break;
    }
    const bool is_address = colon_count >= 2 && starts_with_at(text_, end, "]");
    return is_address ? protect(begin, end + 1) : begin + 1;
  }

  std::size_t scan_code(std::size_t begin) {
    const std::size_t length = run_length(text_, begin);
    if (length >= 3 && starts_line(text_, begin)) {
      const std::size_t end = fence_end(begin, length);
      if (end != kNowhere) return protect(begin, end);
    }
    if (text_[begin] == '`') {
      const std::size_t end = inline_code_end(begin + length, length);
      if (end != kNowhere) return protect(begin, end);
    }
    return begin + length;
  }

  /// Where a fenced block ends; kNowhere when the opening line holds another backtick, for then it
  /// opens inline code.
  std::size_t fence_end(std::size_t begin, std::size_t length) const {
    const char mark = text_[begin];
    std::size_t at = begin + length;
    for (; at < text_.size() && text_[at] != '\n'; ++at) {
      if (mark == '`' && text_[at] == '`') return kNowhere;
    }
    while (at < text_.size()) {
      ++at;  // past the line break
      std::size_t start = at;
      while (start < text_.size() && start - at < 3 && text_[start] == ' ') ++start;
      if (start < text_.size() && text_[start] == mark) {
        const std::size_t run = run_length(text_, start);
        if (run >= length) return start + run;
      }
      while (at < text_.size() && text_[at] != '\n') ++at;
    }
    return text_.size();
  }

  /// The end of the next run of exactly `length` backticks in the same paragraph. A search that
  /// failed is not made again for the same paragraph, which keeps the whole linear.
  std::size_t inline_code_end(std::size_t at, std::size_t length) {
    if (length > kMaxInlineBackticks || at < unmatched_until_[length]) return kNowhere;
    while (at < text_.size()) {
      if (text_[at] == '`') {
        const std::size_t run = run_length(text_, at);
        if (run == length) return at + run;
        at += run;
      } else if (text_[at] == '\n' && is_empty_line(at + 1)) {
        break;
      } else {
        ++at;
      }
    }
    unmatched_until_[length] = at;
    return kNowhere;
  }

  bool is_empty_line(std::size_t begin) const {
    const std::size_t at = skip_blanks(text_, begin);
    return at < text_.size() && (text_[at] == '\n' || text_[at] == '\r');
  }

  std::string_view text_;
  std::vector<Span> spans_;
  std::size_t unmatched_until_[kMaxInlineBackticks + 1] = {};
};

}  // namespace

std::vector<Span> find_protected_spans(std::string_view text) {
  return Scanner(text).scan();
}

}  // namespace fluxgate
