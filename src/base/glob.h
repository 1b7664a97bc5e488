// Patterns with stars, as operators write them for the names of models.
#pragma once

#include <string_view>

namespace fluxgate {

/// Is `name` what `pattern` stands for? A `*` in it stands for any text, the empty one included,
/// and every other character for itself. The time is at most the product of both lengths.
bool fits_glob(std::string_view pattern, std::string_view name);

}  // namespace fluxgate
