#include "config/provider_settings.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/ascii.h"
#include "base/decimal.h"
#include "config/config_error.h"
#include "http/url.h"

namespace fluxgate {
namespace {

constexpr std::uint64_t kMaxProviderNumber = 99;

/// The names of one provider's variables: "IMAGE_GEN" + "_MODEL" + "_2".
struct VariableNames {
  std::string prefix;
  std::string suffix;
  std::string of(std::string_view field) const {
    return prefix + "_" + std::string(field) + suffix;
  }
};

/// Where the platform's own models are; empty when it has none.
std::string platform_url(const Environment& environment) {
  return environment.get(kPlatformModels).empty() ? std::string() : std::string(kPlatformModels);
}

Result<std::vector<ModelEntry>> read_models(const Environment& environment,
                                            const std::string& variable) {
  std::vector<ModelEntry> models;
  for (const std::string& entry : environment.get_list(variable)) {
    const std::size_t equals = entry.find('=');
    const std::string_view alias = trim(std::string_view(entry).substr(0, equals));
    const std::string_view id =
        equals == entry.npos ? alias : trim(std::string_view(entry).substr(equals + 1));
    if (alias.empty() || id.empty()) {
      return config_error(variable + " must be a list of models, each id or alias=id.");
    }
    models.push_back({std::string(alias), std::string(id)});
  }
  return models;
}

/// Reads "0.003", the price of every model, or "alias=0.003,...".
Result<void> read_prices(const Environment& environment, const std::string& variable,
                         std::vector<ModelEntry>& models) {
  for (const std::string& entry : environment.get_list(variable)) {
    const std::size_t equals = entry.find('=');
    const std::string_view alias =
        equals == entry.npos ? std::string_view() : trim(std::string_view(entry).substr(0, equals));
    const Cost price = parse_billionths(
        trim(std::string_view(entry).substr(equals == entry.npos ? 0 : equals + 1)));
    bool names_model = false;
    for (ModelEntry& model : models) {
      if (equals != entry.npos && model.alias != alias) continue;
      model.price = price;
      names_model = true;
    }
    if (!price || *price < 0 || !names_model) {
      return config_error(
          variable + " must be a price in US dollars such as 0.003, or a list of model=price.");
    }
  }
  return {};
}

Result<ProviderSettings> read_provider(const Environment& environment, const VariableNames& names) {
  ProviderSettings provider;
  provider.name = names.prefix + names.suffix;
  provider.url_variable = names.of("API_BASE");
  provider.url = environment.get(provider.url_variable);
  while (!provider.url.empty() && provider.url.back() == '/') provider.url.pop_back();
  provider.type_variable = names.of("API_TYPE");
  provider.type = environment.get(provider.type_variable);
  Result<std::string> key_header = environment.get_header_name(names.of("API_HEADER"));
  if (!key_header) return std::move(key_header).error();
  provider.key_header = *std::move(key_header);
  provider.extra_variable = names.of("EXTRA");
  provider.extra = environment.get(provider.extra_variable);
  Result<std::vector<ModelEntry>> models = read_models(environment, names.of("MODEL"));
  if (!models) return std::move(models).error();
  provider.models = *std::move(models);
  const Result<void> priced = read_prices(environment, names.of("PRICE"), provider.models);
  if (!priced) return priced.error();
  provider.keys_variable = names.of("API_KEY");
  Result<std::vector<std::string>> keys = environment.get_keys(provider.keys_variable);
  if (!keys) return std::move(keys).error();
  provider.keys = *std::move(keys);
  if (provider.url.empty() && provider.is_known_by_host()) {
    return config_error(provider.url_variable + " is not set.");
  }
  if (provider.url.empty()) provider.platform_url = platform_url(environment);
  if (provider.models.empty()) return config_error(names.of("MODEL") + " is not set.");
  if (!provider.url.empty() && !is_http_url(provider.url)) {
    return config_error(provider.url_variable + " must be a full URL, https://...");
  }
  return provider;
}

/// Is any variable of this provider set?
bool mentioned(const Environment& environment, const VariableNames& names) {
  for (const char* field :
       {"API_BASE", "MODEL", "API_KEY", "API_TYPE", "API_HEADER", "EXTRA", "PRICE"}) {
    if (!environment.get(names.of(field)).empty()) return true;
  }
  return false;
}

/// The number from 1 to 99 behind the last '_' of a variable's name; 0 when there is no such
/// number.
std::uint64_t number_at_end(std::string_view name) {
  const std::string_view digits = name.substr(name.rfind('_') + 1);
  if (digits.empty() || digits.front() == '0') return 0;
  return parse_unsigned(digits, kMaxProviderNumber).value_or(0);
}

std::vector<VariableNames> providers_to_read(const Environment& environment) {
  std::array<bool, kMaxProviderNumber + 1> numbered{};
  for (const std::string_view name : environment.names()) numbered[number_at_end(name)] = true;

  std::vector<VariableNames> all = {{"IMAGE_GEN", ""}, {"FLUX_GEN", ""}};
  for (std::uint64_t n = 1; n <= kMaxProviderNumber; ++n) {
    if (numbered[n]) all.push_back({"IMAGE_GEN", "_" + std::to_string(n)});
  }
  all.erase(
      std::remove_if(all.begin(), all.end(),
                     [&](const VariableNames& names) { return !mentioned(environment, names); }),
      all.end());
  return all;
}

}  // namespace

Result<std::vector<ProviderSettings>> read_providers(const Environment& environment) {
  std::vector<ProviderSettings> providers;
  for (const VariableNames& names : providers_to_read(environment)) {
    Result<ProviderSettings> provider = read_provider(environment, names);
    if (!provider) return std::move(provider).error();
    providers.push_back(*std::move(provider));
  }
  Result<bool> has_demo = environment.get_switch("FLUXGATE_DEMO", false);
  if (!has_demo) return std::move(has_demo).error();
  if (*has_demo) {
    ProviderSettings demo;
    demo.name = "demo";
    demo.type = "demo";
    demo.models = {{"demo", "demo"}};
    demo.keys = {""};
    providers.push_back(std::move(demo));
  }
  const std::string platform = platform_url(environment);
  if (providers.empty() && !platform.empty()) {
    ProviderSettings models;
    models.name = "AI";
    models.type = "workers-ai";
    models.platform_url = platform;
    models.models = {{"flux-1-schnell", "@cf/black-forest-labs/flux-1-schnell"},
                     {"flux-2-klein-4b", "@cf/black-forest-labs/flux-2-klein-4b"},
                     {"lucid-origin", "@cf/leonardo/lucid-origin"}};
    providers.push_back(std::move(models));
  }
  if (providers.empty()) return config_error("IMAGE_GEN_API_BASE is not set.");
  return providers;
}

}  // namespace fluxgate
