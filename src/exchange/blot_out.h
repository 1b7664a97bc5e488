// Taking out of a text what must not stand in the log.
#pragma once

#include <string>
#include <string_view>

#include "config/config.h"

namespace fluxgate {

/// `text` with "***" in the place of every stretch of 12 bytes or more that it shares with `hidden`
/// (or the whole of a shorter `hidden`). Both are UTF-8; no character is cut.
std::string blot_out_words(std::string_view text, std::string_view hidden);

/// The same for every key and secret of the configuration, from 8 bytes on: backends repeat keys,
/// whole or shortened. Words that say one in base64, hex or percent-encoding go as a whole.
std::string blot_out_secrets(std::string_view text, const Config& config);

/// Does the text, perhaps percent-encoded, hold one of them, whole? Of those under 16 bytes nothing
/// is said: they may be words that stand in any URL.
bool holds_secret(std::string_view text, const Config& config);

}  // namespace fluxgate
