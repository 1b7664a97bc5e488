// Image backends as the operator names them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/environment.h"

namespace fluxgate {

/// How a backend wants to be asked and how it answers. provider/dialect.h speaks them.
enum class Dialect {
  siliconflow,  ///< `image_size`, `images[].url`: the original project's backend, and what an
                ///< unknown host gets.
  openai,       ///< `size`, `data[].url` or `data[].b64_json`.
  demo,         ///< No backend: the module draws a test card.
};

/// One configured backend with its models and keys.
struct ProviderSettings {
  std::string name;  ///< For the log: "IMAGE_GEN", "IMAGE_GEN_2", "FLUX_GEN", "demo".
  Dialect dialect = Dialect::siliconflow;
  std::string url;  ///< The full URL of the generation call; empty for the demo.
  std::vector<std::string> models;
  std::vector<std::string> keys;
};

/// Every provider that the environment names: IMAGE_GEN_*, then FLUX_GEN_*, then IMAGE_GEN_*_n in
/// the order of n (1-99), then the demo. Error: configuration_error naming the variable.
Result<std::vector<ProviderSettings>> read_providers(const Environment& environment);

}  // namespace fluxgate
