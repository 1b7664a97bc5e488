// Ideas: ratio and options are taken out, and every other word stays.
#include <string>

#include "base/ascii.h"
#include "fuzz.h"
#include "idea/options.h"
#include "idea/ratio.h"
#include "picture/size_fields.h"

namespace fluxgate::fuzz {
namespace {

bool is_size(ImageSize size) {
  return size.width_px >= 64 && size.width_px <= 4096 && size.height_px >= 64 &&
         size.height_px <= 4096;
}

/// Can `part` be had from `text` by leaving bytes out? White space does not count.
bool is_left_of(std::string_view part, std::string_view text) {
  std::size_t at = 0;
  for (const char c : part) {
    if (is_space(c)) continue;
    at = text.find(c, at);
    if (at == text.npos) return false;
    ++at;
  }
  return true;
}

void check_idea(std::string_view idea, const RatioTable& table) {
  const bool good_text = is_utf8(idea);
  const RatioReading ratio = read_ratio(idea, table);
  expect(is_size(ratio.size), "a size that backends take");
  expect(ratio.ratio || ratio.text == idea, "an idea without a ratio stays as it is", ratio.text);
  expect(is_left_of(ratio.text, idea), "nothing is added", ratio.text);
  expect(!good_text || is_utf8(ratio.text), "no character is cut", ratio.text);

  const IdeaReading reading = read_idea(idea, table);
  const Options& options = reading.options;
  expect(is_size(reading.size), "a size that backends take");
  const bool found = reading.ratio || options.seed || options.raw ||
                     options.action != Action::automatic || !options.negative_prompt.empty();
  expect(found || reading.text.size() == idea.size() || contains(idea, "-") ||
             contains(idea, "\xE2\x80"),
         "an idea without options stays as it is", reading.text);
  expect(is_left_of(reading.text, idea), "nothing is added", reading.text);
  expect(!good_text || is_utf8(reading.text + options.negative_prompt), "no character is cut",
         reading.text);
}

void check_table(const RatioTable& table) {
  expect(table.ratios().size() >= 6 && table.ratios().size() <= RatioTable::kMaxRatios,
         "six ratios and at most 64");
  for (const RatioSize& ratio : table.ratios()) {
    expect(ratio.width >= 1 && ratio.width <= 999 && ratio.height >= 1 && ratio.height <= 999,
           "the numbers of a ratio");
    expect(is_size(ratio.size), "a size that backends take");
  }
}

}  // namespace
}  // namespace fluxgate::fuzz

// The input is an idea; or, behind the byte 'T', a line that is IMAGE_RATIOS and an idea.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes) {
  using namespace fluxgate;
  using namespace fluxgate::fuzz;
  const auto [seed, text] = seeded_text(data, size_bytes);
  const std::size_t line_end = seed == 'T' ? text.find('\n') : text.npos;
  const auto table = parse_ratio_table(line_end == text.npos ? "" : text.substr(0, line_end));
  if (!table) {
    expect(table.error().code == ErrorCode::configuration_error, "a wrong setting");
    return 0;
  }
  check_table(*table);
  const std::string_view idea = line_end == text.npos ? text : text.substr(line_end + 1);
  check_idea(idea, *table);
  if (const auto size = read_size_field(idea)) expect(is_size(*size), "a size field", idea);
  if (const auto size = read_aspect_ratio_field(idea, *table)) {
    expect(is_size(*size), "an aspect ratio field", idea);
  }
  return 0;
}
