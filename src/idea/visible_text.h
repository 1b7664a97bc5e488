// What a reader sees of a text.
#pragma once

#include <string>
#include <string_view>

namespace fluxgate {

/// The visible characters of `text`, every line break as LF. Dropped: control characters (C0, DEL,
/// C1), damaged bytes, invisible characters (bidirectional controls, zero-width space, byte order
/// mark, tags), and joiners except between two characters that are not ASCII (emoji, Persian).
std::string visible_text(std::string_view text);

/// Is anything in it visible and no white space?
bool shows_something(std::string_view text);

/// The lines of a visible text as one, with single spaces; code fences and Markdown rules are
/// dropped.
std::string fold_lines(std::string_view visible);

/// The visible characters of `text` on one line.
std::string fold_to_one_line(std::string_view text);

}  // namespace fluxgate
