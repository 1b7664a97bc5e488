// How pictures were made, as far as their clients may know.
#pragma once

#include "exchange/instance.h"
#include "picture/cost.h"
#include "studio/fit.h"

namespace fluxgate {

struct Making {
  const Candidate* by = nullptr;  ///< Who drew them, or the first of them.
  Fit fit = {};                   ///< What it was asked for in place of the order.
  Cost cost = {};                 ///< Of all of them; nothing if that of any is not known.
  const Model* model = nullptr;   ///< What drew them, as clients know it.
};

}  // namespace fluxgate
