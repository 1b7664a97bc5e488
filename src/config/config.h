// The operator's settings, checked once when the instance starts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "clients/client.h"
#include "config/environment.h"
#include "config/link_policy.h"
#include "config/model_aliases.h"
#include "config/provider_settings.h"
#include "config/s3_settings.h"
#include "picture/ratio_table.h"

namespace fluxgate {

/// Does the optimiser's model think aloud before it answers?
enum class OptimiserMode { direct, reasoning };

/// The form of the prompts that it writes.
enum class PromptStyle {
  tags,       ///< Some 40 words as phrases between commas.
  sentences,  ///< Some 80 words of plain prose.
  by_model    ///< What the model that will draw reads best.
};

/// The LLM that turns ideas into prompts: an OpenAI-compatible API.
struct OptimiserSettings {
  std::string chat_url;  ///< Absolute; its path ends with "/chat/completions".
  std::vector<std::string> keys;
  std::string key_header;  ///< The header that carries the key.
  std::string key_prefix;  ///< What stands in front of the key there: "Bearer ", or nothing.
  std::string model;
  OptimiserMode mode = OptimiserMode::direct;
  PromptStyle style = PromptStyle::tags;
  std::string instructions;  ///< The operator's lasting wishes; may be empty.
  /// It is a model of the host's platform, at binding://AI: it needs no key, and takes few
  /// members of a question.
  bool is_of_platform = false;
};

/// Largest request body unless MAX_REQUEST_BYTES says otherwise: a chat history with one inline
/// picture of 6 MB as base64.
constexpr std::uint32_t kDefaultMaxRequestBytes = 8 * 1024 * 1024;

/// The most that MAX_REQUEST_BYTES may say. Reading a text that is one long string takes up to five
/// times its size for a moment, because the parser's buffers double: 8 MiB take 36 MiB, 10 MiB take
/// 62. The module has 96 MiB, and pictures and other requests' texts may fill half of them.
constexpr std::uint32_t kMostMaxRequestBytes = 8 * 1024 * 1024;

/// The most that MAX_UPLOAD_BYTES may say, and what it says by itself: all files of a form
/// together, which the host holds outside the module. Four pictures of 4 MB; an instance holds no
/// more (exchange/load.h).
constexpr std::uint32_t kMostMaxUploadBytes = 64 * 1024 * 1024;

/// The most that IMAGE_TIMEOUT_MS may say: gpt-image and Gemini may take four minutes.
constexpr std::uint32_t kMaxImageTimeoutMs = 300'000;

/// How often a picture is asked for again when the connection was lost and nobody can tell whether
/// it was made, unless IMAGE_RETRY_AMBIGUOUS says otherwise. Each further call may be billed in
/// addition.
constexpr std::uint32_t kDefaultImageRetryAmbiguous = 1;

/// How long a stored picture may be cached unless IMAGES_TTL_DAYS says otherwise: a year, the
/// longest time that HTTP knows.
constexpr std::uint32_t kDefaultPictureLifeDays = 365;

/// The services of src/abi/abi.md that the host has, beside the store and the models.
struct HostServices {
  bool has_clients = false;
  bool has_ledger = false;
  bool has_rates = false;
  bool has_events = false;
};

/// All settings that handlers read. Its secrets may go only into upstream calls, comparisons and
/// signatures.
struct Config {
  std::vector<std::string> client_keys;  ///< AUTHORIZED_API_KEY
  std::vector<std::string> admin_keys;   ///< ADMIN_API_KEY
  /// Everybody who may ask: those of AUTHORIZED_API_KEY are "#1", "#2", ..., those of ADMIN_API_KEY
  /// "#admin", and CLIENTS names the others. Without any no protected route answers.
  ClientList clients;
  HostServices services;
  bool requires_ledger = false;  ///< Without the shared ledger nothing is made.
  std::vector<ProviderSettings> providers;
  std::vector<ModelAlias> model_aliases;
  std::optional<OptimiserSettings> optimiser;  ///< Nothing: the built-in rules write the prompt.
  RatioTable ratios;                           ///< With the size for ideas that name none.
  LinkPolicy links;
  /// IMAGE_PROXY_SECRET as it stands; empty: links are signed with keys made of the provider keys.
  std::string link_secrets;
  bool stores_pictures = false;  ///< In the service binding://IMAGES of the host, or in `s3`.
  std::optional<S3Settings> s3;  ///< The store, where the host has no such service.
  /// How long the answer with a stored picture may be cached; after that the store may drop the
  /// picture.
  std::uint32_t picture_life_days = kDefaultPictureLifeDays;
  std::vector<std::string> mcp_origins;  ///< Of pages that may speak to /mcp, beside our own.
  std::string public_base_url;  ///< Origin of links, no trailing '/'; empty: the request's own.
  bool show_reasoning = false;
  bool keep_alive_white_space = false;  ///< Whole answers that take long begin with white space.
  bool log_prompts = false;
  std::uint32_t max_request_bytes = kDefaultMaxRequestBytes;
  std::uint32_t max_upload_bytes = kMostMaxUploadBytes;
  /// IMAGE_TIMEOUT_MS; nothing: what each model usually takes.
  std::optional<std::uint32_t> image_timeout_ms;
  std::uint32_t image_retry_ambiguous = kDefaultImageRetryAmbiguous;

  /// The first setting that is wrong: configuration_error, which names the variable and never its
  /// value. Client keys are read all the same, so that only clients with a key learn of the error.
  std::optional<Error> error;
};

/// Reads and checks all settings. Never fails: a wrong setting becomes Config::error.
Config read_config(const Environment& environment);

}  // namespace fluxgate
