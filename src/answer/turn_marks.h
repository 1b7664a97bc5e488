// The marks that chat templates put around a turn.
#pragma once

#include <string_view>

namespace fluxgate {

/// `answer` without the marks that chat templates put around a turn (`<|im_end|>`, `</s>`,
/// `[/INST]`, ...): what follows the first of them behind a text belongs to another turn.
std::string_view without_turn_marks(std::string_view answer);

}  // namespace fluxgate
