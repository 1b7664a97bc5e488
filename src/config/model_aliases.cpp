#include "config/model_aliases.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/glob.h"
#include "config/config_error.h"

namespace fluxgate {
namespace {

bool is_model(std::string_view name, const std::vector<ProviderSettings>& providers) {
  for (const ProviderSettings& provider : providers) {
    for (const ModelEntry& model : provider.models) {
      if (model.alias == name) return true;
    }
  }
  return false;
}

}  // namespace

Result<std::vector<ModelAlias>> read_model_aliases(const Environment& environment,
                                                   const std::vector<ProviderSettings>& providers) {
  std::vector<ModelAlias> aliases;
  for (const std::string& entry : environment.get_list("MODEL_ALIASES")) {
    const std::size_t equals = std::min(entry.find('='), entry.size());
    const std::string_view pattern = trim(std::string_view(entry).substr(0, equals));
    const std::string_view model =
        trim(std::string_view(entry).substr(equals).substr(equals < entry.size() ? 1 : 0));
    if (pattern.empty() || model.empty() || std::count(pattern.begin(), pattern.end(), '*') > 1) {
      return config_error(
          "MODEL_ALIASES must be a list of name=model, with one * in a name at most.");
    }
    if (!is_model(model, providers)) {
      return config_error("MODEL_ALIASES names a model that no backend has.");
    }
    aliases.push_back({std::string(pattern), std::string(model)});
  }
  if (aliases.empty() && !providers.empty()) {
    const std::string& first = providers.front().models.front().alias;
    aliases = {{"gpt-image-*", first}, {"dall-e-*", first}};
  }
  return aliases;
}

std::string_view model_of_alias(const std::vector<ModelAlias>& aliases, std::string_view name) {
  for (const ModelAlias& alias : aliases) {
    if (fits_glob(alias.pattern, name)) return alias.model;
  }
  return {};
}

}  // namespace fluxgate
