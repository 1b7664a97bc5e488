// Changes the last prompt without a language model.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fluxgate {

/// A longer message describes a picture of its own.
constexpr std::size_t kMaxChangeWords = 12;

/// The prompt of the last picture with the change that `idea` asks for behind it: "a red fox" and
/// "make it blue" give "a red fox, make it blue", "again" gives "a red fox". Empty when `idea` is
/// no change but an idea of its own. In some ten languages; a change has few words.
std::string changed_prompt(std::string_view last_prompt, std::string_view idea);

/// The same for a message that is known to be a change, whatever its words are.
std::string with_change(std::string_view last_prompt, std::string_view change);

}  // namespace fluxgate
