// Pictures that a client wants again as they were made before.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exchange/exchange.h"
#include "picture/job.h"

namespace fluxgate {

/// For how many seconds pictures may be given to later requests of the client: what the header
/// x-fluxgate-cache says, else `field_s`, the field `cache`. 0: not at all. Error:
/// invalid_parameters.
Result<std::uint32_t> wanted_cache_s(const Exchange& exchange, std::uint32_t field_s);

/// What a picture of this client is kept under; empty when it cannot be: it must have a seed and go
/// by no pictures, and there must be a store.
std::string cache_name(const Exchange& exchange, const ImageJob& job);

/// The key in the store of the picture that is kept under `name`; empty when there is none. It may
/// have gone from the store. Never fails.
Task<std::string> find_cached(Exchange& exchange, std::string name);

/// Has settle() keep that key, for account().cache_s; nothing for an empty one.
void cache_picture(Exchange& exchange, std::string name, std::string key);

}  // namespace fluxgate
