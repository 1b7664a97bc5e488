// Settings: any environment gives a gateway; a wrong one shows no value and lets nobody in.
#include <string>

#include "base/ascii.h"
#include "effect/session.h"
#include "fuzz.h"
#include "gateway/gateway.h"
#include "http/url.h"

namespace fluxgate::fuzz {
namespace {

constexpr std::string_view kSecret =
    "planted-secret-number-1-of-thirty-two-bytes,planted-secret-number-2-of-thirty-two-bytes";

/// A variable that holds secrets, and the one that it goes with.
struct SecretVariable {
  std::string_view name;
  std::string_view companion;
};

constexpr SecretVariable kSecretVariables[] = {{"AUTHORIZED_API_KEY", ""},
                                               {"ADMIN_API_KEY", ""},
                                               {"IMAGE_PROXY_SECRET", ""},
                                               {"IMAGE_GEN_API_KEY", "IMAGE_GEN_API_BASE="},
                                               {"FLUX_GEN_API_KEY", "FLUX_GEN_API_BASE="},
                                               {"IMAGE_GEN_API_KEY_1", "IMAGE_GEN_API_BASE_1="},
                                               {"OPENAI_API_KEY", "OPENAI_API_BASE="}};

/// Those whose values are checked.
constexpr std::string_view kCheckedVariables[] = {"IMAGE_GEN_API_BASE",
                                                  "IMAGE_GEN_API_TYPE",
                                                  "OPENAI_API_BASE",
                                                  "PUBLIC_BASE_URL",
                                                  "IMAGE_HOSTS",
                                                  "IMAGE_RATIOS",
                                                  "IMAGE_HOSTS_INTERNAL",
                                                  "ALLOW_HTTP_IMAGES",
                                                  "MAX_REQUEST_BYTES",
                                                  "MAX_UPLOAD_BYTES",
                                                  "IMAGE_TIMEOUT_MS",
                                                  "IMAGE_RETRY_AMBIGUOUS",
                                                  "IMAGES_TTL_DAYS",
                                                  "SHOW_REASONING",
                                                  "LOG_PROMPTS",
                                                  "FLUXGATE_DEMO",
                                                  "IMAGE_PROXY_SECRET",
                                                  "MODEL_ALIASES",
                                                  "DEFAULT_SIZE",
                                                  "IMAGES_S3_URL",
                                                  "IMAGES_S3_KEY_ID",
                                                  "IMAGES_S3_REGION",
                                                  "CLIENTS",
                                                  "LEDGER_REQUIRED"};

/// The secrets stand behind the input's own variables: of a name given twice the first counts.
std::string block_of(std::string_view input) {
  std::string block(input);
  block += '\0';
  for (const auto& [name, companion] : kSecretVariables) {
    if (contains(input, companion)) block.append(name).append("=").append(kSecret) += '\0';
  }
  return block;
}

/// A backend can be called: it has an address, and a key wherever it asks for one.
void check_provider(const ProviderSettings& provider, const Dialect& dialect) {
  const bool is_of_platform = provider.url == kPlatformModels;
  expect(is_http_url(provider.url) || is_of_platform, "a URL", provider.name);
  expect(!provider.keys.empty(), "keys", provider.name);
  for (const std::string& key : provider.keys) {
    expect(!key.empty() || is_of_platform || !dialect.needs_key, "no empty key", provider.name);
  }
}

void check_config(const Instance& instance) {
  const Config& config = instance.config();
  if (config.error) {
    expect(config.error->code == ErrorCode::configuration_error, "a wrong setting");
    expect(!contains(config.error->message + config.error->detail, "planted"), "no value is shown",
           config.error->message);
    expect(config.error->message.size() < 300, "our own words", config.error->message);
    return;
  }
  expect(!config.providers.empty(), "a provider");
  for (const ProviderSettings& provider : config.providers) {
    expect(!provider.models.empty(), "a provider's models", provider.name);
    for (const ModelEntry& model : provider.models) {
      expect(!model.alias.empty() && !model.id.empty(), "a model's names", provider.name);
      expect(!model.price || *model.price >= 0, "a price", provider.name);
    }
    const Dialect* dialect = instance.dialect_of(provider);
    expect(dialect != nullptr, "a provider's dialect", provider.name);
    if (provider.type != "demo" || !provider.url.empty()) check_provider(provider, *dialect);
  }
  if (config.optimiser) {
    expect(config.optimiser->is_of_platform || is_http_url(config.optimiser->chat_url),
           "the language model's URL");
    expect(!config.optimiser->keys.empty(), "the language model's keys");
  }
  expect(config.max_request_bytes >= 1024 && config.max_request_bytes <= kMostMaxRequestBytes,
         "MAX_REQUEST_BYTES");
  const std::uint32_t timeout_ms = config.image_timeout_ms.value_or(1000);
  expect(timeout_ms >= 1000 && timeout_ms <= kMaxImageTimeoutMs, "IMAGE_TIMEOUT_MS");
  expect(config.image_retry_ambiguous <= 3, "IMAGE_RETRY_AMBIGUOUS");
  expect(config.picture_life_days >= 1 && config.picture_life_days <= 365, "IMAGES_TTL_DAYS");
  if (config.s3) {
    expect(is_http_url(config.s3->url) && !config.s3->url.ends_with('/') &&
               config.s3->url.find_first_of("?#@% ") == std::string::npos,
           "IMAGES_S3_URL", config.s3->url);
    expect(!config.s3->key_id.empty() && !config.s3->secret.empty() && !config.s3->region.empty(),
           "a bucket's key");
    expect(config.stores_pictures, "a bucket is a store");
  }
  expect(config.public_base_url.empty() || is_http_url(config.public_base_url), "PUBLIC_BASE_URL",
         config.public_base_url);
}

/// The same settings with one of them wrong: it may be named, not shown.
void check_wrong_values(const std::string& block) {
  for (const std::string_view name : kCheckedVariables) {
    const std::string entry = std::string(name) + "=planted:wrong value";
    const Config config = read_config(Environment::parse(entry + '\0' + block));
    if (!config.error) continue;
    expect(!contains(config.error->message, "planted"), "no value is shown", entry);
  }
}

/// What a request with that key is answered; 0 while a service of the host is asked.
int status_for(Gateway& gateway, std::string_view key) {
  Session session(1'767'225'600'000, Randomness{});
  const std::string head =
      "GET https://gw.example.com/v1/models\nauthorization: Bearer " + std::string(key) + "\n";
  session.run(gateway.serve(parse_request_head(head)));
  int status = 0;
  for (const Effect& effect : session.next_batch()) {
    expect(!contains(effect.head + effect.body, "planted"), "no secret gets out", effect.body);
    if (effect.kind == EffectKind::respond) status = static_cast<int>(effect.status);
  }
  return status;
}

void check_requests(Gateway& gateway) {
  const std::string no_key = "no-key-of-any-setting";
  const Config& config = gateway.instance().config();
  const auto& keys = config.client_keys;
  if (config.clients.find(no_key) == nullptr) {
    const int refusal = config.clients.empty() ? 500 : 401;
    expect(status_for(gateway, no_key) == (config.services.has_clients ? 0 : refusal),
           "nobody is let in");
  }
  if (!keys.empty()) {
    const int status = status_for(gateway, keys.front());
    const bool sendable = keys.front().find_first_of("\n") == std::string::npos;
    const bool asks_for_secret = status == 0 && gateway.instance().lacks_link_secret();
    expect(!sendable || asks_for_secret || status == (config.error ? 500 : 200),
           "holders of a key are");
  }
}

}  // namespace
}  // namespace fluxgate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes) {
  using namespace fluxgate;
  using namespace fluxgate::fuzz;
  const std::string_view input = text_of(data, size_bytes);
  // A model's name may be shown, and it could hold this word.
  if (contains(input, "planted")) return -1;
  const std::string block = block_of(input);
  Gateway gateway(Environment::parse(block));
  check_config(gateway.instance());
  if (!gateway.instance().config().error) check_wrong_values(block);
  check_requests(gateway);
  return 0;
}
