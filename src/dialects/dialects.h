// The dialects that there are: one file of this folder each. The build makes their table.
#pragma once

#include <string_view>

#include "dialects/table.gen.h"
#include "provider/dialect.h"

namespace fluxgate {

/// The dialect of that name; null when there is none.
const Dialect* find_dialect(std::string_view name);

/// The dialect that a backend at this URL speaks, by its host; siliconflow's, which the original
/// project speaks, for hosts that no dialect names.
const Dialect& dialect_at(std::string_view url);

}  // namespace fluxgate
