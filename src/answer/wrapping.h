// Takes off the marks around a text.
#pragma once

#include <string_view>

namespace fluxgate {

/// `text` without one layer of each kind of quotation marks, of square brackets and of Markdown's
/// marks for bold, italic and code around all of it, or all but a full stop at its end. Marks that
/// belong to words at both ends stay.
std::string_view without_quotes(std::string_view text);

}  // namespace fluxgate
