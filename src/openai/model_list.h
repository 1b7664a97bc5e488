// Writes the list of models that clients may choose from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fluxgate {

struct ListedModel {
  std::string_view id;
  std::string facts;  ///< What else is told of it, as members of a JSON object.
};

/// Writes one model object. `created` is constant: nobody knows when a backend's model was made.
/// Source: platform.openai.com/docs/api-reference/models/object
std::string write_model(const ListedModel& model);

/// Writes the list object of all models, in their order.
std::string write_model_list(const std::vector<ListedModel>& models);

}  // namespace fluxgate
