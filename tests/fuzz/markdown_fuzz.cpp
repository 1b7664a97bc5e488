// Escaped Markdown: one line that shows the same words and forms no markup.
#include <string>

#include "base/ascii.h"
#include "fuzz.h"
#include "markdown/markdown.h"

namespace fluxgate::fuzz {
namespace {

/// White space as single spaces, none at the ends.
std::string folded(std::string_view text) {
  std::string out;
  for (const char c : trim(text)) {
    if (!is_space(c)) {
      out += c;
    } else if (!out.ends_with(' ')) {
      out += ' ';
    }
  }
  return out;
}

void check(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_]<>&~|!$@";
  const std::string escaped = escape_markdown(text);
  std::string read;  // The text that a reader of Markdown shows.
  char before = ' ';
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    const bool is_escaped = escaped[i] == '\\';
    if (is_escaped) ++i;
    expect(i < escaped.size(), "no backslash stands at the end", escaped);
    const char c = escaped[i];
    const bool is_markup = contains(kMarkup, std::string_view(&c, 1));
    expect(is_escaped || !is_markup, "all markup is escaped", escaped);
    expect(!is_escaped || is_markup || c == '.' || c == '/',
           "what is escaped is punctuation, or the backslash would show", escaped);
    expect(c == ' ' || !is_space(c), "one line", escaped);
    expect(is_escaped || c != '/' || before != '/', "no // stays whole", escaped);
    read += c;
    before = c;
  }
  expect(read == folded(text), "it reads as the same words", escaped);
  expect(find_ignoring_case(escaped, "www.") == std::string::npos, "no www. stays whole", escaped);
}

}  // namespace
}  // namespace fluxgate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes) {
  using namespace fluxgate;
  using namespace fluxgate::fuzz;
  const std::string_view text = text_of(data, size_bytes);
  check(text);
  const std::string link = "https://gw.example.com/i/a.png";
  std::string answer;
  for (const std::string& part : write_picture_answer({link, link}, {std::string(text), true}))
    answer += part;
  const std::string pictures = "![Image](" + link + ")\n\n![Image](" + link + ")\n\n";
  expect(answer == pictures + "Optimized prompt: " + escape_markdown(text),
         "an answer is its pictures and the escaped prompt", answer);
  return 0;
}
