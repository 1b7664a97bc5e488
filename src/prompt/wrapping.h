// Takes off what language models wrap around a prompt although they were asked for the prompt
// alone.
#pragma once

#include <string_view>

namespace fluxgate {

/// The part of `answer` that is the prompt; a view into it, trimmed, still of several lines.
/// Taken off, in up to 8 layers:
/// - a code fence around it, with a lead-in before and remarks behind the fence;
/// - lines from "Note:", "Explanation:" or "Negative prompt:" on, unless they come first;
/// - a label or lead-in: words like `Prompt:`, `**Output:**`, `## Final prompt`, "Sure! Here is the
///   optimized prompt:", `提示词：`. It must end with a colon or its line, and consist of words
///   that are used for nothing else;
/// - quotation marks, bold marks, backticks or <prompt> tags around the whole. Marks that belong to
///   a quoted text at either end stay: `"OPEN" sign over a door reading "PULL"`.
/// Empty when the answer is nothing but wrapping.
std::string_view unwrap_prompt(std::string_view answer);

}  // namespace fluxgate
