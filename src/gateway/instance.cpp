#include "gateway/instance.h"

namespace fluxgate {

Instance::Instance(const Environment& environment) : config_(read_config(environment)) {
  std::vector<std::string> provider_keys;
  bool links_are_signed = false;
  key_rings_.reserve(config_.providers.size());  // Models point at them.
  for (const ProviderSettings& provider : config_.providers) {
    key_rings_.emplace_back(provider.keys.size());
    for (const std::string& model : provider.models) {
      if (find_model(model) == nullptr) models_.push_back({model, &provider, &key_rings_.back()});
    }
    provider_keys.insert(provider_keys.end(), provider.keys.begin(), provider.keys.end());
    (provider.dialect == Dialect::demo ? has_demo_ : links_are_signed) = true;
  }
  if (!links_are_signed || config_.error) return;
  Result<SigningKeys> keys = derive_signing_keys(config_.link_secrets, provider_keys);
  if (keys) {
    signing_keys_ = *std::move(keys);
  } else {
    config_.error = std::move(keys).error();
  }
}

const Model* Instance::find_model(std::string_view id) const {
  for (const Model& model : models_) {
    if (model.id == id) return &model;
  }
  return nullptr;
}

std::string& Instance::kept_text(std::string_view name) {
  for (auto& [known, text] : kept_texts_) {
    if (known == name) return text;
  }
  return kept_texts_.emplace_back(name, std::string()).second;
}

}  // namespace fluxgate
