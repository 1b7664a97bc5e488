// Recognises pictures by their first bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fluxgate {

/// The kinds of picture that are served. SVG is none of them: it is a document that may hold
/// script.
enum class ImageType : std::uint8_t { png, jpeg, gif, webp, avif };

/// How many bytes decide the type: the `ftyp` box of AVIF names its brands in the first 32 bytes.
constexpr std::size_t kSniffBytes = 32;

/// The type that the first bytes prove, whatever name, header or later bytes say; nothing when they
/// prove none. `first_bytes`: kSniffBytes, or a whole shorter file; further bytes are ignored.
/// Sources: mimesniff.spec.whatwg.org/#matching-an-image-type-pattern,
/// aomediacodec.github.io/av1-avif/#brands. Vectors: tests/vectors/picture/ours_file_types.json.
std::optional<ImageType> sniff_image(std::string_view first_bytes);

/// The type that a content-type field names, parameters left out; nothing for any other type.
std::optional<ImageType> declared_image(std::string_view content_type);

/// The MIME type, for example "image/png".
std::string_view mime_type(ImageType type);

/// The name of the format as APIs write it, for example "jpeg".
inline std::string_view format_name(ImageType type) {
  return mime_type(type).substr(sizeof("image/") - 1);
}

/// The extension of file names, without the dot: "png", "jpg", "gif", "webp" or "avif".
std::string_view file_extension(ImageType type);

}  // namespace fluxgate
