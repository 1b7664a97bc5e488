// Chooses the prompt in a language model's answer.
#pragma once

#include <string>
#include <string_view>

namespace fluxgate {

/// Models wrap the prompt that they were asked for in greetings, remarks, lists, JSON and second
/// versions, in any language. Instead of peeling known phrases off the ends, this chooses:
///
/// 1. The answer is split into blocks: lines, list items, fences, texts of JSON (blocks.h).
/// 2. Each block is undressed: labels, quotation marks and Markdown around it, flags and what a
///    later label names behind it, and at both ends what speaks to somebody (speech.h): sentences,
///    words set off by a dash, a remark in brackets.
/// 3. What is left is valued. Phrases between commas are what a prompt is; prose may be one; a
///    question, an announcement, an excuse or talk is none. A fence, a quotation or a label that
///    names a prompt speaks for it, a label that says draft, note or negative against it. English
///    comes before other languages, and what comes first before what follows.
/// 4. A list whose items are parts of one picture is joined with commas; of a list of whole prompts
///    the first is taken.
///
/// Gives the best block, or nothing when the answer holds no prompt: a refusal, a question back.
/// `answer`: visible text (idea/visible_text.h) without thinking (thinking.h). Work is linear in
/// the answer, of which the first kMaxChosenBytes are read.
/// Vectors: tests/vectors/answer/ours_answers.json.
std::string choose_prompt(std::string_view answer);

}  // namespace fluxgate
