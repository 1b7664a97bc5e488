// The model that a request names, and whether it wants the optimiser.
#pragma once

#include <string>
#include <string_view>

#include "exchange/exchange.h"
#include "idea/options.h"

namespace fluxgate {

/// Programs that send prompts, not messages, mean them as they are, unless they ask for the
/// optimiser: by the header `x-fluxgate-optimize: 1`, or by ":optimized" behind the model's name.
struct NamedModel {
  const Model* model;
  bool optimises = false;
};

/// What is told when find_model() finds none.
Error no_model();

/// `name`: empty for the first model. Error: unsupported_image_model.
Result<NamedModel> find_named_model(const Exchange& exchange, std::string_view name);

/// What a prompt and the fields beside it ask for. A prompt that is drawn as it is holds no
/// options. Errors, blamed on `prompt` or `size`: prompt_too_long, empty_prompt,
/// invalid_parameters.
Result<IdeaReading> read_prompt(std::string prompt, const PictureFields& fields, bool optimises,
                                const RatioTable& ratios);

}  // namespace fluxgate
