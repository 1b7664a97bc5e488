// Owns WASI's resources. A host traps when a parent is dropped before its child, so a class must
// declare the parent first: C++ destroys members from the last to the first.
#pragma once

#include <utility>

#include "wit/imports.h"

namespace fluxgate::wasi {

/// Owns one handle, or none. Move-only.
template <void (*kDrop)(Handle)>
class Resource {
 public:
  Resource() = default;
  explicit Resource(Handle handle) : handle_(handle) {}
  Resource(Resource&& other) noexcept : handle_(std::exchange(other.handle_, kNone)) {}
  Resource& operator=(Resource&& other) noexcept {
    if (this != &other) {
      reset();
      handle_ = std::exchange(other.handle_, kNone);
    }
    return *this;
  }
  ~Resource() { reset(); }

  /// Drops the handle, if there is one.
  void reset() {
    if (handle_ != kNone) kDrop(std::exchange(handle_, kNone));
  }
  explicit operator bool() const { return handle_ != kNone; }
  /// The handle, for a call that borrows it.
  Handle get() const { return handle_; }
  /// Gives the handle to a call that takes it over.
  Handle give() { return std::exchange(handle_, kNone); }

 private:
  static constexpr Handle kNone = -1;  // Tables hold at most 2^28 handles.
  Handle handle_ = kNone;
};

using Pollable = Resource<wasi_pollable_drop>;
using InputStream = Resource<wasi_input_stream_drop>;
using OutputStream = Resource<wasi_output_stream_drop>;
using Fields = Resource<wasi_fields_drop>;
using IncomingRequest = Resource<wasi_incoming_request_drop>;
using IncomingResponse = Resource<wasi_incoming_response_drop>;
using IncomingBody = Resource<wasi_incoming_body_drop>;
using OutgoingRequest = Resource<wasi_outgoing_request_drop>;
using OutgoingResponse = Resource<wasi_outgoing_response_drop>;
using OutgoingBody = Resource<wasi_outgoing_body_drop>;
using RequestOptions = Resource<wasi_request_options_drop>;
using ResponseOutparam = Resource<wasi_response_outparam_drop>;
using FutureIncomingResponse = Resource<wasi_future_incoming_response_drop>;

/// The T that a call has created; without a handle when the host refused.
template <class T>
T take(const RawHandleResult& result) {
  return result.is_error == 0 ? T(result.handle) : T();
}

}  // namespace fluxgate::wasi
