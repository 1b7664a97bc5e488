// The bodies of one session, by the ids that the core names them by.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "wasi/block.h"
#include "wasi/source.h"

namespace fluxgate::wasi {

/// Holds few bodies at a time: the client's, those of answers that are being read, and bytes that
/// the core has asked to keep. These lie in this module's memory: a component has no other place.
class Bodies {
 public:
  /// A body that is read once.
  void put(EffectId name, std::unique_ptr<Source> body) {
    streams_.emplace_back(name, std::move(body));
  }
  /// A held body: it can be used as often as wanted.
  void put(EffectId name, std::shared_ptr<Block> held) {
    held_.emplace_back(name, std::move(held));
  }

  /// Opens the body `name`: a held one at its first byte, any other where it stands, and then it is
  /// the caller's. Null when it is gone.
  std::unique_ptr<Source> open(EffectId name);
  /// Takes back what open() gave, to be read on.
  void close(EffectId name, std::unique_ptr<Source> body) {
    if (find_held(name) == nullptr) put(name, std::move(body));
  }
  /// The held body `name`; null when there is none.
  std::shared_ptr<Block> find_held(EffectId name) const {
    for (const auto& [known, held] : held_) {
      if (known == name) return held;
    }
    return nullptr;
  }
  /// What is under way with a held body goes on.
  void let_go(EffectId name) {
    std::erase_if(streams_, [name](const auto& body) { return body.first == name; });
    std::erase_if(held_, [name](const auto& held) { return held.first == name; });
  }
  /// The calls whose answers nobody reads yet go on.
  void wait_for_calls_in(PollSet& polls, bool& ready) {
    for (auto& [name, body] : streams_) body->wait_for_call_in(polls, ready);
  }
  void advance_calls(Instant now) {
    for (auto& [name, body] : streams_) body->advance_call(now);
  }
  void let_go_of_all() {
    streams_.clear();
    held_.clear();
  }

 private:
  std::vector<std::pair<EffectId, std::unique_ptr<Source>>> streams_;
  std::vector<std::pair<EffectId, std::shared_ptr<Block>>> held_;
};

}  // namespace fluxgate::wasi
