// What the outcome of one call means: for our client, for the key, and for the next call.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/unix_ms.h"
#include "failover/complaint.h"
#include "http/headers.h"

namespace fluxgate {

/// The kinds of failure; each is treated in its own way.
enum class FailureClass : std::uint8_t {
  connect,          ///< No connection came about, or it was lost before any answer.
  reset,            ///< Cloudflare lost the backend in the middle of its work (520, 524).
  timeout,          ///< Paid work may still be running.
  bad_answer,       ///< An answer that cannot be used; the picture was most likely made and billed.
  policy,           ///< The backend refuses this prompt or its picture.
  rejected,         ///< The same request fails with every key.
  model_not_found,  ///< Model or path: a fault of the configuration.
  auth,             ///< This key, or its account, is not accepted.
  quota,            ///< This key's money or long quota is used up.
  rate,             ///< This key has to wait.
  server,           ///< A fault or an overload of the backend.
};

/// What can still help.
enum class Remedy : std::uint8_t {
  none,
  other_key,   ///< Call with another key, at once. The key of this call rests.
  once_more,   ///< Call again after a short pause, with another key if one is free; few times.
  after_pause  ///< Call again after pauses that grow.
};

/// An answer that is an error: its status is not 200-299, or its body holds an error object.
struct Refusal {
  int status = 0;
  BackendComplaint complaint;
  Headers headers;
};

/// How far a call came that failed without a refusal.
enum class Stage : std::uint8_t {
  head,        ///< No head came.
  body,        ///< The body did not come whole.
  coded_body,  ///< The body had a content-encoding and did not come whole, or did not decode.
  content,     ///< The body came whole and was of no use.
};

struct Verdict {
  FailureClass kind;
  Remedy remedy;
  /// What the client is told if no further call helps. Only FailureClass::server sets
  /// retry_after_s.
  Error error;
  std::string_view event;     ///< The event of the line in the log, for example "img_key_auth".
  UnixMs rest_ms = 0;         ///< How long the key rests; 0: the key is not to blame.
  UnixMs pause_ms = 0;        ///< The backend wants this pause first; at most kMaxPauseMs.
  bool maybe_billed = false;  ///< The backend may have made the picture and billed it.
};

/// How long a key rests that is not accepted or whose account is blocked: somebody has to change a
/// setting.
constexpr UnixMs kAuthRestMs = 600'000;
/// How long a key without money rests: somebody has to pay, or a day has to end.
constexpr UnixMs kQuotaRestMs = 3'600'000;
/// How long a limited key rests when the answer does not say; LiteLLM takes the same 5 s.
constexpr UnixMs kRateRestMs = 5'000;
/// The longest pause that a run holds a client for.
constexpr UnixMs kMaxPauseMs = 3'000;
/// How long we tell clients to wait when the backend is down.
constexpr std::uint32_t kServerRetryAfterS = 2;

/// What the client is told when nothing but the class of the failure is known.
Error failure_error(FailureClass kind);

/// Judges an answer that is an error. `now_ms`: the clock at its arrival, which dates in
/// retry-after are compared with. The status decides; where a status means several things, code and
/// message decide. In an answer with 200-299 the code decides if it is an HTTP status or a known
/// name, otherwise the phrases of the message; if neither says anything, the error is
/// upstream_error.
Verdict judge_refusal(const Refusal& refusal, UnixMs now_ms);

/// Judges a call that failed without a refusal. `error`: what fetch(), collect() or the reading of
/// the answer ended with. At Stage::content the detail "img_no_url" becomes the event.
Verdict judge_failure(Error error, Stage stage);

}  // namespace fluxgate
