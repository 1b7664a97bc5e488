// What a dialect is: how image backends of one kind are asked, and how they answer.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/unix_ms.h"
#include "config/provider_settings.h"
#include "http/message.h"
#include "picture/job.h"
#include "picture/picture.h"
#include "provider/sizes.h"

namespace fluxgate {

/// The picture is made: a URL, base64, bytes or a path.
struct Made {
  Picture picture;
};

/// The picture is being made: ask again.
struct Later {
  Request ask;      ///< Without the key, as every request of a dialect.
  UnixMs after_ms;  ///< How long to wait before that.
};

/// What an answer of a backend comes to.
using Step = std::variant<Made, Later>;

/// How a picture is begun: with a call, or, where nobody need be called, it is there at once.
using Call = std::variant<Request, Made>;

/// A good answer: its status is 200-299.
struct BackendAnswer {
  int status;
  const Headers& headers;
  std::string_view body;  ///< JSON, with markers for its long strings (json/long_strings.h).
};

/// The header that carries the key.
struct KeyHeader {
  std::string_view name = "authorization";
  std::string_view prefix = "Bearer ";
};

struct Dialect {
  std::string_view name;        ///< IMAGE_GEN_API_TYPE, and the name of the dialect's file.
  std::string_view hosts = {};  ///< What `auto` knows it by; separated by spaces.
  /// The base of its API. IMAGE_GEN_API_BASE may be left out, and its path too. Empty where each
  /// operator has an address of their own.
  std::string_view base = {};
  /// The path of its call behind the base. IMAGE_GEN_API_BASE may be either. Empty: ask() makes the
  /// path.
  std::string_view path = "/images/generations";
  KeyHeader key = {};
  /// The path of its list of models, in the place of `path`; empty when it has none that tells of
  /// image models.
  std::string_view list_path = {};
  /// The sizes of models that do not take any; the first entry that fits counts.
  std::span<const ModelSizes> sizes = {};
  /// Has the backend fields for them? If not, a seed is lost, and what must not be in the picture
  /// is at best a part of the prompt.
  bool takes_seed = false;
  bool takes_negative_prompt = false;
  /// May drafts stand in front of the picture? Then the last long string that is one counts.
  bool sends_drafts = false;
  /// `job.size` is one that size_rules() allows.
  Call (*ask)(const ImageJob& job, const ProviderSettings& provider);
  /// Errors: upstream_bad_response (detail img_bad_json, img_no_url), content_policy_violation
  /// (img_refused: a refusal under a good status), upstream_error
  /// (img_error_in_200: an error stands where a picture belongs).
  Result<Step> (*read)(const BackendAnswer& answer);
};

}  // namespace fluxgate
