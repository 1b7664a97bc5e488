// Takes a language model's answer apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fluxgate {

/// Where in an answer a block stands.
enum class BlockPlace : std::uint8_t {
  open,    ///< A line of text, its part from a bold label on, or lines that go on as one sentence.
  item,    ///< An item of a list or the row of a table.
  framed,  ///< In a code fence, a quoted block or a tag such as <prompt>.
  member,  ///< A text in a JSON object or array.
};

/// A part of an answer that may be the prompt by itself.
struct Block {
  std::string text;
  /// Where it has one, its heading, the line with a colon in front of it, or its name in JSON.
  std::string label;
  BlockPlace place = BlockPlace::open;
  std::size_t group = 0;  ///< Equal for the lines of one paragraph and the items of one list.
};

/// The blocks of `answer`, visible text (idea/visible_text.h), in order. Blank lines, rules,
/// headings, fences and other marks of Markdown are in none. Texts of JSON are read as long as they
/// are strings, also where the JSON is cut off or damaged. Linear in the length.
std::vector<Block> read_blocks(std::string_view answer);

}  // namespace fluxgate
