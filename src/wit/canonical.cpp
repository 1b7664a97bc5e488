#include "wit/canonical.h"

#include <cstdlib>
#include <cstring>

#include "wit/imports.h"

namespace fluxgate::wasi {
namespace {

/// The cases of error-code that hold an option<string>, by its place in the payload.
/// Source: github.com/WebAssembly/wasi-http/blob/v0.2.0/wit/types.wit
constexpr std::uint8_t kStringAtStart[] = {
    1,   // DNS-error: rcode
    24,  // HTTP-request-trailer-size: field-name
    27,  // HTTP-response-header-size
    30,  // HTTP-response-trailer-size
    31,  // HTTP-response-transfer-coding
    32,  // HTTP-response-content-coding
    38,  // internal-error
};
constexpr std::uint8_t kTlsAlertReceived = 14;       // alert-message, behind option<u8>
constexpr std::uint8_t kHttpRequestHeaderSize = 22;  // option<field-size-payload>: field-name
constexpr std::size_t kSecondFieldOffset = 4;

void release_optional_string(const std::uint8_t* at) {
  RawOptionalString string;
  std::memcpy(&string, at, sizeof string);
  if (string.is_some != 0) take_bytes(string.text);
}

}  // namespace

Bytes take_bytes(RawList list) {
  if (list.count == 0) return {};
  return {list.items, list.count};
}

std::vector<Pair> take_pairs(RawList list) {
  std::vector<Pair> pairs;
  if (list.count == 0) return pairs;
  pairs.reserve(list.count);
  const auto* raw = static_cast<const RawPair*>(list.items);
  for (std::uint32_t i = 0; i < list.count; ++i) {
    pairs.push_back({take_bytes(raw[i].name), take_bytes(raw[i].value)});
  }
  std::free(list.items);
  return pairs;
}

void release(const RawStreamError& error) {
  if (error.is_closed == 0) wasi_error_drop(error.error);
}

void release(const RawErrorCode& error) {
  for (const std::uint8_t number : kStringAtStart) {
    if (error.number == number) release_optional_string(error.payload);
  }
  const bool is_some = error.payload[0] != 0;
  if (error.number == kTlsAlertReceived || (error.number == kHttpRequestHeaderSize && is_some)) {
    release_optional_string(error.payload + kSecondFieldOffset);
  }
}

}  // namespace fluxgate::wasi

/// A host calls this for blocks in our memory, to return values in. A call cannot fail: without
/// room the instance ends, as the canonical ABI demands.
extern "C" __attribute__((export_name("cabi_realloc"), used)) void* cabi_realloc(
    void* block, std::size_t, std::size_t alignment, std::size_t length_bytes) {
  if (length_bytes == 0) return reinterpret_cast<void*>(alignment);  // Nobody frees it.
  void* const grown = std::realloc(block, length_bytes);
  if (grown == nullptr) std::abort();
  return grown;
}
