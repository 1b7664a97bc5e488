#include "picture/finish.h"

#include <cstddef>

#include "base/ascii.h"

namespace fluxgate {
namespace {

template <class Meaning>
struct Word {
  std::string_view text;
  Meaning meaning;
};

constexpr Word<Quality> kQualities[] = {
    {"", Quality::any},      {"auto", Quality::any},      {"low", Quality::low},
    {"draft", Quality::low}, {"medium", Quality::medium}, {"standard", Quality::medium},
    {"high", Quality::high}, {"hd", Quality::high},       {"xhigh", Quality::xhigh},
    {"max", Quality::max},
};
constexpr Word<FileFormat> kFormats[] = {
    {"", FileFormat::any},      {"auto", FileFormat::any}, {"png", FileFormat::png},
    {"jpeg", FileFormat::jpeg}, {"jpg", FileFormat::jpeg}, {"webp", FileFormat::webp},
};
constexpr Word<Background> kBackgrounds[] = {
    {"", Background::any},
    {"auto", Background::any},
    {"opaque", Background::opaque},
    {"transparent", Background::transparent},
};

template <class Meaning, std::size_t count>
Meaning meaning_of(std::string_view word, const Word<Meaning> (&words)[count]) {
  for (const Word<Meaning>& each : words) {
    if (equals_ignoring_case(word, each.text)) return each.meaning;
  }
  return Meaning::unknown;
}

}  // namespace

Quality read_quality(std::string_view word) {
  return meaning_of(word, kQualities);
}

FileFormat read_file_format(std::string_view word) {
  return meaning_of(word, kFormats);
}

Background read_background(std::string_view word) {
  return meaning_of(word, kBackgrounds);
}

}  // namespace fluxgate
