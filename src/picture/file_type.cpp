#include "picture/file_type.h"

#include "base/ascii.h"

namespace fluxgate {
namespace {

using namespace std::string_view_literals;

// An ISO base media `ftyp` box: length (4 bytes, big-endian), "ftyp", major brand, minor version,
// compatible brands. A length above kMaxBoxBytes is no box: it would let text of any kind stand at
// the start of the file. Real ones have 20-60 bytes.
bool is_avif(std::string_view bytes) {
  constexpr std::size_t kMajorBrandAt = 8, kBrandsAt = 16, kMaxBoxBytes = 1024;
  if (bytes.size() < kBrandsAt || bytes.substr(4, 4) != "ftyp"sv) return false;
  std::size_t box_bytes = 0;
  for (const char c : bytes.substr(0, 4))
    box_bytes = box_bytes << 8 | static_cast<unsigned char>(c);
  if (box_bytes < kBrandsAt || box_bytes > kMaxBoxBytes || box_bytes % 4 != 0) return false;

  const std::string_view box = bytes.substr(0, box_bytes);
  for (std::size_t at = kMajorBrandAt; at + 4 <= box.size(); at += 4) {
    if (at == kMajorBrandAt + 4) continue;  // The minor version.
    const std::string_view brand = box.substr(at, 4);
    if (brand == "avif"sv || brand == "avis"sv) return true;
  }
  return false;
}

}  // namespace

std::optional<ImageType> sniff_image(std::string_view first_bytes) {
  const std::string_view bytes = first_bytes.substr(0, kSniffBytes);
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return ImageType::png;
  if (bytes.starts_with("\xff\xd8\xff"sv)) return ImageType::jpeg;
  if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv)) return ImageType::gif;
  if (bytes.starts_with("RIFF"sv) && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP"sv) {
    return ImageType::webp;
  }
  if (is_avif(bytes)) return ImageType::avif;
  return std::nullopt;
}

std::optional<ImageType> declared_image(std::string_view content_type) {
  const std::string_view name = trim(content_type.substr(0, content_type.find(';')));
  for (const ImageType type :
       {ImageType::png, ImageType::jpeg, ImageType::gif, ImageType::webp, ImageType::avif}) {
    if (equals_ignoring_case(name, mime_type(type))) return type;
  }
  return std::nullopt;
}

std::string_view mime_type(ImageType type) {
  switch (type) {
    case ImageType::png: return "image/png";
    case ImageType::jpeg: return "image/jpeg";
    case ImageType::gif: return "image/gif";
    case ImageType::webp: return "image/webp";
    case ImageType::avif: return "image/avif";
  }
  return "application/octet-stream";
}

std::string_view file_extension(ImageType type) {
  return type == ImageType::jpeg ? "jpg"sv : mime_type(type).substr("image/"sv.size());
}

}  // namespace fluxgate
