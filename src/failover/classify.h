// What the outcome of one call means: for our client, for the key, and for the next call.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/unix_ms.h"
#include "http/headers.h"

namespace fluxgate {

/// One per kind of failure that is treated in its own way.
enum class FailureClass : std::uint8_t {
  connect,          ///< No connection, or one that was lost before any answer.
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
  other_key,   ///< Another key, at once. This one rests.
  once_more,   ///< Another try after a short while, with another key if there is one; few of them.
  after_pause  ///< The same, with pauses that grow.
};

/// An answer that is an error: any but 200-299, or one of those with an error object inside.
struct Refusal {
  int status = 0;
  std::string code;     ///< As failover/complaint.h reads it; may be empty or a number.
  std::string message;  ///< The same. Decides, together with the code, and goes no further.
  Headers headers;
};

/// Where a call failed of which no refusal came.
enum class Stage : std::uint8_t {
  head,        ///< No head came.
  body,        ///< The body did not come whole.
  coded_body,  ///< The same, with a content-encoding: no host tells which of the two was at fault.
  content,     ///< The body came whole and was of no use.
};

struct Verdict {
  FailureClass kind;
  Remedy remedy;
  /// The answer for our client if nothing else helps. Has a retry_after_s for
  /// FailureClass::server only.
  Error error;
  std::string_view event;     ///< Name of the line in the log, for example "img_key_auth".
  UnixMs rest_ms = 0;         ///< The key rests for so long; 0: it is not to blame.
  UnixMs pause_ms = 0;        ///< The backend wants a pause before any other call, 3 s at most.
  bool maybe_billed = false;  ///< The backend may have made the picture, and may ask for money.
};

/// A key that is not accepted, or whose account is blocked: somebody has to change a setting.
constexpr UnixMs kAuthRestMs = 600'000;
/// A key without money: somebody has to pay, or a day has to end.
constexpr UnixMs kQuotaRestMs = 3'600'000;
/// A limited key whose answer does not say how long: what LiteLLM takes, too.
constexpr UnixMs kRateRestMs = 5'000;
/// A longer wait than this is not worth holding a client for.
constexpr UnixMs kMaxPauseMs = 3'000;
/// What we tell clients to wait when the backend is down.
constexpr std::uint32_t kServerRetryAfterS = 2;

/// What our client is told of a failure of which nothing but the class is known.
Error failure_error(FailureClass kind);

/// `refusal` with the clock at its arrival, which dates in retry-after are compared with. Status
/// first, then code and message where a status means several things. 200-299: the code inside
/// decides when it is an HTTP status or a known name, else the message's phrases do, else it is
/// upstream_error.
Verdict judge_refusal(const Refusal& refusal, UnixMs now_ms);

/// `error`: what fetch(), collect() or the reading of the answer ended with. At Stage::content its
/// detail, when it starts with "img_", is the event.
Verdict judge_failure(Error error, Stage stage);

}  // namespace fluxgate
