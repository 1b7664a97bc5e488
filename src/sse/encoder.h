// Writes text/event-stream.
#pragma once

#include <string>
#include <string_view>

namespace fluxgate::sse {

/// The texts around the data of an event that is written in pieces.
constexpr std::string_view kEventStart = "data: ";
constexpr std::string_view kEventEnd = "\n\n";

/// A comment, which readers ignore; it keeps an idle connection open.
/// Source: html.spec.whatwg.org/#authoring-notes
constexpr std::string_view kKeepAlive = ": keep-alive\n\n";

/// The last event of OpenAI's streams; without it a stream is not whole.
constexpr std::string_view kDone = "data: [DONE]\n\n";

/// Appends one event. `data` must hold no line end; our JSON texts hold none.
void append_event(std::string& out, std::string_view data);

}  // namespace fluxgate::sse
