// Makes a better prompt without a language model.
#pragma once

#include <string>
#include <string_view>

namespace fluxgate {

/// Gives the idea as comma-separated phrases and adds what it does not say: a medium, light,
/// composition and texture that suit its subject. The result depends on the idea alone, by tables
/// of words in English, Chinese and a few in other languages (picture_words.h); nothing is
/// translated. The user's words come first, in their order, without "please draw" and the like. The
/// prompt has at most kMaxPromptWords words and kMaxPromptBytes bytes (clean_up.h): the start of a
/// longer idea stays, and all quotations that fit. tidy_prompt() leaves it as it is. Empty when
/// the idea holds nothing that a picture could show; the caller then takes the idea itself.
std::string optimise_locally(std::string_view idea);

}  // namespace fluxgate
