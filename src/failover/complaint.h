// What a backend says of a failure, whichever of the usual shapes it says it in.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fluxgate {

/// For failover's judgement and for the log; never for a client. Both are UTF-8 without control
/// characters and may hold anything that a backend likes to repeat, prompts and keys included.
struct BackendComplaint {
  std::string code;     ///< "insufficient_quota", "20012", "DataInspectionFailed"; "" if none.
  std::string message;  ///< "" if none.
};

constexpr std::size_t kMaxComplaintCodeBytes = 64;
/// Backends say what matters first; more would only fill the log.
constexpr std::size_t kMaxComplaintMessageBytes = 256;

/// Reads the body of an answer that is an error. Known shapes:
///   OpenAI and its kin   {"error": {"code", "message", "type"}}, {"error": "..."}
///   Google               {"error": {"code": 400, "message", "status", "details": [{"reason"}]}}
///   SiliconFlow, DashScope  {"code", "message"}       ModelScope  {"errors": {"code", "message"}}
///   Cloudflare           {"errors": [{"code", "message"}]}   Stability  {"name", "errors":
///   ["..."]} fal                  {"detail": [{"type", "msg"}]}, {"detail": "..."} Replicate
///   {"title", "detail"}          DeepInfra   {"detail": {"error": "..."}}
/// or such an object as the first item of an array, a JSON string, or text that is no JSON. A page
/// of HTML says nothing.
BackendComplaint read_complaint(std::string_view body);

}  // namespace fluxgate
