// Names that programs have built in for models that the operator calls otherwise.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/environment.h"
#include "config/provider_settings.h"

namespace fluxgate {

/// `pattern` stands for `model`: every name that is the same but for one `*` in the pattern, which
/// stands for any text, is an alias.
struct ModelAlias {
  std::string pattern;
  std::string model;
};

/// MODEL_ALIASES, "gpt-image-*=flux,dall-e-*=flux", in its order. Unset: the names of OpenAI's
/// image models, gpt-image-* and dall-e-*, stand for the first model of the first provider. Error:
/// configuration_error for what is no such list, and for a model that no provider has.
Result<std::vector<ModelAlias>> read_model_aliases(const Environment& environment,
                                                   const std::vector<ProviderSettings>& providers);

/// The model that an alias stands for; empty when it is none. The first alias that fits counts.
std::string_view model_of_alias(const std::vector<ModelAlias>& aliases, std::string_view name);

}  // namespace fluxgate
