// Takes the language model's keys out of what its server says: a server may repeat the key that it
// was asked with, and what it says goes to clients, to image backends and into stores.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fluxgate {

/// For a text that comes in any pieces. Keys of fewer than 16 bytes stay: they may be words.
class KeyFilter {
 public:
  /// `keys` must outlive this.
  explicit KeyFilter(const std::vector<std::string>& keys);

  /// Gives the text with "***" in place of each key. An end that four bytes of a key or more may
  /// begin with is held back; where pieces are cut within the first three, those are told.
  std::string push(std::string_view text);
  /// Gives what was held back.
  std::string finish();

 private:
  std::vector<std::string_view> keys_;
  std::string told_;  ///< The last bytes that were given, kToldBytes at most.
  std::string held_;
};

}  // namespace fluxgate
