#include "exchange/instance.h"

#include <utility>

#include "config/config_error.h"
#include "json/document.h"

namespace fluxgate {

Instance::Instance(const Environment& environment)
    : config_(read_config(environment)),
      llm_keys_(config_.optimiser ? config_.optimiser->keys.size() : 0) {
  key_rings_.reserve(config_.providers.size());  // Models point into this vector.
  for (ProviderSettings& provider : config_.providers) {
    add_models(provider, key_rings_.emplace_back(provider.keys.size()));
  }
  if (!config_.error) derive_signing_keys();
}

/// Completes the provider's URL and adds its models. A model that several providers name belongs to
/// the first.
void Instance::add_models(ProviderSettings& provider, KeyRing& keys) {
  const Dialect* dialect =
      provider.is_known_by_host() ? &dialect_at(provider.url) : find_dialect(provider.type);
  if (dialect == nullptr) {
    return refuse(provider.type_variable + " must be auto or the name of a dialect.");
  }
  if (provider.url.empty()) provider.url = dialect->base;
  if (provider.url.empty() && dialect != &dialects::demo) {
    return refuse(provider.url_variable + " is not set.");
  }
  if (!provider.url.empty()) provider.url = call_url(provider.url, *dialect);
  if (!provider.extra.empty()) {
    const Result<json::Document> extra = json::Document::parse(provider.extra);
    if (!extra || !extra->root().is_object()) {
      return refuse(provider.extra_variable + " must be a JSON object.");
    }
  }
  for (const std::string& model : provider.models) {
    if (find_id(model) == nullptr) models_.push_back({model, &provider, dialect, &keys});
  }
}

/// The first setting that is wrong counts.
void Instance::refuse(std::string reason) {
  if (!config_.error) config_.error = config_error(std::move(reason));
}

/// Derives the signing keys from the keys of all providers with an address. The pictures of a
/// provider without an address need no signature.
void Instance::derive_signing_keys() {
  std::vector<std::string> provider_keys;
  bool links_are_signed = false;
  for (const ProviderSettings& provider : config_.providers) {
    if (provider.url.empty()) continue;
    links_are_signed = true;
    provider_keys.insert(provider_keys.end(), provider.keys.begin(), provider.keys.end());
  }
  if (!links_are_signed) return;
  Result<SigningKeys> keys = fluxgate::derive_signing_keys(config_.link_secrets, provider_keys);
  if (keys) {
    signing_keys_ = *std::move(keys);
  } else {
    config_.error = std::move(keys).error();
  }
}

const Model* Instance::find_model(std::string_view name) const {
  const Model* model = find_id(name);
  return model != nullptr ? model : find_id(model_of_alias(config_.model_aliases, name));
}

const Model* Instance::find_id(std::string_view id) const {
  for (const Model& model : models_) {
    if (model.id == id) return &model;
  }
  return nullptr;
}

bool Instance::speaks(std::string_view dialect_name) const {
  for (const Model& model : models_) {
    if (model.dialect->name == dialect_name) return true;
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
