#include "gateway/blot_out.h"

#include <algorithm>
#include <vector>

#include "base/ascii.h"

namespace fluxgate {
namespace {

/// Inside a character's bytes, where no text may be cut.
bool is_continuation(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

/// How many bytes from `at` on stand somewhere in `hidden`, too; 0 for fewer than `least`.
std::size_t shared_bytes(std::string_view text, std::size_t at, std::string_view hidden,
                         std::size_t least) {
  if (text.size() - at < least || hidden.find(text.substr(at, least)) == std::string_view::npos) {
    return 0;
  }
  std::size_t length = least;
  while (at + length < text.size() &&
         hidden.find(text.substr(at, length + 1)) != std::string_view::npos) {
    ++length;
  }
  while (is_continuation(text, at + length)) --length;
  return length;
}

/// Stretches that follow each other become one "***".
std::string blot_out(std::string_view text, const std::vector<std::string_view>& hidden,
                     std::size_t least) {
  std::string out;
  bool blotted = false;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 0;
    for (const std::string_view words : hidden) {
      if (words.empty() || is_continuation(text, at)) continue;
      length = std::max(length, shared_bytes(text, at, words, std::min(least, words.size())));
    }
    if (length == 0) {
      out += text[at++];
    } else {
      if (!blotted) out += "***";
      at += length;
    }
    blotted = length > 0;
  }
  return out;
}

}  // namespace

std::string blot_out_words(std::string_view text, std::string_view hidden) {
  constexpr std::size_t kLeastBytes = 12;
  return blot_out(text, {hidden}, kLeastBytes);
}

std::string blot_out_secrets(std::string_view text, const Config& config) {
  constexpr std::size_t kLeastBytes = 8;
  std::vector<std::string_view> secrets = split_list(config.link_secrets, ',');
  const auto add = [&](const std::vector<std::string>& more) {
    for (const std::string& secret : more) secrets.emplace_back(secret);
  };
  for (const ProviderSettings& provider : config.providers) add(provider.keys);
  add(config.client_keys);
  if (config.optimiser) add(config.optimiser->keys);
  return blot_out(text, secrets, kLeastBytes);
}

}  // namespace fluxgate
