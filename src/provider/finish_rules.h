// How far the models of a backend finish pictures as they are told.
#pragma once

#include <span>
#include <string_view>

#include "picture/finish.h"

namespace fluxgate {

/// What a model takes: the backend's own words, separated by spaces; empty: it has no such field.
struct FinishRules {
  std::string_view qualities = {};    ///< From the lowest on.
  std::string_view formats = {};      ///< "png jpeg webp"
  std::string_view backgrounds = {};  ///< "opaque transparent"
};

/// The rules of all models whose name holds `name`, in any ASCII case.
struct ModelFinish {
  std::string_view name;
  FinishRules rules;
};

/// The rules of `model`: those of the first entry that fits, else none.
FinishRules finish_rules(std::span<const ModelFinish> finishes, std::string_view model);

// The backend's word for what is wished; empty when nothing is, and when it has none.

/// The nearest quality that there is.
std::string_view quality_word(const FinishRules& rules, Quality wished);
std::string_view format_word(const FinishRules& rules, FileFormat wished);
std::string_view background_word(const FinishRules& rules, Background wished);

}  // namespace fluxgate
