#include "faces/fit_headers.h"

namespace fluxgate {

void append_fit(Response& response, const Fit& fit) {
  response.headers.append("x-fluxgate-size", size_text(fit.size));
  if (!fit.ignored.empty()) response.headers.append("x-fluxgate-ignored", fit.ignored);
}

}  // namespace fluxgate
