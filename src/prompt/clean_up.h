// Makes a language model's answer a prompt for an image model.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fluxgate {

/// Image models read some 75 tokens well, about 50 English words.
inline constexpr std::size_t kMaxPromptWords = 50;
/// The same for prompts that are plain prose (PROMPT_STYLE=sentences).
inline constexpr std::size_t kMaxProseWords = 100;
/// Limits a prompt in a script without spaces, where the limit of words does not: some 660 Chinese
/// characters. The limits of all known backends are higher.
inline constexpr std::size_t kMaxPromptBytes = 2000;

/// Gives one paragraph of valid UTF-8 of at most `max_words` words and kMaxPromptBytes bytes.
/// Only visible characters stay (visible_text.h), and white space becomes single spaces. A longer
/// text is cut at a word, or at a character when it has no spaces; the cut leaves no comma at the
/// end and no half quotation. Quotations stay as they are. Empty when nothing is left that a
/// picture could show.
std::string tidy_prompt(std::string_view text, std::size_t max_words = kMaxPromptWords);

/// The prompt in an answer without thinking (thinking.h): what choose.h chooses, as tidy_prompt()
/// makes it. Empty when the answer holds none; the caller then takes the user's own words.
/// Vectors: tests/vectors/prompt/ours_clean_up.json.
std::string clean_prompt(std::string_view answer, std::size_t max_words = kMaxPromptWords);

/// The number of words: parts of the text between white space.
std::size_t count_words(std::string_view text);

}  // namespace fluxgate
