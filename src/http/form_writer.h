// Forms of several parts, as bodies of calls.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fluxgate {

/// A multipart/form-data body of text fields. Source: rfc-editor.org/rfc/rfc7578
class FormWriter {
 public:
  /// `name`: ASCII without quotation marks and line ends. `value`: any bytes.
  FormWriter& field(std::string_view name, std::string_view value);

  /// A form that is done.
  struct Form {
    std::string content_type;  ///< With the boundary.
    std::string body;
  };
  /// The boundary is a hash of the fields, so that no value holds it.
  Form finish() const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace fluxgate
