#include "provider/finish_rules.h"

#include <cstdlib>

#include "base/ascii.h"

namespace fluxgate {
namespace {

int steps_between(Quality a, Quality b) {
  return std::abs(static_cast<int>(a) - static_cast<int>(b));
}

/// The one of `words` that means what is wished.
template <class Meaning>
std::string_view word_for(std::string_view words, Meaning wished,
                          Meaning (*read)(std::string_view)) {
  if (wished == Meaning::any || wished == Meaning::unknown) return {};
  for (const std::string_view word : split_list(words, ' ')) {
    if (read(word) == wished) return word;
  }
  return {};
}

}  // namespace

FinishRules finish_rules(std::span<const ModelFinish> finishes, std::string_view model) {
  for (const ModelFinish& each : finishes) {
    if (find_ignoring_case(model, each.name) != kNowhere) return each.rules;
  }
  return {};
}

std::string_view quality_word(const FinishRules& rules, Quality wished) {
  std::string_view nearest;
  if (wished == Quality::any || wished == Quality::unknown) return nearest;
  for (const std::string_view word : split_list(rules.qualities, ' ')) {
    const bool is_nearer = nearest.empty() || steps_between(read_quality(word), wished) <
                                                  steps_between(read_quality(nearest), wished);
    if (is_nearer) nearest = word;
  }
  return nearest;
}

std::string_view format_word(const FinishRules& rules, FileFormat wished) {
  return word_for(rules.formats, wished, read_file_format);
}

std::string_view background_word(const FinishRules& rules, Background wished) {
  return word_for(rules.backgrounds, wished, read_background);
}

}  // namespace fluxgate
