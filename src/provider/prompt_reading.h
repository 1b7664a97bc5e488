// Which prompts a model reads best.
#pragma once

#include <string_view>

namespace fluxgate {

/// Does a model of this name read prose better than phrases between commas? Those do that have a
/// language model in front, whoever serves them.
bool reads_sentences(std::string_view model);

}  // namespace fluxgate
