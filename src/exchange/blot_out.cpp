#include "exchange/blot_out.h"

#include <algorithm>
#include <vector>

#include "base/ascii.h"
#include "base/base64.h"
#include "http/url.h"
#include "json/writer.h"

namespace fluxgate {
namespace {

/// Is the byte inside a character, where no text may be cut?
bool is_continuation(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

/// How many bytes of `text` from `at` on also stand in `hidden`; 0 when fewer than `least` do.
std::size_t shared_bytes(std::string_view text, std::size_t at, std::string_view hidden,
                         std::size_t least) {
  const auto holds = [&](std::size_t length) {
    return hidden.find(text.substr(at, length)) != std::string_view::npos;
  };
  if (text.size() - at < least || !holds(least)) return 0;
  std::size_t length = least;
  while (at + length < text.size() && holds(length + 1)) ++length;
  while (is_continuation(text, at + length)) --length;
  return length;
}

/// Replaces every stretch of at least `least` bytes that also stands in `hidden`, in upper or lower
/// case. Stretches that follow each other become one "***".
std::string blot_out(std::string_view text, const std::vector<std::string_view>& hidden,
                     std::size_t least) {
  const std::string folded = to_lower(text);
  std::vector<std::string> folded_hidden;
  for (const std::string_view words : hidden) folded_hidden.push_back(to_lower(words));
  std::string out;
  bool blotted = false;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 0;
    for (const std::string& words : folded_hidden) {
      if (words.empty() || is_continuation(text, at)) continue;
      length = std::max(length, shared_bytes(folded, at, words, std::min(least, words.size())));
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

bool is_code_character(char c) {
  return is_alnum(c) || std::string_view("+/-_=%").find(c) != std::string_view::npos;
}

/// Decodes base64 in the standard alphabet or the one for URLs, also when its end is cut off; empty
/// when the word is no base64.
std::string from_base64(std::string word) {
  std::replace(word.begin(), word.end(), '-', '+');
  std::replace(word.begin(), word.end(), '_', '/');
  return base64_decode(word.substr(0, word.size() / 4 * 4)).value_or("");
}

std::string from_hex(std::string_view word) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < word.size(); at += 2) {
    const int high = hex_digit_value(word[at]);
    const int low = hex_digit_value(word[at + 1]);
    if (high < 0 || low < 0) break;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

/// Does the word hold a secret, or a part of one, in percent-encoding, base64 or hex?
bool says_a_secret(std::string_view word, const std::vector<std::string_view>& secrets,
                   std::size_t least) {
  for (const std::string& meaning :
       {percent_decode(word), from_base64(std::string(word)), from_hex(word)}) {
    if (blot_out(meaning, secrets, least) != meaning) return true;
  }
  return false;
}

std::string blot_out_codes(std::string_view text, const std::vector<std::string_view>& secrets,
                           std::size_t least) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_code_character(text[end])) ++end;
    const std::string_view word = text.substr(at, end - at);
    const bool hidden = word.size() > least && says_a_secret(word, secrets, least);
    out += hidden ? "***" : word;
    if (end < text.size()) out += text[end];
    at = end + 1;
  }
  return out;
}

std::vector<std::string_view> secrets_of(const Config& config) {
  std::vector<std::string_view> secrets = split_list(config.link_secrets, ',');
  const auto add = [&](const std::vector<std::string>& more) {
    for (const std::string& secret : more) secrets.emplace_back(secret);
  };
  for (const ProviderSettings& provider : config.providers) add(provider.keys);
  add(config.client_keys);
  add(config.admin_keys);
  if (config.optimiser) add(config.optimiser->keys);
  if (config.s3) {
    secrets.emplace_back(config.s3->secret);
    secrets.emplace_back(config.s3->key_id);
  }
  return secrets;
}

}  // namespace

std::string blot_out_words(std::string_view text, std::string_view hidden) {
  constexpr std::size_t kLeastBytes = 12;
  return blot_out(text, {hidden}, kLeastBytes);
}

std::string blot_out_secrets(std::string_view text, const Config& config) {
  constexpr std::size_t kLeastBytes = 8;
  const std::vector<std::string_view> secrets = secrets_of(config);
  return blot_out(blot_out_codes(text, secrets, kLeastBytes), secrets, kLeastBytes);
}

bool holds_secret(std::string_view text, const Config& config) {
  constexpr std::size_t kLeastBytes = 16;
  const std::string plain = percent_decode(text);
  for (const std::string_view secret : secrets_of(config)) {
    if (secret.size() < kLeastBytes) continue;
    if (plain.find(secret) != std::string::npos) return true;
    if (text.find(json::escape(std::string(secret))) != std::string::npos) return true;
  }
  return false;
}

}  // namespace fluxgate
