// Tells talk from pictures: does a text speak to somebody, or does it show something?
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fluxgate {

/// What a sentence or a line is made of. Words in quotation marks belong to the picture and are
/// left out.
struct Wording {
  std::size_t words = 0;    ///< In scripts without spaces two characters count as one word.
  std::size_t phrases = 0;  ///< The parts between commas.
  std::size_t spoken = 0;   ///< The phrases among them that speak to somebody.
  bool refuses = false;     ///< The speaker cannot, or will not, do what was asked for.
  bool ends = false;        ///< A mark that ends sentences stands at its end.
  bool asks = false;        ///< That mark asks.
  bool exclaims = false;    ///< That mark exclaims.
  bool announces = false;   ///< A colon stands at its end.
};

/// Measures `text`. A phrase speaks to somebody when it holds a word by which people name
/// themselves, the other or the work between them (I, you, ich, Ihnen, 我, 请, prompt), a courtesy,
/// or a polite ending of a Japanese or Korean verb.
Wording wording_of(std::string_view text);

/// Does a sentence of such words speak to somebody, instead of showing something?
bool is_talk(const Wording& wording);
bool is_talk(std::string_view sentence);

/// `text` with tabs in place of every quotation, byte for byte: the blanks in it stand in `text`.
std::string without_quotations(std::string_view text);

/// Are nearly all letters of `text` Latin letters without marks?
bool looks_english(std::string_view text);

}  // namespace fluxgate
