// Header sections, between the core's lines and the host's fields.
#pragma once

#include <string_view>

#include "http/headers.h"
#include "wasi/resource.h"

namespace fluxgate::wasi {

/// All fields, names in lower case.
Headers read_fields(const Fields& fields);

/// `lines`: "name: value\n" each. What a host refuses to set (host, connection and others belong to
/// it) is left out.
Fields write_fields(std::string_view lines);
void append_field(const Fields& fields, std::string_view name, std::string_view value);

}  // namespace fluxgate::wasi
