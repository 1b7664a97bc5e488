// What one instance of the gateway knows beyond a single request.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.h"
#include "dialects/dialects.h"
#include "exchange/load.h"
#include "exchange/part_memory.h"
#include "failover/key_ring.h"
#include "link/signing_keys.h"

namespace fluxgate {

/// A model that clients may name.
struct Model {
  std::string id;
  const ProviderSettings* provider;  ///< Inside the instance's Config.
  const Dialect* dialect;            ///< The provider's.
  KeyRing* keys;  ///< Inside the instance: what all requests have learned of the provider's keys.
};

/// The settings, what follows from them, and what requests learn for each other. Must outlive every
/// Exchange.
class Instance {
 public:
  explicit Instance(const Environment& environment);
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  const Config& config() const { return config_; }
  const std::vector<Model>& models() const { return models_; }
  /// The model of that id, or the one that this alias stands for; null when there is none.
  const Model* find_model(std::string_view name) const;
  /// Null when only the demo is configured: its pictures need no signature.
  const SigningKeys* signing_keys() const { return signing_keys_ ? &*signing_keys_ : nullptr; }
  /// Has any model a provider of this dialect?
  bool speaks(std::string_view dialect_name) const;
  Load& load() { return load_; }
  PartMemory& part_memory() { return part_memory_; }
  /// A text that is the same for all requests, under a name that its writer chooses; empty until
  /// somebody has written it. Valid until the next call.
  std::string& kept_text(std::string_view name);

 private:
  const Model* find_id(std::string_view id) const;
  void add_models(const ProviderSettings& provider, KeyRing& keys);
  void derive_signing_keys();

  Config config_;
  std::vector<KeyRing> key_rings_;  ///< One for each provider, in their order.
  std::vector<Model> models_;
  std::vector<std::pair<std::string_view, std::string>> kept_texts_;
  std::optional<SigningKeys> signing_keys_;
  Load load_;
  PartMemory part_memory_;
};

}  // namespace fluxgate
