#include "wasi/header_fields.h"

#include "base/ascii.h"

namespace fluxgate::wasi {

Headers read_fields(const Fields& fields) {
  RawList list;
  wasi_fields_entries(fields.get(), &list);
  Headers headers;
  for (const Pair& field : take_pairs(list)) {
    headers.append(to_lower(field.name.view()), field.value.view());
  }
  return headers;
}

Fields write_fields(std::string_view lines) {
  Fields fields(wasi_fields_new());
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    const std::string_view line = lines.substr(0, end);
    const std::size_t colon = line.find(": ");
    if (colon != std::string_view::npos) {
      append_field(fields, line.substr(0, colon), line.substr(colon + 2));
    }
    if (end == std::string_view::npos) break;
    lines.remove_prefix(end + 1);
  }
  return fields;
}

void append_field(const Fields& fields, std::string_view name, std::string_view value) {
  RawFieldResult refused;
  wasi_fields_append(fields.get(), name.data(), name.size(), value.data(), value.size(), &refused);
}

}  // namespace fluxgate::wasi
