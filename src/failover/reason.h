// A backend's reason as a client may read it.
#pragma once

#include <string>
#include <string_view>

namespace fluxgate {

/// The first 300 characters of a backend's message without what must not go on: addresses of the
/// web and of people, long tokens such as ids and keys, and marks of Markdown and HTML. Secrets and
/// the words of the prompt must be out of it already (exchange/blot_out.h). Empty when no word is
/// left.
std::string plain_reason(std::string_view message);

}  // namespace fluxgate
