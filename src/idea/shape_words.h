// Words that order a format: "in portrait format", "a cat, landscape", 竖版.
#pragma once

#include <optional>
#include <string_view>

#include "idea/protected_spans.h"
#include "picture/ratio_table.h"

namespace fluxgate {

struct ShapeOrder {
  Ratio ratio;
  Span piece;  ///< The words, with the preposition and article in front of them.
};

/// Finds the first order about the format. The words stand at the end of a phrase: a shape with a
/// word for formats ("portrait orientation", "Querformat", "format paysage"), or one of the words
/// 竖版, 横版 and the like, which may also stand before a word for pictures (竖版海报). A shape
/// alone
/// ("portrait") is an order only as the last word of the idea, behind a comma or another separator,
/// or behind "in"; elsewhere it belongs to the picture ("portrait of a man"). So does everything in
/// quotation marks, addresses and code. Vectors: tests/vectors/idea/ours_shape_words.json.
std::optional<ShapeOrder> find_shape_order(std::string_view idea);

}  // namespace fluxgate
