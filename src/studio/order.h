// What a client orders, through any face.
#pragma once

#include <cstdint>

#include "exchange/instance.h"
#include "gallery/publish.h"
#include "gallery/references.h"
#include "picture/job.h"

namespace fluxgate {

/// The pictures to make. Their prompt is written already.
struct Order {
  const Model* model;
  /// The job of the first picture; a candidate's own name for the model, and the size that it
  /// takes, are filled in. Each further picture has a place, and a seed, one higher.
  ImageJob job;
  /// 1 to kMaxPicturesAtOnce.
  std::uint32_t count = 1;
  Delivery delivery = Delivery::link;
  /// The bytes of the pictures that the job goes by; null when it goes by none.
  const References* references = nullptr;
  /// How many more the request orders when these are made: they share its calls.
  std::uint32_t later_count = 0;
};

}  // namespace fluxgate
