// The quoted parts of a text.
#pragma once

#include <string_view>
#include <vector>

#include "idea/protected_spans.h"

namespace fluxgate {

/// Text between quotation marks, with the marks, in order and without overlap. A mark without its
/// partner is no quotation; apostrophes are none. Linear in the length of the text.
std::vector<Span> find_quotations(std::string_view text);

}  // namespace fluxgate
