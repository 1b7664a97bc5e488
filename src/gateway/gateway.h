// The gateway of one instance: settings, what follows from them, and the way in for every request.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "effect/task.h"
#include "failover/key_ring.h"
#include "gateway/load.h"
#include "gateway/part_memory.h"
#include "http/request_head.h"
#include "link/signing_keys.h"

namespace fluxgate {

/// A model that clients may name.
struct Model {
  std::string id;
  const ProviderSettings* provider;  ///< Inside the gateway's Config.
  KeyRing* keys;  ///< Inside the gateway: what all requests have learned of the provider's keys.
};

/// Everything that outlives a request. Must outlive every Task that serve() gave.
class Gateway {
 public:
  explicit Gateway(const Environment& environment);
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Answers one request, whatever it is; never fails.
  Task<> serve(RequestHead head);

  const Config& config() const { return config_; }
  const std::vector<Model>& models() const { return models_; }
  /// Null when there is no such model.
  const Model* find_model(std::string_view id) const;
  /// The body of GET /v1/models.
  const std::string& model_list_json() const { return model_list_json_; }
  /// Null when only the demo is configured: its pictures need no signature.
  const SigningKeys* signing_keys() const { return signing_keys_ ? &*signing_keys_ : nullptr; }
  bool has_demo() const { return has_demo_; }
  Load& load() { return load_; }
  PartMemory& part_memory() { return part_memory_; }
  /// The page's content security policy; empty until the page was first asked for.
  std::string& page_policy() { return page_policy_; }

 private:
  void report_warnings_once(Session& session);

  Config config_;
  std::vector<KeyRing> key_rings_;  ///< One for each provider, in their order.
  std::vector<Model> models_;
  std::string model_list_json_;
  std::string page_policy_;
  std::optional<SigningKeys> signing_keys_;
  Load load_;
  PartMemory part_memory_;
  bool has_demo_ = false;
  bool warnings_reported_ = false;
};

}  // namespace fluxgate
