// The user's own words as the start of a prompt.
#pragma once

#include <string>
#include <string_view>

namespace fluxgate {

/// The idea on one line: sentences, lines and list items become phrases separated by ", ", a
/// request such as "please draw me a picture of" goes, text in quotation marks stays to the letter
/// (a line break in it becomes a space).
/// Within kMaxPromptWords and kMaxPromptBytes (clean_up.h): of a longer idea the start stays, and
/// behind it what is quoted later, as long as all of that fits.
std::string idea_as_phrases(std::string_view idea);

}  // namespace fluxgate
