// Language models that do not want to write a prompt.
#pragma once

#include <string_view>

namespace fluxgate {

/// Does an answer begin with the words in which hosted models refuse? It would be drawn, and paid
/// for, as a prompt. English and Chinese: others refuse in the language of their rules, English
/// here.
bool is_refusal(std::string_view answer);

}  // namespace fluxgate
