// The ledger of one instance, where the host has none for all.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/steps.h"

namespace fluxgate {

/// Does what "The service LEDGER" of src/abi/abi.md says, in the module's memory. When it is full,
/// what ends first goes first: a promise is kept for as long as there is room.
class LocalLedger {
 public:
  /// Counters have some 100 bytes each: a thousand clients with five of them.
  static constexpr std::size_t kMostEntries = 5'000;
  /// Bytes of all texts.
  static constexpr std::size_t kMostTextBytes = 2 * 1024 * 1024;

  LedgerAnswer run(std::span<const LedgerStep> steps, UnixMs now_ms);

 private:
  struct Hold {
    std::string id;
    std::int64_t amount;
    UnixMs until_ms;
  };
  /// A counter, or a text.
  struct Entry {
    std::int64_t number = 0;
    std::vector<Hold> holds = {};
    std::optional<std::string> text = {};
    UnixMs until_ms = 0;

    std::int64_t sum(UnixMs now_ms) const;
    /// An id that holds already then holds both, until the later time.
    void hold(const LedgerStep& step);
    /// What is held stays when the rest of a counter is over.
    bool is_over(UnixMs now_ms) const;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  /// What a name stood for before a transaction: nothing, when it was not there.
  struct Before {
    std::string name;
    std::optional<Entry> entry;
  };

  bool perform(const LedgerStep& step, UnixMs now_ms, LedgerResult& result);
  bool add(const LedgerStep& step, UnixMs now_ms, LedgerResult& result);
  bool change_text(const LedgerStep& step, UnixMs now_ms, LedgerResult& result);
  void list(const LedgerStep& step, UnixMs now_ms, LedgerResult& result) const;
  void remember(const std::string& name);
  void undo();
  void put(const std::string& name, std::optional<Entry> entry);
  void forget_old(UnixMs now_ms);
  void make_room();

  Entries entries_;
  std::size_t text_bytes_ = 0;
  UnixMs next_sweep_ms_ = 0;
  std::vector<Before> before_;  ///< Of the present transaction.
};

}  // namespace fluxgate
