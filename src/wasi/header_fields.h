// Turns the host's header fields into the core's lines and back.
#pragma once

#include <string_view>

#include "http/headers.h"
#include "wit/resource.h"

namespace fluxgate::wasi {

/// Reads all fields; names become lower-case.
Headers read_fields(const Fields& fields);

/// Makes fields of `lines`, "name: value\n" each. Fields that the host refuses (host, connection
/// and others are its own) are left out.
Fields write_fields(std::string_view lines);
void append_field(const Fields& fields, std::string_view name, std::string_view value);

}  // namespace fluxgate::wasi
