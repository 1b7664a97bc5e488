// The memory layout of values that cross the component's border: the areas that a host fills when
// it returns, and who frees the blocks that they point at.
//
// Field offsets follow from the types in WIT by the rules of
// github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md: a variant is its
// case number and, at the largest alignment of its payloads, the payload. Blocks that a host passes
// come from our cabi_realloc (canonical.cpp), and we free them once, by take_bytes() or release().
#pragma once

#include <cstdint>
#include <type_traits>
#include <vector>

#include "base/bytes.h"

namespace fluxgate::wasi {

/// A resource's number in the instance's table.
using Handle = std::int32_t;

/// A string or list. `items` is no pointer when count is 0.
struct RawList {
  void* items;
  std::uint32_t count;
};
static_assert(sizeof(RawList) == 8);

/// option<string>
struct RawOptionalString {
  std::uint8_t is_some;
  RawList text;
};
static_assert(sizeof(RawOptionalString) == 12);

/// tuple<string, string> and tuple<string, list<u8>>: a header field, an environment variable.
struct RawPair {
  RawList name;
  RawList value;
};
static_assert(sizeof(RawPair) == 16);

/// wasi:http/types method: nine cases with a name of their own, then other(string).
struct RawMethod {
  std::uint8_t number;
  RawList other;
};
static_assert(sizeof(RawMethod) == 12);
constexpr std::uint8_t kOtherMethod = 9;

/// option<scheme>: HTTP, HTTPS, other(string).
struct RawOptionalScheme {
  std::uint8_t is_some;
  struct {
    std::uint8_t number;
    RawList other;
  } scheme;
};
static_assert(sizeof(RawOptionalScheme) == 16);
constexpr std::uint8_t kHttp = 0;
constexpr std::uint8_t kHttps = 1;
constexpr std::uint8_t kOtherScheme = 2;

/// wasi:io/streams stream-error: last-operation-failed(error) or closed.
struct RawStreamError {
  std::uint8_t is_closed;
  Handle error;  ///< Set when is_closed is 0; we must drop it.
};
static_assert(sizeof(RawStreamError) == 8);

/// wasi:http/types error-code: 39 cases, payloads of up to 24 bytes.
struct RawErrorCode {
  alignas(8) std::uint8_t number;
  alignas(8) std::uint8_t payload[24];
};
static_assert(sizeof(RawErrorCode) == 32);

/// result<own<...>>, its error without a payload that we read.
struct RawHandleResult {
  std::uint8_t is_error;
  Handle handle;
};
static_assert(sizeof(RawHandleResult) == 8);

/// result<_, header-error>
struct RawFieldResult {
  std::uint8_t is_error;
  std::uint8_t error;
};
static_assert(sizeof(RawFieldResult) == 2);

/// result<list<u8>, stream-error>
struct RawReadResult {
  std::uint8_t is_error;
  union {
    RawList bytes;
    RawStreamError error;
  };
};
static_assert(sizeof(RawReadResult) == 12);

/// result<u64, stream-error>
struct RawCheckWriteResult {
  std::uint8_t is_error;
  union {
    std::uint64_t permitted_bytes;
    RawStreamError error;
  };
};
static_assert(sizeof(RawCheckWriteResult) == 16);

/// result<_, stream-error>
struct RawWriteResult {
  std::uint8_t is_error;
  RawStreamError error;
};
static_assert(sizeof(RawWriteResult) == 12);

/// result<_, error-code>
struct RawFinishResult {
  std::uint8_t is_error;
  RawErrorCode error;
};
static_assert(sizeof(RawFinishResult) == 40);

/// result<own<future-incoming-response>, error-code>
struct RawSendResult {
  std::uint8_t is_error;
  union {
    alignas(8) Handle future;
    RawErrorCode error;
  };
};
static_assert(sizeof(RawSendResult) == 40);

/// option<result<result<own<incoming-response>, error-code>>>
struct RawFutureResult {
  std::uint8_t is_some;
  alignas(8) std::uint8_t is_taken;  ///< The outer result: the value was taken before.
  alignas(8) std::uint8_t is_error;
  union {
    alignas(8) Handle response;
    RawErrorCode error;
  };
};
static_assert(sizeof(RawFutureResult) == 56);

/// wasi:clocks/wall-clock datetime
struct RawDatetime {
  std::uint64_t seconds;
  std::uint32_t nanoseconds;
};
static_assert(sizeof(RawDatetime) == 16);

/// Takes over the bytes of a string or list<u8>.
Bytes take_bytes(RawList list);

/// A name and a value.
struct Pair {
  Bytes name;
  Bytes value;
};
/// Takes over the pairs of a list<tuple<string, ...>>.
std::vector<Pair> take_pairs(RawList list);

/// Frees and drops what an error holds.
void release(const RawStreamError& error);
void release(const RawErrorCode& error);

}  // namespace fluxgate::wasi
