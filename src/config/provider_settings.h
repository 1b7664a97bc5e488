// The image backends that the operator has configured.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/environment.h"
#include "picture/cost.h"

namespace fluxgate {

/// The service of hosts whose platform has models of its own.
constexpr std::string_view kPlatformModels = "binding://AI";
/// What writes prompts there, unless the operator names another.
constexpr std::string_view kPlatformTextModel = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";

/// A model as the operator names it: "id" or "alias=id".
struct ModelEntry {
  std::string alias;  ///< What clients call it.
  std::string id;     ///< What the backend calls it; the same unless the operator says otherwise.
  Cost price = {};    ///< Of one picture, where the backend does not say it.
};

/// One configured backend with its models and keys.
struct ProviderSettings {
  std::string name;  ///< For the log: "IMAGE_GEN", "IMAGE_GEN_2", "FLUX_GEN", "demo".
  std::string type;  ///< The name of its dialect as it stands; empty or "auto": by its host.
  std::string type_variable;  ///< The variable that says `type`.
  /// Of the generation call, or the base of the API. Empty where the dialect has an address of its
  /// own, and for the demo.
  std::string url;
  std::string url_variable;
  /// kPlatformModels where the host has them and the operator names no address: for a dialect that
  /// is theirs.
  std::string platform_url;
  std::string key_header;  ///< The header that carries the key; empty: as the dialect has it.
  std::string extra;  ///< JSON: what the operator adds to the body of every call; may be empty.
  std::string extra_variable;
  std::vector<ModelEntry> models;
  std::vector<std::string> keys;  ///< One blank key where the backend needs none.
  std::string keys_variable;

  /// Is its dialect the one that its host speaks?
  bool is_known_by_host() const { return type.empty() || type == "auto"; }
};

/// Reads every provider that the environment names: IMAGE_GEN_*, then FLUX_GEN_*, then
/// IMAGE_GEN_*_n in the order of n (1-99), then the demo; where there is none of them, the models
/// of the host's platform, if it has any. Error: configuration_error, which names the variable.
Result<std::vector<ProviderSettings>> read_providers(const Environment& environment);

}  // namespace fluxgate
