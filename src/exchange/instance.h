// What one instance of the gateway knows beyond a single request.
#pragma once

#include <memory>
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
#include "ledger/local_ledger.h"
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

/// The list of the service CLIENTS, as it was read last.
struct ClientBook {
  std::shared_ptr<const ClientList> list;  ///< Null until it was read once.
  UnixMs asked_ms = 0;                     ///< When somebody began to read it.
};

/// A backend's key, as the ledger of all instances knows it.
struct MarkedKey {
  std::string mark;  ///< 16 hex digits that only who has the key can make.
  KeyRing* ring;
  std::size_t index;
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
  /// Are links to be signed, and does no setting give a secret, but the ledger keep one?
  bool lacks_link_secret() const {
    return !signing_keys_ && !config_.error && links_are_signed_ && config_.services.has_ledger;
  }
  /// Takes that secret; one that is no secret changes nothing.
  void set_link_secret(std::string secret);
  /// The dialect that a provider speaks; null when its models could not be added.
  const Dialect* dialect_of(const ProviderSettings& provider) const;
  /// Does any model's provider speak this dialect?
  bool speaks(std::string_view dialect_name) const;
  /// The keys of the optimiser's language model. It must be configured.
  KeyRing& llm_keys() { return llm_keys_; }
  LlmHabits& llm_habits() { return llm_habits_; }
  Load& load() { return load_; }
  PartMemory& part_memory() { return part_memory_; }
  /// How many requests wait for the ledger of all instances.
  std::uint32_t& ledger_queue_length() { return ledger_queue_length_; }
  LocalLedger& local_ledger() { return local_ledger_; }
  ClientBook& client_book() { return client_book_; }
  /// Those of all backends and of the language model; empty where no ledger shares their rest.
  const std::vector<MarkedKey>& marked_keys() const { return marked_keys_; }
  /// The mark of a key; empty where its rest is not shared.
  std::string_view mark_of(const KeyRing& ring, std::size_t index) const;
  /// Can what these clients may spend be counted? Error: configuration_error, for a client with a
  /// limit of money and a model without a price.
  Result<void> check_prices(const ClientList& list) const;
  /// A text that all requests share, under a name that its writer chooses. It is empty until a
  /// request writes it. The reference is valid until the next call.
  KeptText& kept_text(std::string_view name);

 private:
  void add_models(ProviderSettings& provider);
  void refuse(std::string reason);
  void derive_signing_keys();
  void mark_keys();
  void mark_keys(const std::vector<std::string>& keys, KeyRing& ring, std::string_view purpose);

  Config config_;
  KeyRing llm_keys_;
  LlmHabits llm_habits_;
  std::vector<KeyRing> key_rings_;  ///< One for each provider, in the same order.
  std::vector<Model> models_;
  std::vector<std::pair<std::string_view, KeptText>> kept_texts_;
  std::optional<SigningKeys> signing_keys_;
  bool links_are_signed_ = false;  ///< Is there a backend whose pictures need it?
  Load load_;
  PartMemory part_memory_;
  LocalLedger local_ledger_;
  std::uint32_t ledger_queue_length_ = 0;
  ClientBook client_book_;
  std::vector<MarkedKey> marked_keys_;
};

}  // namespace fluxgate
