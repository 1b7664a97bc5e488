// Answers that are given once more to who asks the same again soon.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "base/unix_ms.h"

namespace fluxgate {

/// Of one instance; the oldest go first.
class KeptAnswers {
 public:
  /// A client that has given up waiting asks again within minutes.
  static constexpr UnixMs kKeptMs = 600'000;
  /// As many are kept, and none that is longer: half a MiB in all.
  static constexpr std::size_t kMostAnswers = 64;
  static constexpr std::size_t kMostAnswerBytes = 8 * 1024;

  /// The answer that was kept under `key`; empty when there is none. Valid until the next call.
  std::string_view find(std::string_view key, UnixMs now_ms);
  void keep(std::string key, std::string answer, UnixMs now_ms);

 private:
  struct Kept {
    std::string key;
    std::string answer;
    UnixMs until_ms;
  };
  void forget_old(UnixMs now_ms);

  std::deque<Kept> kept_;
};

}  // namespace fluxgate
