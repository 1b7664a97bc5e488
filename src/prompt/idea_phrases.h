// Makes the user's own words the start of a prompt.
#pragma once

#include <string>
#include <string_view>

namespace fluxgate {

/// The idea on one line: sentences, lines and list items become phrases separated by ", ", a
/// request such as "please draw me a picture of" goes, text in quotation marks stays to the letter
/// (a line break in it becomes a space). The result keeps within kMaxPromptWords and
/// kMaxPromptBytes (clean_up.h): the start of a longer idea stays, and behind it all later
/// quotations, if they fit.
std::string idea_as_phrases(std::string_view idea);

}  // namespace fluxgate
