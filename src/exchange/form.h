// Receiving a form of several parts: its texts come into the module, its files stay with the host.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "effect/holding.h"
#include "exchange/exchange.h"

namespace fluxgate {

/// Most parts of a form: sixteen pictures and each field that the images face has.
constexpr std::size_t kMaxFormParts = 64;
/// Longest header of a part: a file name of 255 characters, percent-encoded, and some lines more.
constexpr std::uint32_t kMaxPartHeadBytes = 8 * 1024;
/// Most bytes of all fields: a prompt of 32,000 characters has 128 KB at most.
constexpr std::uint32_t kMaxFieldBytes = 128 * 1024;
/// Most bytes in front of the first part, which are passed over.
constexpr std::uint32_t kMaxPreambleBytes = 8 * 1024;

struct FormField {
  std::string name;
  std::string value;
};

struct FormFile {
  std::string name;  ///< Of its field.
  HeldBytes bytes;
};

/// The parts of a form in their order. Files without bytes, which browsers send for an input that
/// nobody has filled, are left out.
struct Form {
  std::vector<FormField> fields;
  std::vector<FormFile> files;
};

/// Receives the whole body, which must be multipart/form-data. Of the files no byte comes into the
/// module but the 32 that tell its type. `max_bytes`: of all files together. Errors:
/// invalid_parameters (the body is no such form), request_too_large, request_timeout,
/// client_closed.
Task<Form> receive_form(Exchange& exchange, std::uint32_t max_bytes);

}  // namespace fluxgate
