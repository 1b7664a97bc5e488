// The operator's log.
#pragma once

#include <string>

#include "wit/resource.h"

namespace fluxgate::wasi {

/// Writes lines to wasi:cli/stderr. A line that cannot be written is lost.
class Log {
 public:
  Log();
  void write(std::string line) const;

 private:
  OutputStream stderr_;
};

}  // namespace fluxgate::wasi
