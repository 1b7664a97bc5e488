// The dialects that there are: one file of this folder each. The build makes their table.
#pragma once

#include <string>
#include <string_view>

#include "dialects/table.gen.h"
#include "provider/dialect.h"

namespace fluxgate {

/// The dialect of that name; null when there is none.
const Dialect* find_dialect(std::string_view name);

/// The dialect that a backend at this URL speaks, by its host; siliconflow's, which the original
/// project speaks, for hosts that no dialect names.
const Dialect& dialect_at(std::string_view url);

/// The URL of a dialect's call, or, where ask() makes its path, of the base. `base`: either of
/// them; a base is an origin or a URL whose path ends with a version ("/v1") or "/openai". The
/// query is kept. An origin gets the path of the dialect's own base, else its origin_path. Any
/// other path of a call is taken as it is: relays have their own.
std::string call_url(std::string_view base, const Dialect& dialect);

}  // namespace fluxgate
