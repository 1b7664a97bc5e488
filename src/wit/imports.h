// The functions of WASI 0.2.0 that the component imports, declared by hand with the signatures that
// the canonical ABI flattens them to. A handle, an enum or an option's case is an i32; a string or
// list is a pointer and a length; a result of more than one value is written to the area whose
// pointer comes last. canonical.h declares the areas, resource.h the ownership. Sources:
// github.com/WebAssembly/wasi-http, wasi-io, wasi-clocks, wasi-random, wasi-cli at v0.2.0.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wit/canonical.h"

#define WASI_IMPORT(interface, name) \
  __attribute__((import_module("wasi:" interface "@0.2.0"), import_name(name)))

namespace fluxgate::wasi {
extern "C" {

// --- wasi:io ---

WASI_IMPORT("io/poll", "poll")
void wasi_poll(const Handle* pollables, std::size_t count, RawList* ready_indices);
WASI_IMPORT("io/poll", "[resource-drop]pollable") void wasi_pollable_drop(Handle);

WASI_IMPORT("io/error", "[resource-drop]error") void wasi_error_drop(Handle);

WASI_IMPORT("io/streams", "[method]input-stream.read")
void wasi_input_stream_read(Handle, std::uint64_t max_bytes, RawReadResult*);
WASI_IMPORT("io/streams", "[method]input-stream.subscribe")
Handle wasi_input_stream_subscribe(Handle);
WASI_IMPORT("io/streams", "[resource-drop]input-stream") void wasi_input_stream_drop(Handle);

WASI_IMPORT("io/streams", "[method]output-stream.check-write")
void wasi_output_stream_check_write(Handle, RawCheckWriteResult*);
WASI_IMPORT("io/streams", "[method]output-stream.write")
void wasi_output_stream_write(Handle, const char* bytes, std::size_t length_bytes, RawWriteResult*);
WASI_IMPORT("io/streams", "[method]output-stream.blocking-write-and-flush")
void wasi_output_stream_blocking_write_and_flush(Handle, const char* bytes,
                                                 std::size_t length_bytes, RawWriteResult*);
WASI_IMPORT("io/streams", "[method]output-stream.subscribe")
Handle wasi_output_stream_subscribe(Handle);
WASI_IMPORT("io/streams", "[resource-drop]output-stream") void wasi_output_stream_drop(Handle);

// --- wasi:clocks, wasi:random, wasi:cli ---

WASI_IMPORT("clocks/monotonic-clock", "now") std::uint64_t wasi_monotonic_clock_now();
WASI_IMPORT("clocks/monotonic-clock", "subscribe-instant")
Handle wasi_monotonic_clock_subscribe_instant(std::uint64_t instant_ns);
WASI_IMPORT("clocks/wall-clock", "now") void wasi_wall_clock_now(RawDatetime*);

WASI_IMPORT("random/random", "get-random-u64") std::uint64_t wasi_get_random_u64();

WASI_IMPORT("cli/environment", "get-environment") void wasi_get_environment(RawList* pairs);
WASI_IMPORT("cli/stderr", "get-stderr") Handle wasi_get_stderr();

// --- wasi:http/types: header fields ---

WASI_IMPORT("http/types", "[constructor]fields") Handle wasi_fields_new();
WASI_IMPORT("http/types", "[method]fields.append")
void wasi_fields_append(Handle, const char* name, std::size_t name_bytes, const char* value,
                        std::size_t value_bytes, RawFieldResult*);
WASI_IMPORT("http/types", "[method]fields.entries")
void wasi_fields_entries(Handle, RawList* pairs);
WASI_IMPORT("http/types", "[resource-drop]fields") void wasi_fields_drop(Handle);

// --- wasi:http/types: a request that comes in ---

WASI_IMPORT("http/types", "[method]incoming-request.method")
void wasi_incoming_request_method(Handle, RawMethod*);
WASI_IMPORT("http/types", "[method]incoming-request.path-with-query")
void wasi_incoming_request_path_with_query(Handle, RawOptionalString*);
WASI_IMPORT("http/types", "[method]incoming-request.scheme")
void wasi_incoming_request_scheme(Handle, RawOptionalScheme*);
WASI_IMPORT("http/types", "[method]incoming-request.authority")
void wasi_incoming_request_authority(Handle, RawOptionalString*);
WASI_IMPORT("http/types", "[method]incoming-request.headers")
Handle wasi_incoming_request_headers(Handle);
WASI_IMPORT("http/types", "[method]incoming-request.consume")
void wasi_incoming_request_consume(Handle, RawHandleResult*);
WASI_IMPORT("http/types", "[resource-drop]incoming-request")
void wasi_incoming_request_drop(Handle);

WASI_IMPORT("http/types", "[method]incoming-body.stream")
void wasi_incoming_body_stream(Handle, RawHandleResult*);
WASI_IMPORT("http/types", "[resource-drop]incoming-body") void wasi_incoming_body_drop(Handle);

// --- wasi:http/types: its answer ---

WASI_IMPORT("http/types", "[constructor]outgoing-response")
Handle wasi_outgoing_response_new(Handle owned_fields);
WASI_IMPORT("http/types", "[method]outgoing-response.set-status-code")
std::int32_t wasi_outgoing_response_set_status_code(Handle, std::int32_t status);
WASI_IMPORT("http/types", "[method]outgoing-response.body")
void wasi_outgoing_response_body(Handle, RawHandleResult*);
WASI_IMPORT("http/types", "[resource-drop]outgoing-response")
void wasi_outgoing_response_drop(Handle);

/// result<own<outgoing-response>, error-code>: for the first case the other values are 0.
WASI_IMPORT("http/types", "[static]response-outparam.set")
void wasi_response_outparam_set(Handle owned_outparam, std::int32_t is_error, Handle owned_response,
                                std::int32_t, std::int64_t, std::int32_t, std::int32_t,
                                std::int32_t, std::int32_t);
WASI_IMPORT("http/types", "[resource-drop]response-outparam")
void wasi_response_outparam_drop(Handle);

WASI_IMPORT("http/types", "[method]outgoing-body.write")
void wasi_outgoing_body_write(Handle, RawHandleResult*);
WASI_IMPORT("http/types", "[static]outgoing-body.finish")
void wasi_outgoing_body_finish(Handle owned_body, std::int32_t has_trailers, Handle trailers,
                               RawFinishResult*);
WASI_IMPORT("http/types", "[resource-drop]outgoing-body") void wasi_outgoing_body_drop(Handle);

// --- wasi:http/types and outgoing-handler: our own requests. Setters return 1 when refused. ---

WASI_IMPORT("http/types", "[constructor]outgoing-request")
Handle wasi_outgoing_request_new(Handle owned_fields);
WASI_IMPORT("http/types", "[method]outgoing-request.set-method")
std::int32_t wasi_outgoing_request_set_method(Handle, std::int32_t number, const char* other,
                                              std::size_t other_bytes);
WASI_IMPORT("http/types", "[method]outgoing-request.set-scheme")
std::int32_t wasi_outgoing_request_set_scheme(Handle, std::int32_t is_some, std::int32_t number,
                                              const char* other, std::size_t other_bytes);
WASI_IMPORT("http/types", "[method]outgoing-request.set-authority")
std::int32_t wasi_outgoing_request_set_authority(Handle, std::int32_t is_some, const char* text,
                                                 std::size_t length_bytes);
WASI_IMPORT("http/types", "[method]outgoing-request.set-path-with-query")
std::int32_t wasi_outgoing_request_set_path_with_query(Handle, std::int32_t is_some,
                                                       const char* text, std::size_t length_bytes);
WASI_IMPORT("http/types", "[method]outgoing-request.body")
void wasi_outgoing_request_body(Handle, RawHandleResult*);
WASI_IMPORT("http/types", "[resource-drop]outgoing-request")
void wasi_outgoing_request_drop(Handle);

WASI_IMPORT("http/types", "[constructor]request-options") Handle wasi_request_options_new();
WASI_IMPORT("http/types", "[method]request-options.set-connect-timeout")
std::int32_t wasi_request_options_set_connect_timeout(Handle, std::int32_t is_some,
                                                      std::uint64_t duration_ns);
WASI_IMPORT("http/types", "[method]request-options.set-first-byte-timeout")
std::int32_t wasi_request_options_set_first_byte_timeout(Handle, std::int32_t is_some,
                                                         std::uint64_t duration_ns);
WASI_IMPORT("http/types", "[method]request-options.set-between-bytes-timeout")
std::int32_t wasi_request_options_set_between_bytes_timeout(Handle, std::int32_t is_some,
                                                            std::uint64_t duration_ns);
WASI_IMPORT("http/types", "[resource-drop]request-options")
void wasi_request_options_drop(Handle);

WASI_IMPORT("http/outgoing-handler", "handle")
void wasi_outgoing_handler_handle(Handle owned_request, std::int32_t has_options,
                                  Handle owned_options, RawSendResult*);

WASI_IMPORT("http/types", "[method]future-incoming-response.subscribe")
Handle wasi_future_incoming_response_subscribe(Handle);
WASI_IMPORT("http/types", "[method]future-incoming-response.get")
void wasi_future_incoming_response_get(Handle, RawFutureResult*);
WASI_IMPORT("http/types", "[resource-drop]future-incoming-response")
void wasi_future_incoming_response_drop(Handle);

WASI_IMPORT("http/types", "[method]incoming-response.status")
std::int32_t wasi_incoming_response_status(Handle);
WASI_IMPORT("http/types", "[method]incoming-response.headers")
Handle wasi_incoming_response_headers(Handle);
WASI_IMPORT("http/types", "[method]incoming-response.consume")
void wasi_incoming_response_consume(Handle, RawHandleResult*);
WASI_IMPORT("http/types", "[resource-drop]incoming-response")
void wasi_incoming_response_drop(Handle);

}  // extern "C"
}  // namespace fluxgate::wasi

#undef WASI_IMPORT
