// From a language model's answer to a prompt for an image model.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fluxgate {

/// Image models read some 75 tokens well; 50 English words are about that many.
inline constexpr std::size_t kMaxPromptWords = 50;
/// For scripts without spaces, where words do not limit anything: some 660 Chinese characters, and
/// below the limits of all known backends.
inline constexpr std::size_t kMaxPromptBytes = 2000;

/// One paragraph of at most kMaxPromptWords words and kMaxPromptBytes bytes, valid UTF-8, without
/// the wrapping of wrapping.h. `answer` holds no thinking any more (thinking.h).
/// White space becomes single spaces; what visible_text.h drops is dropped. It is cut at a word, in
/// text without spaces at a character; a cut leaves neither a comma at the end nor the start of a
/// quoted text. Quoted text within stays as it is. Empty when nothing usable is left; the caller
/// then takes the user's own words. Vectors: tests/vectors/prompt/ours_clean_up.json.
std::string clean_prompt(std::string_view answer);

/// How many parts of the text are separated by white space.
std::size_t count_words(std::string_view text);

}  // namespace fluxgate
