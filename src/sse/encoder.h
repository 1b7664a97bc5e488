// Writing text/event-stream.
#pragma once

#include <string>
#include <string_view>

namespace fluxgate::sse {

/// What stands around the data of an event that is written in pieces.
constexpr std::string_view kEventStart = "data: ";
constexpr std::string_view kEventEnd = "\n\n";

/// A comment, which no reader shows: it keeps an idle connection open.
/// Source: html.spec.whatwg.org/#authoring-notes
constexpr std::string_view kKeepAlive = ": keep-alive\n\n";

/// OpenAI's last event of a stream that came to a good end.
constexpr std::string_view kDone = "data: [DONE]\n\n";

/// Appends one event. `data` holds no line end; a JSON text of ours never does.
void append_event(std::string& out, std::string_view data);

}  // namespace fluxgate::sse
