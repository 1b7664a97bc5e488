// The part of a text that a reader sees.
#pragma once

#include <string>
#include <string_view>

namespace fluxgate {

/// The visible characters of `text`, every line break as LF. Dropped: control characters (C0, DEL,
/// C1), damaged bytes, invisible characters (bidirectional controls, zero-width space, byte order
/// mark, tags), and joiners except between two characters that are not ASCII (emoji, Persian).
std::string visible_text(std::string_view text);

/// Does `text` hold a visible character that is no white space?
bool shows_something(std::string_view text);

/// Joins the lines of a visible text, with single spaces, and drops code fences and Markdown rules.
std::string fold_lines(std::string_view visible);

/// The visible characters of `text` on one line.
std::string fold_to_one_line(std::string_view text);

}  // namespace fluxgate
