// The flag or word in front of a ratio: `--ar 16:9`, `aspect ratio of 16:9`, `比例：16:9`.
#pragma once

#include <cstddef>
#include <string_view>

namespace fluxgate {

enum class Introduction { none, word, flag };

struct Introducer {
  Introduction kind;
  /// Where the introducer begins; where the ratio begins when it has none.
  std::size_t begin;
};

/// Finds the flag or words that introduce the ratio at `ratio_begin`. Flags: `--ar`, `--aspect`,
/// `--aspect-ratio`, `--ratio` with a space, `=`, `:` or nothing behind; also with the long dash
/// that phones make of `--`, and with a single `-` behind white space. Words: ratio, aspect ratio,
/// format, size and their counterparts in other languages, with `:`, `=`, "of", "is" or the like
/// behind; "with an", "au", "im" and such in front belongs to it.
Introducer find_introducer(std::string_view idea, std::size_t ratio_begin);

/// Where the ratio word that follows the ratio at `end` ends ("16:9 format"); `end` when there is
/// none.
std::size_t ratio_word_end(std::string_view idea, std::size_t end);

/// Where the preposition and the article begin that stand before ratio words at `begin` ("in a");
/// `begin` when none does.
std::size_t ratio_words_begin(std::string_view idea, std::size_t begin);

/// Where a bare "in", "at", "en" or the like before `begin` starts; `begin` when there is none.
std::size_t preposition_begin(std::string_view idea, std::size_t begin);

}  // namespace fluxgate
