#include "openai/picture_fields.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/utf8.h"

namespace fluxgate {
namespace {

/// No longer text than this is a size or a ratio.
constexpr std::size_t kMaxSizeFieldBytes = 64;

std::string_view read_size_text(json::Value field) {
  const std::string_view text = field.string_or_empty();
  return text.size() <= kMaxSizeFieldBytes ? text : std::string_view();
}

/// "1024x576", or `{"width":1024,"height":576}` as that.
std::string read_image_size(json::Value field) {
  const auto width = field["width"].integer();
  const auto height = field["height"].integer();
  if (!width || !height) return std::string(read_size_text(field));
  return std::to_string(*width) + "x" + std::to_string(*height);
}

std::optional<std::uint32_t> read_seed(json::Value field) {
  std::optional<std::uint64_t> seed = parse_unsigned(field.string_or_empty(), UINT32_MAX);
  if (const auto number = field.integer()) {
    if (*number >= 0 && *number <= UINT32_MAX) seed = *number;
  }
  if (!seed) return std::nullopt;
  return static_cast<std::uint32_t>(*seed);
}

}  // namespace

PictureFields read_picture_fields(json::Value request) {
  PictureFields fields;
  fields.size = read_size_text(request["size"]);
  fields.image_size = read_image_size(request["image_size"]);
  fields.aspect_ratio = read_size_text(request["aspect_ratio"]);
  if (fields.aspect_ratio.empty()) {
    fields.aspect_ratio = read_size_text(request["image_config"]["aspect_ratio"]);
  }
  fields.seed = read_seed(request["seed"]);
  const std::string_view negative_prompt = trim(request["negative_prompt"].string_or_empty());
  fields.negative_prompt = trim(utf8_prefix(negative_prompt, kMaxNegativePromptBytes));
  const std::int64_t cache_s = request["cache"].integer().value_or(0);
  fields.cache_s = static_cast<std::uint32_t>(std::clamp<std::int64_t>(cache_s, 0, UINT32_MAX));
  return fields;
}

Finish read_finish(json::Value request) {
  const std::string_view quality = request["quality"].string_or_empty();
  Finish finish;
  if (quality != "standard") finish.quality = read_quality(quality);
  finish.format = read_file_format(request["output_format"].string_or_empty());
  finish.background = read_background(request["background"].string_or_empty());
  return finish;
}

Result<std::uint32_t> read_picture_count(json::Value n, std::uint32_t most) {
  const std::int64_t count = n.absent() ? 1 : n.integer().value_or(0);
  if (count < 1 || count > most) {
    return bad_parameter("n", "n must be an integer from 1 to " + std::to_string(most) + ".");
  }
  return static_cast<std::uint32_t>(count);
}

Error bad_parameter(std::string_view field, std::string message) {
  return Error(ErrorCode::invalid_parameters, std::move(message)).at(field);
}

}  // namespace fluxgate
