// A better prompt without a language model.
#pragma once

#include <string>
#include <string_view>

namespace fluxgate {

/// The idea as comma-separated phrases, and behind them what it does not say: a medium, light,
/// composition and texture that suit what it is about. Deterministic, by tables of words in English
/// and Chinese and a few in other languages (picture_words.h); nothing is translated.
/// The user's words come first and in their order, without "please draw" and the like. At most
/// kMaxPromptWords words and kMaxPromptBytes bytes (clean_up.h): of a longer idea the start stays,
/// and all quoted text that fits. A fixed point of clean_prompt(). Empty when the idea holds
/// nothing that a picture could show; the caller then takes the idea itself.
std::string optimise_locally(std::string_view idea);

}  // namespace fluxgate
