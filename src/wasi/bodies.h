// The bodies of one session, by the ids that the core names them by.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "wasi/body_reader.h"

namespace fluxgate::wasi {

/// Holds few bodies at a time: the client's, and those of answers that are being read.
class Bodies {
 public:
  void put(EffectId name, std::unique_ptr<BodyReader> body) {
    bodies_.emplace_back(name, std::move(body));
  }
  /// The body `name`; null when it was dropped.
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
