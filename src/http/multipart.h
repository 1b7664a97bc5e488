// The text parts of multipart/form-data: what divides a form, and what stands above each part.
// exchange/form.h reads a whole one. Sources: rfc-editor.org/rfc/rfc2046#section-5.1 and rfc7578
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fluxgate {

/// Longest boundary (RFC 2046).
constexpr std::size_t kMaxBoundaryBytes = 70;

/// Is the body of this media type a form of several parts?
bool is_multipart_form(std::string_view content_type);

/// The boundary that a content type names; nothing when it names none, or one that RFC 2046 does
/// not allow.
std::optional<std::string> boundary_in(std::string_view content_type);

/// What is said above a part.
struct PartHead {
  std::string name;      ///< The name of its field.
  bool is_file = false;  ///< It has a file name: `filename` or `filename*`.
};

/// Reads the header lines of a part. Lines may end with CR LF or LF. Nothing when no line tells the
/// name of a field. The name may be escaped by backslashes, or by %22 for a quotation mark, as
/// browsers do.
std::optional<PartHead> read_part_head(std::string_view lines);

}  // namespace fluxgate
