#include "talk/named_model.h"

#include <utility>

#include "base/utf8.h"
#include "idea/visible_text.h"
#include "picture/size_fields.h"

namespace fluxgate {

Error no_model() {
  return Error(ErrorCode::unsupported_image_model,
               "There is no model of this name; GET /v1/models lists them.")
      .at("model");
}

Result<NamedModel> find_named_model(const Exchange& exchange, std::string_view name) {
  constexpr std::string_view kOptimised = ":optimized";
  const Instance& instance = exchange.instance();
  NamedModel named{nullptr};
  if (name.empty()) named.model = &instance.models().front();
  if (name.ends_with(kOptimised)) {
    named = {instance.find_model(name.substr(0, name.size() - kOptimised.size())), true};
  }
  if (named.model == nullptr) named = {instance.find_model(name)};  // An alias takes any name.
  if (named.model == nullptr) return no_model();
  if (exchange.headers().find("x-fluxgate-optimize").value_or("") == "1") named.optimises = true;
  named.optimises = exchange.client().optimises.value_or(named.optimises);
  return named;
}

Result<IdeaReading> read_prompt(std::string prompt, const PictureFields& fields, bool optimises,
                                const RatioTable& ratios) {
  if (count_code_points(prompt) > kMaxIdeaCharacters) {
    return Error(ErrorCode::prompt_too_long, "The prompt is longer than 32,000 characters.")
        .at("prompt");
  }
  if (!is_size_or_ratio(fields.size)) {
    return Error(ErrorCode::invalid_parameters,
                 "size must be auto, a size of 64 to 4096 pixels such as 1024x1024, or a ratio.")
        .at("size");
  }
  IdeaReading idea;
  if (optimises) {
    idea = read_idea(prompt, ratios);
  } else {
    idea.text = std::move(prompt);
    idea.size = ratios.default_size();
  }
  complete_idea(idea, fields, ratios);
  if (!shows_something(idea.text)) {
    return Error(ErrorCode::empty_prompt, "The prompt holds no words.").at("prompt");
  }
  return idea;
}

}  // namespace fluxgate
