#include "config/provider_settings.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/ascii.h"
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
  provider.models = environment.get_list(names.of("MODEL"));
  Result<std::vector<std::string>> keys = environment.get_keys(names.of("API_KEY"));
  if (!keys) return std::move(keys).error();
  provider.keys = *std::move(keys);
  if (provider.url.empty() && provider.is_known_by_host()) {
    return config_error(provider.url_variable + " is not set.");
  }
  if (provider.models.empty()) return config_error(names.of("MODEL") + " is not set.");
  if (provider.keys.empty()) return config_error(names.of("API_KEY") + " is not set.");
  if (!provider.url.empty() && !is_http_url(provider.url)) {
    return config_error(provider.url_variable + " must be a full URL, https://...");
  }
  return provider;
}

/// Is any variable of this provider set?
bool mentioned(const Environment& environment, const VariableNames& names) {
  for (const char* field : {"API_BASE", "MODEL", "API_KEY", "API_TYPE", "API_HEADER", "EXTRA"}) {
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
    demo.models = {"demo"};
    demo.keys = {""};
    providers.push_back(std::move(demo));
  }
  if (providers.empty()) return config_error("IMAGE_GEN_API_BASE is not set.");
  return providers;
}

}  // namespace fluxgate
