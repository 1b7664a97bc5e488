// Words by which an idea tells what kind of picture it is.
#pragma once

#include <cstdint>
#include <string_view>

namespace fluxgate {

/// How the picture is made, as far as it changes what suits it.
enum class Medium : std::uint8_t {
  unknown,
  photograph,
  watercolor,
  painting,
  drawing,
  anime,
  pixel_art,
  render,
  vector,
  design,  ///< Posters, covers, cards: pictures that live from their lettering.
};

/// What the picture is about, as far as it changes what suits it.
enum class Subject : std::uint8_t {
  unknown,
  person,
  animal,
  plant,
  food,
  landscape,
  building,
  interior,
  vehicle,
  space,
  fantasy,
};

/// What the first telling word of `text` says; unknown when there is none.
/// `text` is lower-case ASCII-wise and best without its quoted parts.
Medium find_medium(std::string_view text);
Subject find_subject(std::string_view text);

/// Whether the light or the time of day is told.
bool tells_light(std::string_view text);
/// Whether the view or the framing is told.
bool tells_composition(std::string_view text);

/// Whether `word` stands in `text`: as a whole word or its plural, as the start of a word when it
/// ends with '*', anywhere when it is not ASCII (scripts without spaces).
bool mentions(std::string_view text, std::string_view word);

}  // namespace fluxgate
