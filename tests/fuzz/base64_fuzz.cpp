// Base64: decoding gives the bytes that were encoded, at any split, and accepts no other text.
#include <optional>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/base64.h"
#include "fuzz.h"

namespace fluxgate::fuzz {
namespace {

using Foreign = Base64Decoder::Foreign;

std::optional<std::string> decode(const std::vector<std::string_view>& pieces, Foreign foreign) {
  Base64Decoder decoder(foreign);
  std::string bytes;
  bool good = true;
  for (const std::string_view piece : pieces) {
    const bool taken = decoder.push(piece, bytes);
    expect(good || !taken, "a decoder that has failed stays so");
    good = taken;
  }
  if (!decoder.finish()) return std::nullopt;
  expect(good, "finish() remembers a failure");
  return bytes;
}

std::string without_padding(std::string text) {
  while (text.ends_with('=')) text.pop_back();
  return text;
}

void check_text(std::string_view text, std::uint8_t seed) {
  for (const Foreign foreign :
       {Foreign::white_space_passed_over, Foreign::refused, Foreign::ends_text}) {
    const auto whole = decode({text}, foreign);
    expect(whole == decode(pieces_of(text, seed), foreign), "any split gives the same");
    expect(whole == decode(pieces_of(text, 255), foreign), "byte by byte gives the same");
    if (foreign == Foreign::refused) {
      expect(whole == base64_decode(text), "both ways of decoding agree");
    }
    if (!whole) continue;
    std::string plain;
    for (const char c : text) {
      const bool is_digit = is_alnum(c) || c == '+' || c == '/' || c == '=';
      if (!is_digit && foreign == Foreign::ends_text) break;
      if (!is_space(c)) plain += c;
    }
    expect(without_padding(base64_encode(*whole)) == without_padding(plain),
           "a value has one text");
  }
}

void check_bytes(std::string_view bytes) {
  expect(base64_decode(base64_encode(bytes)) == bytes, "what is encoded is decoded");
  const std::string for_url = base64url_encode(bytes);
  expect(for_url.find_first_of("+/=") == std::string::npos, "the alphabet for URLs");
  expect(for_url.size() == (bytes.size() * 4 + 2) / 3, "no padding in URLs");
}

}  // namespace
}  // namespace fluxgate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes) {
  using namespace fluxgate::fuzz;
  const auto [seed, text] = seeded_text(data, size_bytes);
  check_text(text, seed);
  check_bytes(text);
  return 0;
}
