// How a picture is finished, beside its words and its size.
#pragma once

#include <cstdint>
#include <string_view>

namespace fluxgate {

// `any`: the choice is the backend's. `unknown`: something was wished that nobody here knows.
enum class Quality : std::uint8_t { any, low, medium, high, xhigh, max, unknown };
enum class FileFormat : std::uint8_t { any, png, jpeg, webp, unknown };
enum class Background : std::uint8_t { any, opaque, transparent, unknown };

struct Finish {
  Quality quality = Quality::any;
  FileFormat format = FileFormat::any;
  Background background = Background::any;

  bool operator==(const Finish&) const = default;
};

// What a word of clients and backends means, in any ASCII case. An empty one and "auto" are `any`.

/// Also "draft", "standard" and "hd": low, medium and high.
Quality read_quality(std::string_view word);
/// Also "jpg".
FileFormat read_file_format(std::string_view word);
Background read_background(std::string_view word);

}  // namespace fluxgate
