// Replaces the parts of a text that must not stand in the log.
#pragma once

#include <string>
#include <string_view>

#include "config/config.h"

namespace fluxgate {

/// Gives `text` with "***" in place of every stretch of 12 bytes or more that also stands in
/// `hidden`. A `hidden` shorter than that is replaced where it stands whole. Both are UTF-8; no
/// character is cut.
std::string blot_out_words(std::string_view text, std::string_view hidden);

/// Gives `text` with "***" in place of every stretch of 8 bytes or more that also stands in a key
/// or secret of the configuration: backends repeat keys, whole or shortened. A word that holds one
/// in base64, hex or percent-encoding is replaced whole.
std::string blot_out_secrets(std::string_view text, const Config& config);

/// Does the text hold a whole key or secret of the configuration, plain, percent-encoded or escaped
/// as in JSON? Those under 16 bytes do not count: they may be words that stand in any URL.
bool holds_secret(std::string_view text, const Config& config);

}  // namespace fluxgate
