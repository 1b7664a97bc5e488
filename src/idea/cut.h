// Takes pieces out of a sentence without leaving a trace.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "idea/protected_spans.h"

namespace fluxgate {

/// `text` without `pieces` (in order, not overlapping). Where a piece was, and only there: double
/// white space becomes single, a separator that has lost what it separated goes (", 16:9, " leaves
/// one comma, a last comma goes), and so do brackets and quotes that have become empty.
std::string cut_out(std::string_view text, const std::vector<Span>& pieces);

/// Does a phrase end at `at`? Blanks aside, the end of the text, a line break, a separator or a
/// closing bracket must follow.
bool phrase_ends_at(std::string_view text, std::size_t at);

}  // namespace fluxgate
