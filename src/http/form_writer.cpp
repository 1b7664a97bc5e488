#include "http/form_writer.h"

#include "base/ascii.h"
#include "base/sha256.h"

namespace fluxgate {
namespace {

/// So many hexadecimal digits of the hash: 96 bits.
constexpr std::size_t kDigits = 24;

}  // namespace

FormWriter& FormWriter::field(std::string_view name, std::string_view value) {
  fields_.emplace_back(name, value);
  return *this;
}

FormWriter::Form FormWriter::finish() const {
  std::string all;
  for (const auto& [name, value] : fields_)
    all.append(name).append("\n").append(value).append("\n");
  const std::string boundary = "fluxgate-" + hex(sha256(all)).substr(0, kDigits);
  Form form{"multipart/form-data; boundary=" + boundary, ""};
  for (const auto& [name, value] : fields_) {
    form.body.append("--").append(boundary).append("\r\n");
    form.body.append("content-disposition: form-data; name=\"").append(name).append("\"\r\n\r\n");
    form.body.append(value).append("\r\n");
  }
  form.body.append("--").append(boundary).append("--\r\n");
  return form;
}

}  // namespace fluxgate
