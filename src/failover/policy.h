// What a backend's refusal means, and whether another key may help.
#pragma once

#include <cstddef>

#include "base/error.h"

namespace fluxgate {

/// Most calls for one picture: bounds what one request can cost and how many of a Worker's
/// subrequests it takes.
constexpr std::size_t kMaxImageAttempts = 4;

/// What an answer with this status, which is not 200-299, means for our client. A backend's 401 or
/// 429 speaks of our key, never of our client's.
Error judge_status(int status);

/// Does the fault lie with the key or with the moment? A fault of the request is the same with
/// every key; and where a picture may have been made and billed, another key would be billed too.
bool next_key_may_help(ErrorCode code);

}  // namespace fluxgate
