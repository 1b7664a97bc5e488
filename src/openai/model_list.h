// The models that clients may choose from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fluxgate {

/// One model object. `created` is constant: when a backend's model was made is not known.
/// Source: platform.openai.com/docs/api-reference/models/object
std::string write_model(std::string_view id);

/// The list object over all of them, in that order.
std::string write_model_list(const std::vector<std::string_view>& ids);

}  // namespace fluxgate
