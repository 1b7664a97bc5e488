// Forms of several parts, as bodies of calls.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fluxgate {

/// A multipart/form-data body. Source: rfc-editor.org/rfc/rfc7578
class FormWriter {
 public:
  /// `name`: ASCII without quotation marks and line ends. `value`: any bytes.
  FormWriter& field(std::string_view name, std::string_view value);
  /// The same for a file. `file_name` and `content_type`: as `name`.
  FormWriter& file(std::string_view name, std::string_view file_name, std::string_view content_type,
                   std::string_view bytes);

  /// A form that is done.
  struct Form {
    std::string content_type;  ///< With the boundary.
    std::string body;
  };
  /// The boundary is a hash of the parts, so that no value holds it.
  Form finish() const;

 private:
  struct Part {
    std::string head;
    std::string value;
  };

  std::vector<Part> parts_;
};

}  // namespace fluxgate
