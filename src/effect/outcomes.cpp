#include "effect/outcomes.h"

namespace fluxgate {
namespace {

Error too_large_error() {
  return Error(ErrorCode::upstream_too_large, "The upstream's answer is too large.");
}

}  // namespace

Error upstream_fault(const Reply& reply) {
  if (reply.is(ReplyCode::client_gone)) {
    return Error(ErrorCode::client_closed, "The client closed the connection.");
  }
  if (reply.is(ReplyCode::too_large)) return too_large_error();
  if (reply.is(ReplyCode::timed_out)) {
    return Error(ErrorCode::upstream_timeout, "The upstream stopped sending.", "idle body");
  }
  return Error(ErrorCode::upstream_bad_response, "The upstream's answer broke off.", "body cut");
}

Error request_fault(const Reply& reply, ReadLimits limits) {
  if (reply.is(ReplyCode::too_large)) {
    return Error(ErrorCode::request_too_large,
                 "The request body is larger than " + std::to_string(limits.max_bytes) + " bytes.");
  }
  if (reply.is(ReplyCode::timed_out) || reply.is(ReplyCode::late)) {
    return Error(ErrorCode::request_timeout, "The request body did not arrive in time.");
  }
  return Error(ErrorCode::client_closed, "The client closed the connection.");
}

Result<Bytes> whole_body(Body& body, ReadLimits limits) {
  Bytes bytes = body.take_all();
  if (bytes.size_bytes() > limits.max_bytes) return too_large_error();
  return bytes;
}

}  // namespace fluxgate
