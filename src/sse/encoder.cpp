#include "sse/encoder.h"

namespace fluxgate::sse {

void append_event(std::string& out, std::string_view data) {
  out.append(kEventStart).append(data).append(kEventEnd);
}

}  // namespace fluxgate::sse
