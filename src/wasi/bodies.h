// The bodies of one session by the numbers that the core has for them.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "wasi/body_reader.h"

namespace fluxgate::wasi {

/// Few at a time: the client's, and those of answers that are being read.
class Bodies {
 public:
  void put(EffectId name, std::unique_ptr<BodyReader> body) {
    bodies_.emplace_back(name, std::move(body));
  }
  /// Null when it was let go of.
  BodyReader* find(EffectId name) const {
    for (const auto& [known, body] : bodies_) {
      if (known == name) return body.get();
    }
    return nullptr;
  }
  void let_go(EffectId name) {
    std::erase_if(bodies_, [name](const auto& body) { return body.first == name; });
  }
  void let_go_of_all() { bodies_.clear(); }

 private:
  std::vector<std::pair<EffectId, std::unique_ptr<BodyReader>>> bodies_;
};

}  // namespace fluxgate::wasi
