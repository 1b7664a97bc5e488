#include "checkup/setup.h"

#include <algorithm>
#include <string_view>

#include "base/version.h"
#include "http/url.h"
#include "log/log_line.h"

namespace fluxgate {
namespace {

/// Shorter client keys can be guessed: sixteen letters and digits at random have 95 bits.
constexpr std::size_t kMinClientKeyBytes = 16;
/// How many backends and sentences the line names: eight of each have at most some 6 KiB.
constexpr std::size_t kMaxListed = 8;

/// The models, separated by commas, as far as a line of the log takes them.
std::string models_of(const ProviderSettings& provider) {
  std::string list;
  for (const ModelEntry& model : provider.models) {
    if (!list.empty()) list += ',';
    list += model.alias;
    if (list.size() > kMaxLogRemarkBytes) break;
  }
  return limited_json_string(list, kMaxLogRemarkBytes);
}

void write_host(json::Writer& json, HostNames hosts, std::string_view url) {
  if (hosts == HostNames::hidden || url.empty()) return;
  json.key("host").raw(limited_json_string(split_url(url).authority, kMaxLogRemarkBytes));
}

std::int64_t count(std::size_t number) {
  return static_cast<std::int64_t>(number);
}

void write_backends(json::Writer& json, const Instance& instance, HostNames hosts) {
  const std::vector<ProviderSettings>& all = instance.config().providers;
  json.begin_array();
  for (std::size_t index = 0; index < std::min(all.size(), kMaxListed); ++index) {
    const ProviderSettings& backend = all[index];
    json.begin_object().key("name").string(backend.name);
    const Dialect* dialect = instance.dialect_of(backend);
    json.key("dialect").string(dialect == nullptr ? std::string_view() : dialect->name);
    write_host(json, hosts, backend.url);
    json.key("models").raw(models_of(backend));
    if (!backend.url.empty()) json.key("keys").number(count(backend.keys.size()));
    json.end_object();
  }
  json.end_array();
}

void write_language_model(json::Writer& json, const std::optional<OptimiserSettings>& optimiser,
                          HostNames hosts) {
  if (!optimiser) {
    json.null();
    return;
  }
  json.begin_object();
  write_host(json, hosts, optimiser->chat_url);
  json.key("model").raw(limited_json_string(optimiser->model, kMaxLogRemarkBytes));
  json.key("reasons").boolean(optimiser->mode == OptimiserMode::reasoning);
  constexpr std::string_view kStyles[] = {"tags", "sentences", "auto"};  // As PromptStyle has them.
  json.key("style").string(kStyles[static_cast<std::size_t>(optimiser->style)]);
  json.key("keys").number(count(optimiser->keys.size())).end_object();
}

void advise_on_clients(std::vector<std::string>& advice, const Config& config) {
  if (config.clients.empty() && !config.services.has_clients) {
    advice.push_back("AUTHORIZED_API_KEY is not set: nobody can ask for pictures.");
  }
  const bool is_short =
      std::any_of(config.client_keys.begin(), config.client_keys.end(),
                  [](const std::string& key) { return key.size() < kMinClientKeyBytes; });
  if (is_short) {
    advice.push_back(
        "AUTHORIZED_API_KEY has a key of fewer than 16 characters, which can be guessed.");
  }
}

void advise_on_links(std::vector<std::string>& advice, const Instance& instance) {
  if (instance.signing_keys() == nullptr) return;  // There are none, or the error says why.
  const Config& config = instance.config();
  if (!config.stores_pictures) {
    advice.push_back(
        "Neither IMAGES is bound nor IMAGES_S3_URL set: links to pictures last as long as the "
        "backend keeps them.");
  }
  if (config.link_secrets.empty()) {
    advice.push_back("IMAGE_PROXY_SECRET is not set: links end when a backend's key changes.");
  }
  if (config.links.allow_http) {
    advice.push_back("ALLOW_HTTP_IMAGES is on: whoever is on the way can change pictures.");
  }
}

}  // namespace

void write_setup(json::Writer& json, const Instance& instance, HostNames hosts) {
  const Config& config = instance.config();
  json.begin_object().key("backends");
  write_backends(json, instance, hosts);
  json.key("language_model");
  write_language_model(json, config.optimiser, hosts);
  json.key("store").boolean(config.stores_pictures);
  json.key("client_keys").number(count(config.client_keys.size())).end_object();
}

std::vector<std::string> setup_advice(const Instance& instance) {
  const Config& config = instance.config();
  std::vector<std::string> advice;
  if (config.error) advice.push_back(config.error->message);
  advise_on_clients(advice, config);
  if (!config.optimiser && !config.error) {
    advice.push_back(
        "OPENAI_API_BASE, OPENAI_API_KEY and OPENAI_MODEL are not set: built-in rules write the "
        "prompts.");
  }
  advise_on_links(advice, instance);
  if (config.log_prompts) advice.push_back("LOG_PROMPTS is on: the log holds ideas and prompts.");
  return advice;
}

std::string setup_line(const Instance& instance) {
  std::string setup;
  json::Writer setup_json(setup);
  write_setup(setup_json, instance, HostNames::shown);
  std::string odd;
  json::Writer odd_json(odd);
  odd_json.begin_array();
  std::size_t told_count = 0;
  for (const std::string& advice : setup_advice(instance)) {
    if (told_count++ < kMaxListed) odd_json.raw(limited_json_string(advice, kMaxLogRemarkBytes));
  }
  odd_json.end_array();
  return LogLine("config").word("version", kVersion).json("setup", setup).json("odd", odd).finish();
}

}  // namespace fluxgate
