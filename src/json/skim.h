// Finds the values of a JSON text without building them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace fluxgate::json {

/// The deepest nesting that is read. Chat requests with tool schemas stay under 20; .NET's reader
/// also stops at 64.
constexpr std::size_t kMaxDepth = 64;

/// Most values in one text. A value costs some 40 bytes, so a tree takes at most about 4 MiB; a
/// request of 1,024 messages with tools has some 20,000 values.
constexpr std::size_t kMaxValues = 100'000;

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

/// A part of the text, in bytes. Of a string it is what stands between the quotes.
struct Place {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool has_escapes = false;  ///< A string that holds a backslash.
};

/// One value. The nodes stand in the order of the text.
struct Node {
  Kind kind;
  Place place;
  Place key;            ///< Of an object's member.
  std::uint32_t next;   ///< The index behind the last descendant: of the next sibling, if any.
  std::uint32_t count;  ///< array: its items.
};

/// Is a number within the range of double? It is asked about numbers of unusual length alone.
using IsInRange = bool (*)(std::string_view number);

/// Notes where every value of `text` stands. Returns null, or why the text is refused: for what RFC
/// 8259 refuses (bytes that are no UTF-8 and halves of surrogate pairs included), for a number that
/// `is_in_range` refuses, and beyond kMaxDepth or kMaxValues. `text` has under 4 GiB; it may begin
/// with a byte order mark. Nothing recurses, and the text of a string is looked at eight bytes at a
/// time.
const char* skim(std::string_view text, IsInRange is_in_range, std::vector<Node>& nodes);

}  // namespace fluxgate::json
