// What the operator has set up, checked once when the instance starts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "config/environment.h"
#include "config/link_policy.h"
#include "config/model_aliases.h"
#include "config/provider_settings.h"
#include "idea/ratio_table.h"

namespace fluxgate {

/// Does the optimiser's model think aloud before it answers?
enum class OptimiserMode { direct, reasoning };

/// The LLM that turns ideas into prompts: an OpenAI-compatible API.
struct OptimiserSettings {
  std::string chat_url;  ///< Absolute, ends with "/chat/completions".
  std::vector<std::string> keys;
  std::string model;
  OptimiserMode mode = OptimiserMode::direct;
};

/// Largest request body unless MAX_REQUEST_BYTES says otherwise: a chat history with one inline
/// picture of 6 MB as base64.
constexpr std::uint32_t kDefaultMaxRequestBytes = 8 * 1024 * 1024;

/// The most that MAX_REQUEST_BYTES may say. Reading a text that is one long string takes up to five
/// times its size for a moment (the parser's buffers double), this one 36 MiB, but 10 MiB take 62;
/// the module has 96, and half of them may be full of pictures and other requests' texts.
constexpr std::uint32_t kMostMaxRequestBytes = 8 * 1024 * 1024;

/// Longest wait for an image backend's response headers unless IMAGE_TIMEOUT_MS says otherwise.
/// Backends answer in 2-40 s.
constexpr std::uint32_t kDefaultImageTimeoutMs = 60'000;

/// How often a picture is asked for again after a connection was lost with no telling whether the
/// picture was made, unless IMAGE_RETRY_AMBIGUOUS says otherwise: each time may be billed twice.
constexpr std::uint32_t kDefaultImageRetryAmbiguous = 1;

/// A stored picture stays unless IMAGES_TTL_DAYS says otherwise; HTTP knows no longer time than a
/// year.
constexpr std::uint32_t kDefaultPictureLifeDays = 365;

/// Everything that handlers want to know. Secrets in here go nowhere but into upstream calls,
/// comparisons and signatures.
struct Config {
  std::vector<std::string> client_keys;  ///< Empty: no protected route may answer.
  std::vector<ProviderSettings> providers;
  std::vector<ModelAlias> model_aliases;
  std::optional<OptimiserSettings> optimiser;  ///< Nothing: the built-in rules write the prompt.
  RatioTable ratios;
  LinkPolicy links;
  std::string
      link_secrets;  ///< IMAGE_PROXY_SECRET as it stands; empty: derived from the provider keys.
  bool stores_pictures = false;  ///< The host has the service binding://IMAGES.
  /// How long a stored picture's answer may be cached; its store may let go of it then.
  std::uint32_t picture_life_days = kDefaultPictureLifeDays;
  std::string public_base_url;  ///< Origin for links, no trailing '/'; empty: the request's own.
  bool show_reasoning = false;
  bool log_prompts = false;
  std::uint32_t max_request_bytes = kDefaultMaxRequestBytes;
  std::uint32_t image_timeout_ms = kDefaultImageTimeoutMs;
  std::uint32_t image_retry_ambiguous = kDefaultImageRetryAmbiguous;

  /// The first thing that is wrong: configuration_error, naming the variable and never its value.
  /// Client keys are read all the same, so that only those who hold one learn of it.
  std::optional<Error> error;
  /// What is odd but harmless, for the log.
  std::vector<std::string> warnings;
};

/// Never fails: what is wrong becomes Config::error.
Config read_config(const Environment& environment);

}  // namespace fluxgate
