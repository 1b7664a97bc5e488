// Labels in front of a text: "Prompt:", "**Option 2:**", "优化后的提示词：".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fluxgate {

/// A longer text is no label.
constexpr std::size_t kMaxLabelBytes = 400;

/// What a label says about the text behind it.
enum class Label : std::uint8_t {
  none,
  field,   ///< A part of a picture: "Style".
  option,  ///< One of several versions: "Option 2".
  prompt,  ///< The prompt, or an announcement of it.
  last,    ///< The prompt, in its last version.
  aside    ///< Something else: a draft, a note, what is to be left out.
};

/// What `label` says, by its words in some fifteen languages.
Label label_kind(std::string_view label);

/// The parts of a text around the first colon that may stand behind a label.
struct Labelled {
  std::string_view label;
  std::string_view rest;
};

/// Splits `text` at its first colon outside quotations and braces; behind a word for a prompt also
/// at a dash or an equals sign. The label is empty when there is none.
Labelled split_label(std::string_view text);

/// Is what stands in front of a colon a label or an announcement, and no part of the picture?
bool is_label(const Labelled& parts);

/// `text` without Markdown's marks at its ends.
std::string_view without_edge_marks(std::string_view text);

/// The number of words in `text`, its quotations left out.
std::size_t word_count(std::string_view text);

/// `text` without a label that names a prompt: "Prompt: a cat".
std::string_view without_prompt_label(std::string_view text);

}  // namespace fluxgate
