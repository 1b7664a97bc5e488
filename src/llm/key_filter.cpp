#include "llm/key_filter.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace fluxgate {
namespace {

constexpr std::size_t kLeastKeyBytes = 16;
/// A beginning of so many bytes says nothing: many keys begin with "sk-". To hold it back would
/// delay many a text.
constexpr std::size_t kToldBytes = 3;

/// How many bytes of a key, more than kToldBytes and less than all, `text` ends with.
std::size_t begun_bytes(std::string_view text, std::string_view key) {
  for (std::size_t count = std::min(text.size(), key.size() - 1); count > kToldBytes; --count) {
    if (text.ends_with(key.substr(0, count))) return count;
  }
  return 0;
}

/// The text with "***" in place of each `key`, but for its first `told_bytes`, which stay.
std::string without_key(std::string_view text, std::string_view key, std::size_t told_bytes) {
  std::string out;
  std::size_t done = 0;
  for (std::size_t at; (at = text.find(key, done)) != std::string_view::npos;) {
    out += text.substr(done, std::max(at, told_bytes) - done);
    out += "***";
    done = at + key.size();
  }
  return out.append(text.substr(done));
}

}  // namespace

KeyFilter::KeyFilter(const std::vector<std::string>& keys) {
  std::copy_if(keys.begin(), keys.end(), std::back_inserter(keys_),
               [](const std::string& key) { return key.size() >= kLeastKeyBytes; });
}

std::string KeyFilter::push(std::string_view text) {
  if (text.empty() || keys_.empty()) return std::string(text);
  const std::size_t told_bytes = told_.size();
  std::string all = std::exchange(told_, {}) + std::exchange(held_, {});
  all += text;
  for (const std::string_view key : keys_) {
    if (all.find(key) != std::string::npos) all = without_key(all, key, told_bytes);
  }
  std::size_t begun = 0;
  for (const std::string_view key : keys_) begun = std::max(begun, begun_bytes(all, key));
  const std::size_t end = std::max(told_bytes, all.size() - begun);
  held_ = all.substr(end);
  told_ = all.substr(end - std::min(end, kToldBytes), std::min(end, kToldBytes));
  return all.substr(told_bytes, end - told_bytes);
}

std::string KeyFilter::finish() {
  told_.clear();
  return std::exchange(held_, {});
}

}  // namespace fluxgate
