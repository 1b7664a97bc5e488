// The error of every setting that is wrong.
#pragma once

#include <string>
#include <utility>

#include "base/error.h"

namespace fluxgate {

/// `message` names the variable and never its value.
inline Error config_error(std::string message) {
  return Error(ErrorCode::configuration_error, std::move(message));
}

}  // namespace fluxgate
