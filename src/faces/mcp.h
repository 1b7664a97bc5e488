// POST /mcp: a server of the Model Context Protocol, for agents that draw by tools.
#pragma once

#include "exchange/exchange.h"
#include "exchange/voice.h"

namespace fluxgate {

/// Serves revisions with sessions and without: no session is ever needed. The tools are
/// generate_image, edit_image and list_image_models; what goes wrong in one is told as its result,
/// so that the model can act on it, and handed on for the log. A call whose client takes events is
/// answered by them: progress, comments, and the result. The result of a call that has a link is
/// given again to the same call within ten minutes (KeptAnswers), since clients give up waiting.
///
/// A page may only speak to it from an origin that is allowed, whatever key it has: forbidden.
/// Other errors: unsupported_media_type, those of exchange/request_body.h.
Task<> speak_mcp(Exchange& exchange);

/// Errors as JSON-RPC has them.
extern const Voice kMcpVoice;

}  // namespace fluxgate
