// Writes the list of models that clients may choose from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fluxgate {

/// Writes one model object. `created` is constant: nobody knows when a backend's model was made.
/// Source: platform.openai.com/docs/api-reference/models/object
std::string write_model(std::string_view id);

/// Writes the list object of all models, in the order of `ids`.
std::string write_model_list(const std::vector<std::string_view>& ids);

}  // namespace fluxgate
