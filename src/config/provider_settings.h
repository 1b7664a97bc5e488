// The image backends that the operator has configured.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/environment.h"

namespace fluxgate {

/// One configured backend with its models and keys.
struct ProviderSettings {
  std::string name;  ///< For the log: "IMAGE_GEN", "IMAGE_GEN_2", "FLUX_GEN", "demo".
  std::string type;  ///< The name of its dialect as it stands; empty or "auto": by its host.
  std::string type_variable;  ///< The variable that says `type`.
  std::string url;  ///< Of the generation call, or the base of the API; empty for the demo.
  std::vector<std::string> models;
  std::vector<std::string> keys;  ///< The demo has one blank key.
};

/// Reads every provider that the environment names: IMAGE_GEN_*, then FLUX_GEN_*, then
/// IMAGE_GEN_*_n in the order of n (1-99), then the demo. Error: configuration_error, which names
/// the variable.
Result<std::vector<ProviderSettings>> read_providers(const Environment& environment);

}  // namespace fluxgate
