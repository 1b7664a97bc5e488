// The sizes that the models of a backend take.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "picture/size_rules.h"

namespace fluxgate {

/// The rules of all models whose name holds `name`, in any ASCII case.
struct ModelSizes {
  std::string_view name;
  SizeRules rules;
};

/// The rules of `model`: those of the first entry of `sizes` that fits, else those of models that
/// have the same ones with everybody who serves them, else none: any size is taken.
SizeRules size_rules(std::span<const ModelSizes> sizes, std::string_view model);

/// Of the resolutions that makers call 1K, 2K and 4K, the one nearest in area: 1, 2 or 4.
int resolution_of(ImageSize size);

/// "1024*768"
std::string starred(ImageSize size);

}  // namespace fluxgate
