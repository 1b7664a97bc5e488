#include "config/config.h"

#include <utility>

#include "base/ascii.h"
#include "config/config_error.h"
#include "http/url.h"
#include "picture/size_fields.h"

namespace fluxgate {
namespace {

/// Each request pays for the instructions; some 600 words are more than any style needs.
constexpr std::size_t kMaxInstructionsBytes = 4000;

std::string_view without_trailing_slashes(std::string_view url) {
  while (!url.empty() && url.back() == '/') url.remove_suffix(1);
  return url;
}

/// Reads a number from `least` to `most`; `fallback` when the variable is unset.
Result<std::uint32_t> read_number(const Environment& environment, const char* name,
                                  std::uint32_t fallback, std::uint32_t least, std::uint32_t most) {
  const std::string_view text = environment.get(name);
  if (text.empty()) return fallback;
  const auto value = parse_unsigned(text, most);
  if (!value || *value < least) {
    return config_error(std::string(name) + " must be a whole number from " +
                        std::to_string(least) + " to " + std::to_string(most) + ".");
  }
  return static_cast<std::uint32_t>(*value);
}

/// The URL of chat/completions. `base`: an origin, which gets /v1, or the base of an API, or that
/// URL itself; its query is kept.
Result<std::string> read_chat_url(std::string_view base) {
  constexpr std::string_view kPath = "/chat/completions";
  const UrlParts parts = split_url(base);
  if (!is_http_url(base) || base.find('#') != std::string_view::npos) {
    return config_error(
        "OPENAI_API_BASE must be the URL of an API, for example https://api.openai.com/v1.");
  }
  std::string_view path = without_trailing_slashes(parts.path);
  if (path.ends_with(kPath)) {
    path.remove_suffix(kPath.size());
  } else if (path.empty()) {
    path = "/v1";
  }
  std::string url(parts.origin);
  url.append(without_trailing_slashes(path)).append(kPath);
  if (!parts.query.empty()) url.append("?").append(parts.query);
  return url;
}

/// The header for the optimiser's key. Azure's is "api-key", with the key alone as its value.
Result<void> read_key_header(const Environment& environment, OptimiserSettings& settings) {
  Result<std::string> header = environment.get_header_name("OPENAI_API_HEADER");
  if (!header) return std::move(header).error();
  settings.key_header = header->empty() ? "authorization" : *std::move(header);
  if (settings.key_header == "authorization") settings.key_prefix = "Bearer ";
  return {};
}

/// PROMPT_STYLE and PROMPT_INSTRUCTIONS.
Result<void> read_prompt_wishes(const Environment& environment, OptimiserSettings& settings) {
  const std::string_view style = environment.get("PROMPT_STYLE");
  if (style == "sentences") {
    settings.style = PromptStyle::sentences;
  } else if (style == "auto") {
    settings.style = PromptStyle::by_model;
  } else if (!style.empty() && style != "tags") {
    return config_error("PROMPT_STYLE must be tags, sentences or auto.");
  }
  settings.instructions = environment.get("PROMPT_INSTRUCTIONS");
  if (settings.instructions.size() > kMaxInstructionsBytes) {
    return config_error("PROMPT_INSTRUCTIONS must have at most 4,000 bytes.");
  }
  return {};
}

Result<std::optional<OptimiserSettings>> read_optimiser(const Environment& environment) {
  const std::string_view base = environment.get("OPENAI_API_BASE");
  const std::string_view direct_model = environment.get("OPENAI_MODEL");
  const std::string_view reasoning_model = environment.get("OPENAI_MODEL_REASONING");
  OptimiserSettings settings;
  Result<std::vector<std::string>> keys = environment.get_keys("OPENAI_API_KEY");
  if (!keys) return std::move(keys).error();
  settings.keys = *std::move(keys);

  const bool has_platform = !environment.get(kPlatformModels).empty();
  const bool names_model = !direct_model.empty() || !reasoning_model.empty();
  if (base.empty() && settings.keys.empty() && (has_platform || !names_model)) {
    if (!has_platform) return std::optional<OptimiserSettings>();
    settings.mode = reasoning_model.empty() ? OptimiserMode::direct : OptimiserMode::reasoning;
    settings.model = reasoning_model.empty() ? direct_model : reasoning_model;
    if (!names_model) settings.model = kPlatformTextModel;
    settings.chat_url = std::string(kPlatformModels) + "/" + settings.model;
    settings.keys = {""};
    settings.is_of_platform = true;
    Result<void> wishes = read_prompt_wishes(environment, settings);
    if (!wishes) return std::move(wishes).error();
    return std::optional<OptimiserSettings>(std::move(settings));
  }
  if (!direct_model.empty() && !reasoning_model.empty()) {
    return config_error(
        "OPENAI_MODEL and OPENAI_MODEL_REASONING are both set; set exactly one of them.");
  }
  if (base.empty()) return config_error("OPENAI_API_BASE is not set.");
  if (settings.keys.empty()) return config_error("OPENAI_API_KEY is not set.");
  if (direct_model.empty() && reasoning_model.empty()) {
    return config_error("Neither OPENAI_MODEL nor OPENAI_MODEL_REASONING is set.");
  }
  Result<std::string> chat_url = read_chat_url(base);
  if (!chat_url) return std::move(chat_url).error();
  settings.chat_url = *std::move(chat_url);
  Result<void> header = read_key_header(environment, settings);
  if (!header) return std::move(header).error();
  settings.mode = direct_model.empty() ? OptimiserMode::reasoning : OptimiserMode::direct;
  settings.model = direct_model.empty() ? reasoning_model : direct_model;
  Result<void> wishes = read_prompt_wishes(environment, settings);
  if (!wishes) return std::move(wishes).error();
  return std::optional<OptimiserSettings>(std::move(settings));
}

/// Is it "https://host" or "https://host:port" (or http://) and nothing else? The text stands in
/// every link as it is.
bool is_origin(std::string_view url) {
  if (!is_http_url(url) || split_url(url).origin.size() != url.size()) return false;
  return split_url(url).authority.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:[]") ==
         std::string_view::npos;
}

Result<std::string> read_public_base_url(const Environment& environment) {
  const std::string_view url = without_trailing_slashes(environment.get("PUBLIC_BASE_URL"));
  if (!url.empty() && !is_origin(url)) {
    return config_error("PUBLIC_BASE_URL must be an origin, https://host, without a path.");
  }
  return std::string(url);
}

Result<std::vector<std::string>> read_mcp_origins(const Environment& environment) {
  std::vector<std::string> origins;
  for (const std::string& origin : environment.get_list("MCP_ORIGINS")) {
    origins.emplace_back(without_trailing_slashes(origin));
    if (!is_origin(origins.back())) {
      return config_error("MCP_ORIGINS must be origins, https://host, with commas between them.");
    }
  }
  return origins;
}

/// The table of IMAGE_RATIOS with the default size of DEFAULT_SIZE.
Result<RatioTable> read_ratios(const Environment& environment) {
  Result<RatioTable> table = parse_ratio_table(environment.get("IMAGE_RATIOS"));
  const std::string_view text = environment.get("DEFAULT_SIZE");
  if (!table || text.empty()) return table;
  const auto size = read_size_or_ratio(text, *table);
  if (!size) {
    return config_error(
        "DEFAULT_SIZE must be a size of 64 to 4096 pixels such as 1024x1024, or a "
        "ratio.");
  }
  table->set_default_size(*size);
  return table;
}

/// Adds those of one variable that are known by their keys alone.
Result<void> add_keys(const Environment& environment, const char* name,
                      std::vector<std::string>& keys) {
  keys = environment.get_list(name);
  const Result<std::vector<std::string>> checked = environment.get_keys(name);
  if (!checked) return checked.error();
  return {};
}

/// Is it CLIENTS, or CLIENTS_ and a number? One variable holds 5 KB on Cloudflare.
bool names_clients(std::string_view variable) {
  constexpr std::string_view kName = "CLIENTS";
  if (!variable.starts_with(kName)) return false;
  variable.remove_prefix(kName.size());
  return variable.empty() || (variable.front() == '_' && parse_unsigned(variable.substr(1), 999));
}

/// Client keys are read whatever else is wrong, so that only clients with a key learn of it.
Result<void> read_clients(const Environment& environment, Config& config) {
  Result<void> authorised = add_keys(environment, "AUTHORIZED_API_KEY", config.client_keys);
  Result<void> admins = add_keys(environment, "ADMIN_API_KEY", config.admin_keys);
  std::size_t number = 0;
  for (const std::string& key : config.client_keys) {
    config.clients.add({.name = "#" + std::to_string(++number)}, key);
  }
  for (const std::string& key : config.admin_keys) {
    config.clients.add({.name = "#admin", .is_operator = true}, key);
  }
  if (!authorised) return authorised;
  if (!admins) return admins;
  for (const std::string_view variable : environment.names()) {
    if (!names_clients(variable)) continue;
    Result<void> added = config.clients.add_all(environment.get(variable), variable);
    if (!added) return added;
  }
  return {};
}

/// Moves a good result to its place, or keeps the first error.
template <class T>
void settle(Result<T> result, T& place, std::optional<Error>& error) {
  if (result) {
    place = *std::move(result);
  } else if (!error) {
    error = std::move(result).error();
  }
}

}  // namespace

Config read_config(const Environment& environment) {
  Config config;
  std::optional<Error>& error = config.error;
  if (Result<void> clients = read_clients(environment, config); !clients) {
    error = std::move(clients).error();
  }
  settle(read_providers(environment), config.providers, error);
  settle(read_model_aliases(environment, config.providers), config.model_aliases, error);
  settle(read_optimiser(environment), config.optimiser, error);
  settle(read_ratios(environment), config.ratios, error);
  settle(read_link_policy(environment), config.links, error);
  settle(read_public_base_url(environment), config.public_base_url, error);
  settle(read_mcp_origins(environment), config.mcp_origins, error);
  config.link_secrets = environment.get("IMAGE_PROXY_SECRET");

  const bool reasons = config.optimiser && config.optimiser->mode == OptimiserMode::reasoning;
  settle(environment.get_switch("SHOW_REASONING", reasons), config.show_reasoning, error);
  settle(environment.get_switch("LOG_PROMPTS", false), config.log_prompts, error);
  settle(environment.get_switch("KEEP_ALIVE_WHITE_SPACE", false), config.keep_alive_white_space,
         error);
  settle(read_number(environment, "MAX_REQUEST_BYTES", kDefaultMaxRequestBytes, 1024,
                     kMostMaxRequestBytes),
         config.max_request_bytes, error);
  settle(
      read_number(environment, "MAX_UPLOAD_BYTES", kMostMaxUploadBytes, 1024, kMostMaxUploadBytes),
      config.max_upload_bytes, error);
  if (!environment.get("IMAGE_TIMEOUT_MS").empty()) {
    settle(read_number(environment, "IMAGE_TIMEOUT_MS", 1000, 1000, kMaxImageTimeoutMs),
           config.image_timeout_ms.emplace(), error);
  }
  settle(read_number(environment, "IMAGE_RETRY_AMBIGUOUS", kDefaultImageRetryAmbiguous, 0, 3),
         config.image_retry_ambiguous, error);
  settle(read_number(environment, "IMAGES_TTL_DAYS", kDefaultPictureLifeDays, 1,
                     kDefaultPictureLifeDays),
         config.picture_life_days, error);
  settle(read_s3(environment, config.links), config.s3, error);
  settle(environment.get_switch("LEDGER_REQUIRED", false), config.requires_ledger, error);
  const auto has = [&](std::string_view service) { return !environment.get(service).empty(); };
  config.services = {has("binding://CLIENTS"), has("binding://LEDGER"), has("binding://RATES"),
                     has("binding://EVENTS")};
  if (has("binding://IMAGES")) config.s3.reset();
  config.stores_pictures = has("binding://IMAGES") || config.s3;
  return config;
}

}  // namespace fluxgate
