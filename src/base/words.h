// Looks for words of many languages in a text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fluxgate {

/// The first place in `text`, which is in lower case, of any of `words`, which '|' separates; npos
/// when there is none. A word that begins with an ASCII letter must stand alone, but for a plural's
/// "s" and, when an asterisk ends it, any letters behind it. Others are found anywhere: in their
/// scripts words run together, or change their endings.
std::size_t find_any(std::string_view text, std::string_view words);

/// The lower case of a letter of the Latin and Cyrillic scripts; any other character as it is, but
/// the typographic apostrophe as the plain one.
char32_t lower_case(char32_t value);
/// Is it a letter or a syllable of any script, and no punctuation, digit or pictograph?
bool is_letter(char32_t value);
std::string lower_text(std::string_view text);

void append_utf8(std::string& text, char32_t value);

}  // namespace fluxgate
