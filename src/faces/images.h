// POST /v1/images/generations, edits and variations: a prompt goes in, and pictures to go by;
// pictures come out.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

/// The client's own words are drawn as they are, unless it asks for the optimiser
/// (talk/named_model.h).
///
/// At most kMaxPicturesAtOnce pictures are made at a time; what they come to is written, and out of
/// the module's memory, before the next ones are begun. A picture is left out that cannot be made
/// or read, as long as there is another one. Log: "picture_lost" for one that cannot be read.
///
/// Errors: what faces/images_body.h, llm/optimise.h, studio/make_pictures.h and
/// gallery/picture_source.h say, request_too_large, unsupported_image_model, empty_prompt,
/// prompt_too_long. Behind the first 64 KiB a fault breaks the transfer.
Task<> images_generations(Exchange& exchange);

/// The same for a request that must give a picture to go by.
Task<> images_edits(Exchange& exchange);

/// The same for one that has no prompt, as a rule.
Task<> images_variations(Exchange& exchange);

}  // namespace fluxgate
