// Bytes that stay with the host. Each operation is one effect (src/effect/effect.h).
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "effect/operations.h"

namespace fluxgate {

/// Bytes that the host keeps outside the module, as a body that can be sent as often as wanted.
/// Destroying it lets go of them. Move-only.
class HeldBytes {
 public:
  HeldBytes() = default;
  HeldBytes(Body body, std::uint64_t length_bytes, std::string start)
      : body_(std::move(body)), length_bytes_(length_bytes), start_(std::move(start)) {}

  EffectId handle() const { return body_.handle(); }
  std::uint64_t length_bytes() const { return length_bytes_; }
  /// The first 32 bytes, or as many as there are: enough to tell a picture's type.
  const std::string& start() const { return start_; }

 private:
  friend Task<> hold_more(HeldBytes& held, std::string bytes, std::uint32_t max_bytes);
  Body body_;
  std::uint64_t length_bytes_ = 0;
  std::string start_;
};

/// What hold() gave.
struct Held {
  HeldBytes bytes;
  bool found_delimiter = false;
};

/// Keeps `front` and behind it the bytes of the client's request up to `delimiter`, which is taken
/// out and dropped, or up to the end. Errors: those of collect_request_body().
Task<Held> hold_request_part(std::string front, std::string delimiter, ReadLimits limits);
/// Keeps `front` and behind it the rest of a body. Errors: those of collect().
Task<HeldBytes> hold(std::string front, Body body, ReadLimits limits);
/// Keeps bytes.
Task<HeldBytes> hold(std::string bytes);
/// Adds bytes to those that are kept. When it fails nothing is kept any more. Error:
/// upstream_too_large.
Task<> hold_more(HeldBytes& held, std::string bytes, std::uint32_t max_bytes);
/// Gives all that is kept, which should be little. Errors: those of collect().
Task<Bytes> read_held(const HeldBytes& held);

}  // namespace fluxgate
