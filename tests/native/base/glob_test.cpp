#include "base/glob.h"

#include <gtest/gtest.h>

#include <string>

namespace fluxgate {
namespace {

TEST(Glob, StandsForWhatItsStarsAreFilledWith) {
  for (const auto& [pattern, name] : {std::pair("", ""),
                                      {"*", ""},
                                      {"*", "a"},
                                      {"a*", "a"},
                                      {"a*c", "abc"},
                                      {"*b*", "abc"},
                                      {"a*b*c", "aXbXbc"},
                                      {"**", "x"},
                                      {"*.png", "a.png.png"},
                                      {"flux", "flux"}}) {
    EXPECT_TRUE(fits_glob(pattern, name)) << pattern << " " << name;
  }
  for (const auto& [pattern, name] : {std::pair("", "a"),
                                      {"a", ""},
                                      {"a", "A"},
                                      {"a*", "ba"},
                                      {"*a", "ab"},
                                      {"a*b*c", "acb"},
                                      {"a?", "ab"},
                                      {"ab*ba", "aba"}}) {
    EXPECT_FALSE(fits_glob(pattern, name)) << pattern << " " << name;
  }
}

TEST(Glob, EndsSoonWhateverThePatternIs) {
  std::string pattern;
  for (int count = 0; count < 50; ++count) pattern += "*a";
  EXPECT_FALSE(fits_glob(pattern + "b", std::string(5'000, 'a')));
}

}  // namespace
}  // namespace fluxgate
