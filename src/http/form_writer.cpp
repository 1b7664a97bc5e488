#include "http/form_writer.h"

#include <utility>

#include "base/ascii.h"
#include "base/sha256.h"

namespace fluxgate {
namespace {

/// So many hexadecimal digits of the hash: 96 bits.
constexpr std::size_t kDigits = 24;

}  // namespace

FormWriter& FormWriter::field(std::string_view name, std::string_view value) {
  Part part{"content-disposition: form-data; name=\"", std::string(value)};
  part.head.append(name).append("\"\r\n");
  parts_.push_back(std::move(part));
  return *this;
}

FormWriter& FormWriter::file(std::string_view name, std::string_view file_name,
                             std::string_view content_type, std::string_view bytes) {
  Part part{"content-disposition: form-data; name=\"", std::string(bytes)};
  part.head.append(name).append("\"; filename=\"").append(file_name).append("\"\r\n");
  part.head.append("content-type: ").append(content_type).append("\r\n");
  parts_.push_back(std::move(part));
  return *this;
}

FormWriter::Form FormWriter::finish() const {
  std::string all;
  for (const Part& part : parts_) all.append(part.head).append(part.value).append("\n");
  const std::string boundary = "fluxgate-" + hex(sha256(all)).substr(0, kDigits);
  Form form{"multipart/form-data; boundary=" + boundary, ""};
  for (const Part& part : parts_) {
    form.body.append("--").append(boundary).append("\r\n").append(part.head).append("\r\n");
    form.body.append(part.value).append("\r\n");
  }
  form.body.append("--").append(boundary).append("--\r\n");
  return form;
}

}  // namespace fluxgate
