// What a dialect is: how image backends of one kind are asked, and how they answer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/unix_ms.h"
#include "config/provider_settings.h"
#include "http/message.h"
#include "json/document.h"
#include "picture/cost.h"
#include "picture/job.h"
#include "picture/picture.h"
#include "provider/finish_rules.h"
#include "provider/reference_slots.h"
#include "provider/sizes.h"

namespace fluxgate {

/// The picture is made: a URL, base64, bytes or a path.
struct Made {
  Picture picture;
  Cost cost = {};  ///< What the backend says that it cost.
};

/// How far an ordered picture is.
enum class JobState : std::uint8_t {
  queued,
  drawing,
  ready  ///< It waits where it is asked for next: no pause before that.
};

/// The picture is ordered and being made: ask again after a while.
struct Later {
  JobState state = JobState::queued;
  std::optional<std::uint32_t> percent = {};  ///< How much of it is drawn, where the backend tells.
  /// What to ask then, without the key, as every request of a dialect; nothing: the same again.
  std::optional<Request> ask = {};
  /// Calls the job off; nothing: as was said before, and where the backend cannot.
  std::optional<Request> cancel = {};
  Cost cost = {};  ///< As Made::cost; nothing: as was said before.
};

/// The backend says, under a good status, that there will be no picture.
struct Failed {
  std::string code;     ///< Its name for the reason; may be empty.
  std::string message;  ///< Its words; may be empty.
  int status = 0;       ///< The HTTP status that means the same, where the code has one; or 0.
};

/// What an answer of a backend comes to.
using Step = std::variant<Made, Later, Failed>;

/// How a picture is begun: with a call, or, where nobody need be called, it is there at once.
using Call = std::variant<Request, Made>;

/// A good answer: its status is 200-299.
struct BackendAnswer {
  int status;
  const Headers& headers;
  json::Value root;  ///< Of its JSON, with markers for its long strings (json/long_strings.h).
  std::string_view asked_url;  ///< What was asked: the order's URL, or that of Later::ask.
};

/// The header that carries the key.
struct KeyHeader {
  std::string_view name = "authorization";
  std::string_view prefix = "Bearer ";
  /// What of the key stands behind the prefix; null: all of it, as it is.
  std::string (*sign)(std::string_view key, UnixMs now_ms) = nullptr;
};

/// Appends the header; nothing for an empty key.
void append_key(Request& request, const KeyHeader& header, std::string_view key, UnixMs now_ms);

struct Dialect;

/// Dialect::read for the text of an answer. Error: upstream_bad_response too, for what is no JSON.
Result<Step> read_answer_text(const Dialect& dialect, std::string_view text, int status,
                              const Headers& headers, std::string_view asked_url);

struct Dialect {
  std::string_view name;        ///< IMAGE_GEN_API_TYPE, and the name of the dialect's file.
  std::string_view hosts = {};  ///< What `auto` knows it by; separated by spaces.
  /// The base of its API. IMAGE_GEN_API_BASE may be left out, and its path too. Empty where each
  /// operator has an address of their own.
  std::string_view base = {};
  /// The path of a base that is a mere origin, where `base` is empty.
  std::string_view origin_path = "/v1";
  /// Is it the dialect of the platform's own models (ProviderSettings::platform_url)?
  bool is_of_platform = false;
  /// The path of its call behind the base. IMAGE_GEN_API_BASE may be either. Empty: ask() makes the
  /// path.
  std::string_view path = "/images/generations";
  /// Where ask() makes the path: what begins behind the base in the path of a call, separated by
  /// spaces, as in "/images/". IMAGE_GEN_API_BASE may be such a call.
  std::string_view call_paths = {};
  KeyHeader key = {};
  /// Its answers name addresses of the same owner to go on at. They get the key where the provider
  /// and they are hosts of this domain; others get it only at the provider's own origin.
  std::string_view domain = {};
  /// May it be asked without a key? Servers of one's own may.
  bool needs_key = true;
  /// The path of its list of models, in the place of `path`; empty when it has none that tells of
  /// image models.
  std::string_view list_path = {};
  /// The sizes of models that do not take any; the first entry that fits counts.
  std::span<const ModelSizes> sizes = {};
  /// How many pictures its models go by; the first entry that fits counts. None: no picture.
  std::span<const ModelReferences> references = {};
  /// How far its models finish pictures as they are told; the first entry that fits counts.
  std::span<const ModelFinish> finishes = {};
  /// Has the backend fields for them? If not, a seed is lost, and what must not be in the picture
  /// is at best a part of the prompt.
  bool takes_seed = false;
  /// Parts of the names of models that take no seed all the same; separated by spaces.
  std::string_view seedless_models = {};
  bool takes_negative_prompt = false;
  /// Parts of the names of the models that take what must not be there, separated by spaces; empty:
  /// all do, if any does.
  std::string_view negative_prompt_models = {};
  /// Is the call for this job a form? What ask() writes as JSON is turned into one
  /// (provider/form_shape.h). Null: never.
  bool (*is_form)(const ImageJob& job) = nullptr;
  /// Is the body of a call a list of one item? What ask() writes is put into one.
  bool is_in_list = false;
  /// May drafts stand in front of the picture? Then the last long string that is one counts.
  bool sends_drafts = false;
  /// `job.size` is one that size_rules() allows.
  Call (*ask)(const ImageJob& job, const ProviderSettings& provider);
  /// Errors: upstream_bad_response (detail img_bad_json, img_no_url), content_policy_violation
  /// (img_refused: a refusal under a good status), upstream_error
  /// (img_error_in_200: an error stands where a picture belongs).
  Result<Step> (*read)(const BackendAnswer& answer);
};

/// Has the backend a field for the seed of this model?
bool takes_seed(const Dialect& dialect, std::string_view model);

/// Has it one for what must not be in the picture?
bool takes_negative_prompt(const Dialect& dialect, std::string_view model);

/// How many pictures this model goes by; null: none.
const ModelReferences* references_of(const Dialect& dialect, std::string_view model);

/// The header that carries the provider's keys: the operator's, else the dialect's.
KeyHeader key_header(const ProviderSettings& provider, const Dialect& dialect);

}  // namespace fluxgate
