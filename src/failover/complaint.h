// What a backend says about a failure, read from any of the usual shapes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/unix_ms.h"

namespace fluxgate {

/// The backend's own words, for judge_refusal(), the log and, cleaned, for the client. Both texts
/// are UTF-8 without characters that control or move others. They may hold whatever the backend
/// repeats, prompts and keys included.
struct BackendComplaint {
  std::string code;     ///< "insufficient_quota", "20012", "DataInspectionFailed"; "" if none.
  std::string message;  ///< "" if none.
  int status = 0;       ///< The status that the words name for a failure behind the backend; or 0.
  int own_status = 0;   ///< The status that the words name for this very answer; or 0.
  UnixMs wait_ms = 0;   ///< How long the words ask us to wait; 0 if they do not say.
};

constexpr std::size_t kMaxComplaintCodeBytes = 64;
/// Backends say first what matters. Clients read 300 characters of it (failover/reason.h).
constexpr std::size_t kMaxComplaintMessageBytes = 1024;

/// Reads the body of an answer that is an error. Known shapes:
///   OpenAI       {"error": {"code", "message", "type"}} or {"error": "..."}
///   Google       {"error": {"code": 400, "message", "status", "details": [{"reason"}]}}
///   SiliconFlow  {"code", "message"}
///   DashScope    {"code", "message"}
///   ModelScope   {"errors": {"code", "message"}}
///   Cloudflare   {"errors": [{"code", "message", "error_chain": [{"message"}]}]}
///   BFL          {"status": "Request Moderated"}
///   Stability    {"name", "errors": ["..."]}
///   fal          {"detail": [{"type", "msg"}]} or {"detail": "..."}
///   Replicate    {"title", "detail"}
///   DeepInfra    {"detail": {"error": "..."}}
///   Fireworks    {"fault": "..."}
///   Novita       {"code": 400, "reason", "message"}
/// A message that is such an object itself, as relays pass it on, is read in its turn. A wait is
/// told by `retryDelay` (Google), `estimated_time` (Hugging Face), `retry_after`, or by words:
/// "retry in 38.9s", "try again in 20 seconds".
/// Such an object may be the first item of an array. A JSON string, or text that is no JSON, is the
/// message. A page of HTML gives nothing.
BackendComplaint read_complaint(std::string_view body);

/// The same of words that were read already.
BackendComplaint complaint_of(std::string_view code, std::string_view message);

}  // namespace fluxgate
