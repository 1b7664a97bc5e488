// Words by which an idea tells what kind of picture it is.
#pragma once

#include <cstdint>
#include <string_view>

namespace fluxgate {

/// How the picture is made, as far as that decides which phrases suit it.
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

/// What the picture is about, as far as that decides which phrases suit it.
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

/// The medium or subject that the first telling word of `text` names; unknown when there is none.
/// `text` must be lower-case in ASCII and should hold no quotations.
Medium find_medium(std::string_view text);
Subject find_subject(std::string_view text);

/// Does `text` tell the light or the time of day?
bool tells_light(std::string_view text);
/// Does `text` tell the view or the framing?
bool tells_composition(std::string_view text);

/// Does `word` stand in `text`? It must be a whole word or its plural; a `word` that ends with '*'
/// may be the start of a word, and one that is not ASCII may stand anywhere (scripts without
/// spaces).
bool mentions(std::string_view text, std::string_view word);

}  // namespace fluxgate
