// POST /v1/images/generations: a prompt goes in, pictures come out.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

/// The client's own words are drawn as they are, unless it asks for the optimiser: by the header
/// `x-fluxgate-optimize: 1`, or by ":optimized" behind the name of the model.
///
/// At most kMaxPicturesAtOnce pictures are made at a time; what they come to is written, and out of
/// the module's memory, before the next ones are begun. A picture is left out that cannot be made
/// or read, as long as there is another one. Log: "picture_lost" for one that cannot be read.
///
/// Errors: what openai/images_request.h, llm/optimise.h, studio/make_pictures.h and
/// gallery/picture_source.h say, request_too_large, unsupported_image_model, empty_prompt,
/// prompt_too_long. Behind the first 64 KiB a fault breaks the transfer.
Task<> images_generations(Exchange& exchange);

}  // namespace fluxgate
