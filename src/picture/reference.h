// Pictures that a job goes by.
#pragma once

#include <cstddef>
#include <cstdint>

#include "picture/file_type.h"

namespace fluxgate {

/// Most pictures that a request may give: OpenAI's own limit.
constexpr std::size_t kMaxReferences = 16;

/// Largest picture that is fetched to go by: a photograph of a good camera.
constexpr std::uint32_t kMaxFetchedReferenceBytes = 12 * 1024 * 1024;

/// What dialects know of such a picture. Its bytes are with the host.
struct Reference {
  ImageType type;
  std::uint64_t length_bytes;
};

}  // namespace fluxgate
