// The user's own words as the start of a prompt.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "prompt/protected_spans.h"

namespace fluxgate {

/// Text between quotation marks, with the marks, in order and without overlap. A mark without its
/// partner is no quotation; apostrophes are none. Linear in the length of the text.
std::vector<Span> find_quotations(std::string_view text);

/// The idea on one line: sentences, lines and list items become phrases separated by ", ", a
/// request such as "please draw me a picture of" goes, text in quotation marks stays to the letter
/// (a line break in it becomes a space).
/// Within kMaxPromptWords and kMaxPromptBytes (clean_up.h): of a longer idea the start stays, and
/// behind it what is quoted later, as long as all of that fits.
std::string idea_as_phrases(std::string_view idea);

}  // namespace fluxgate
