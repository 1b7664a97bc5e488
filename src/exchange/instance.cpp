#include "exchange/instance.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/ascii.h"
#include "base/sha256.h"
#include "config/config_error.h"
#include "json/document.h"
#include "provider/patience.h"
#include "provider/prompt_reading.h"

namespace fluxgate {
namespace {

/// The model of that id, of a list that may be constant; null when there is none.
auto* find_in(auto& models, std::string_view id) {
  const auto found = std::find_if(models.begin(), models.end(),
                                  [id](const Model& model) { return model.id == id; });
  return found == models.end() ? nullptr : &*found;
}

}  // namespace

Instance::Instance(const Environment& environment)
    : config_(read_config(environment)),
      llm_keys_(config_.optimiser ? config_.optimiser->keys.size() : 0) {
  key_rings_.reserve(config_.providers.size());  // Models point into this vector.
  for (ProviderSettings& provider : config_.providers) add_models(provider);
  if (!config_.error) derive_signing_keys();
  if (Result<void> prices = check_prices(config_.clients); !prices && !config_.error) {
    config_.error = std::move(prices).error();
  }
  if (config_.services.has_ledger) mark_keys();
}

/// Completes the provider's URL and adds its models. A model that several providers name has them
/// all as candidates.
void Instance::add_models(ProviderSettings& provider) {
  const Dialect* dialect =
      provider.is_known_by_host() ? &dialect_at(provider.url) : find_dialect(provider.type);
  if (dialect == nullptr) {
    return refuse(provider.type_variable + " must be auto or the name of a dialect.");
  }
  const bool is_of_platform =
      dialect->is_of_platform && provider.url.empty() && !provider.platform_url.empty();
  if (is_of_platform) provider.url = provider.platform_url;
  if (provider.url.empty()) provider.url = dialect->base;
  if (provider.url.empty() && dialect != &dialects::demo) {
    return refuse(provider.url_variable + " is not set.");
  }
  if (!provider.url.empty() && !is_of_platform) provider.url = call_url(provider.url, *dialect);
  if (provider.keys.empty() && dialect->needs_key && !is_of_platform) {
    return refuse(provider.keys_variable + " is not set.");
  }
  if (provider.keys.empty()) provider.keys = {""};
  KeyRing& keys = key_rings_.emplace_back(provider.keys.size());
  if (!provider.extra.empty()) {
    const Result<json::Document> extra = json::Document::parse(provider.extra);
    if (!extra || !extra->root().is_object()) {
      return refuse(provider.extra_variable + " must be a JSON object.");
    }
  }
  for (const ModelEntry& entry : provider.models) {
    Model* model = find_in(models_, entry.alias);
    if (model == nullptr) model = &models_.emplace_back(Model{entry.alias, {}, {}});
    const auto is_this = [&](const Candidate& other) {
      return other.provider == &provider && other.model == entry.id;
    };
    if (std::any_of(model->candidates.begin(), model->candidates.end(), is_this)) continue;
    model->candidates.push_back({entry.id, &provider, dialect, &keys,
                                 size_rules(dialect->sizes, entry.id), usual_patience_ms(entry.id),
                                 reads_sentences(entry.id), entry.price});
    model->keys.push_back(&keys);
  }
}

void Instance::mark_keys() {
  for (std::size_t at = 0; at < key_rings_.size(); ++at) {
    mark_keys(config_.providers[at].keys, key_rings_[at], "fluxgate-key-v1");
  }
  if (config_.optimiser) mark_keys(config_.optimiser->keys, llm_keys_, "fluxgate-llm-key-v1");
}

/// Marks are no hashes of the keys alone: who reads the ledger cannot look them up. `purpose`: a
/// key that has no more pictures may still write prompts.
void Instance::mark_keys(const std::vector<std::string>& keys, KeyRing& ring,
                         std::string_view purpose) {
  constexpr std::size_t kMarkBytes = 8;
  for (std::size_t index = 0; index < keys.size(); ++index) {
    if (keys[index].empty()) continue;
    const Sha256Digest digest = hmac_sha256(keys[index], purpose);
    marked_keys_.push_back({hex({digest.data(), kMarkBytes}), &ring, index});
  }
}

std::string_view Instance::mark_of(const KeyRing& ring, std::size_t index) const {
  for (const MarkedKey& key : marked_keys_) {
    if (key.ring == &ring && key.index == index) return key.mark;
  }
  return {};
}

Result<void> Instance::check_prices(const ClientList& list) const {
  for (const Client& client : list.clients()) {
    if (!client.usd_per_day) continue;
    for (const Model& model : models_) {
      for (const Candidate& candidate : model.candidates) {
        if (candidate.price || !client.may_use(model.id)) continue;
        return config_error("The client " + client.name + " has a usd_per_day, but the model " +
                            model.id + " has no price (IMAGE_GEN_PRICE).");
      }
    }
  }
  return {};
}

/// The first setting that is wrong counts.
void Instance::refuse(std::string reason) {
  if (!config_.error) config_.error = config_error(std::move(reason));
}

/// Derives the signing keys from the keys of all providers with an address. The pictures of a
/// provider without an address need no signature. Without any key there is nothing to derive them
/// from.
void Instance::derive_signing_keys() {
  std::vector<std::string> provider_keys;
  for (const ProviderSettings& provider : config_.providers) {
    if (provider.url.empty()) continue;
    links_are_signed_ = true;
    const Dialect* dialect = dialect_of(provider);
    if (dialect == nullptr || !dialect->needs_key) continue;  // A password is no secret to sign by.
    std::copy_if(provider.keys.begin(), provider.keys.end(), std::back_inserter(provider_keys),
                 [](const std::string& key) { return !key.empty(); });
  }
  const bool has_secret = !config_.link_secrets.empty() || !provider_keys.empty();
  if (!links_are_signed_ || !has_secret) return;
  Result<SigningKeys> keys = fluxgate::derive_signing_keys(config_.link_secrets, provider_keys);
  if (keys) {
    signing_keys_ = *std::move(keys);
  } else {
    config_.error = std::move(keys).error();
  }
}

void Instance::set_link_secret(std::string secret) {
  Result<SigningKeys> keys = fluxgate::derive_signing_keys(secret, {});
  if (!keys) return;
  signing_keys_ = *std::move(keys);
  config_.link_secrets = std::move(secret);
}

const Model* Instance::find_model(std::string_view name) const {
  const Model* model = find_in(models_, name);
  return model != nullptr ? model : find_in(models_, model_of_alias(config_.model_aliases, name));
}

const Dialect* Instance::dialect_of(const ProviderSettings& provider) const {
  for (const Model& model : models_) {
    for (const Candidate& candidate : model.candidates) {
      if (candidate.provider == &provider) return candidate.dialect;
    }
  }
  return nullptr;
}

bool Instance::speaks(std::string_view dialect_name) const {
  for (const ProviderSettings& provider : config_.providers) {
    const Dialect* dialect = dialect_of(provider);
    if (dialect != nullptr && dialect->name == dialect_name) return true;
  }
  return false;
}

KeptText& Instance::kept_text(std::string_view name) {
  for (auto& [known, text] : kept_texts_) {
    if (known == name) return text;
  }
  return kept_texts_.emplace_back(name, KeptText()).second;
}

}  // namespace fluxgate
