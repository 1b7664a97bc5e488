// What a backend says about a failure, read from any of the usual shapes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fluxgate {

/// The backend's own words, for judge_refusal() and the log, never for a client. Both texts are
/// UTF-8 without control characters and may hold whatever the backend repeats, prompts and keys
/// included.
struct BackendComplaint {
  std::string code;     ///< "insufficient_quota", "20012", "DataInspectionFailed"; "" if none.
  std::string message;  ///< "" if none.
};

constexpr std::size_t kMaxComplaintCodeBytes = 64;
/// Backends say first what matters; longer messages would only fill the log.
constexpr std::size_t kMaxComplaintMessageBytes = 256;

/// Reads the body of an answer that is an error. Known shapes:
///   OpenAI       {"error": {"code", "message", "type"}} or {"error": "..."}
///   Google       {"error": {"code": 400, "message", "status", "details": [{"reason"}]}}
///   SiliconFlow  {"code", "message"}
///   DashScope    {"code", "message"}
///   ModelScope   {"errors": {"code", "message"}}
///   Cloudflare   {"errors": [{"code", "message"}]}
///   Stability    {"name", "errors": ["..."]}
///   fal          {"detail": [{"type", "msg"}]} or {"detail": "..."}
///   Replicate    {"title", "detail"}
///   DeepInfra    {"detail": {"error": "..."}}
/// Such an object may be the first item of an array. A JSON string, or text that is no JSON, is the
/// message. A page of HTML gives nothing.
BackendComplaint read_complaint(std::string_view body);

}  // namespace fluxgate
