// What is wished, whoever wishes it and by whichever face.
#pragma once

#include <cstdint>

#include "exchange/instance.h"
#include "gallery/publish.h"
#include "picture/job.h"

namespace fluxgate {

/// Pictures to make. The words of an idea have become a prompt by now.
struct Order {
  const Model* model;
  /// Of the first picture; the seed grows by one from picture to picture.
  ImageJob job;
  /// 1 to kMaxPicturesAtOnce.
  std::uint32_t count = 1;
  Delivery delivery = Delivery::link;
};

}  // namespace fluxgate
