// How a face tells its clients about failures.
#pragma once

#include <string>

#include "base/error.h"

namespace fluxgate {

/// The forms of one face's errors, both as JSON.
struct Voice {
  /// The body of an answer that is an error.
  std::string (*error_body)(const Error& error);
  /// Appends the event that ends a stream early with the error.
  void (*append_error_event)(std::string& out, const Error& error);
};

}  // namespace fluxgate
