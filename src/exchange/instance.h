// What one instance of the gateway knows beyond a single request.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.h"
#include "dialects/dialects.h"
#include "exchange/kept_answers.h"
#include "exchange/load.h"
#include "exchange/part_memory.h"
#include "failover/key_ring.h"
#include "link/signing_keys.h"

namespace fluxgate {

/// A backend that has a model.
struct Candidate {
  std::string model;                 ///< What the backend calls it.
  const ProviderSettings* provider;  ///< Inside the instance's Config.
  const Dialect* dialect;            ///< The provider's.
  KeyRing* keys;                     ///< Inside the instance; shared by all requests.
  SizeRules sizes;                   ///< What the model takes.
  std::uint32_t patience_ms;         ///< How long it usually takes at most.
  bool reads_sentences;              ///< Does it read prose better than phrases?
  Cost price;                        ///< Of one picture, where the backend does not say it.
};

/// A model that clients may name.
struct Model {
  std::string id;
  std::vector<Candidate> candidates;  ///< In the order in which they are asked; never empty.
  std::vector<KeyRing*> keys;         ///< Those of the candidates, in the same order.
};

/// What the language model's server refuses, as an instance has learned.
struct LlmHabits {
  bool takes_stream_options = true;
  bool takes_system_role = true;
};

/// A text that outlives the request that has written it.
struct KeptText {
  std::string text;
  UnixMs written_ms = 0;  ///< For a text that grows old.
};

/// The settings, what is derived from them, and what requests share. An Instance must outlive every
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
  /// Null when nothing is configured to make them of: with the demo alone, whose pictures need no
  /// signature, and where no backend has a key.
  const SigningKeys* signing_keys() const { return signing_keys_ ? &*signing_keys_ : nullptr; }
  /// The dialect that a provider speaks; null when its models could not be added.
  const Dialect* dialect_of(const ProviderSettings& provider) const;
  /// Does any model's provider speak this dialect?
  bool speaks(std::string_view dialect_name) const;
  /// The keys of the optimiser's language model. It must be configured.
  KeyRing& llm_keys() { return llm_keys_; }
  LlmHabits& llm_habits() { return llm_habits_; }
  Load& load() { return load_; }
  PartMemory& part_memory() { return part_memory_; }
  KeptAnswers& kept_answers() { return kept_answers_; }
  /// A text that all requests share, under a name that its writer chooses. It is empty until a
  /// request writes it. The reference is valid until the next call.
  KeptText& kept_text(std::string_view name);

 private:
  void add_models(ProviderSettings& provider);
  void refuse(std::string reason);
  void derive_signing_keys();

  Config config_;
  KeyRing llm_keys_;
  LlmHabits llm_habits_;
  std::vector<KeyRing> key_rings_;  ///< One for each provider, in the same order.
  std::vector<Model> models_;
  std::vector<std::pair<std::string_view, KeptText>> kept_texts_;
  std::optional<SigningKeys> signing_keys_;
  Load load_;
  PartMemory part_memory_;
  KeptAnswers kept_answers_;
};

}  // namespace fluxgate
