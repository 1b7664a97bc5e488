// Recognises answers in which a language model refuses to write a prompt.
#pragma once

#include <string_view>

namespace fluxgate {

/// Does an answer begin with words in which hosted models refuse? As a prompt it would be drawn and
/// paid for. The words are English and Chinese: models refuse in their own language or in that of
/// their instructions, which is English here.
bool is_refusal(std::string_view answer);

}  // namespace fluxgate
