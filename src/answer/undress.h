// Takes off what stands around a prompt in its block: labels, marks, talk, flags.
#pragma once

#include <string>
#include <string_view>

#include "answer/blocks.h"
#include "answer/labels.h"

namespace fluxgate {

/// What is left of a block.
struct Undressed {
  std::string text;
  Label label = Label::none;
  bool framed = false;  ///< Quotation marks stood around it.
  bool talked = false;
  bool refused = false;  ///< The talk was a refusal.
};

/// Undresses a block. `is_one_of_many`: there are more of its kind beside it. Linear in its length.
Undressed undress(const Block& block, bool is_one_of_many);

/// `text` without Midjourney's flags (" --ar 16:9 ...") and weights ("::2").
std::string without_flags(std::string_view text);

/// `text` without the asterisks of bold words, where they come in pairs.
std::string without_bold(std::string text);

}  // namespace fluxgate
