#include "faces/models.h"

#include "openai/model_list.h"

namespace fluxgate {

Task<> list_models(Exchange& exchange) {
  std::string& list = exchange.instance().kept_text("models").text;
  if (list.empty()) {
    std::vector<std::string_view> ids;
    for (const Model& model : exchange.instance().models()) ids.push_back(model.id);
    list = write_model_list(ids);
  }
  co_await exchange.respond(json_response(200, list));
}

Task<> show_model(Exchange& exchange) {
  constexpr std::string_view kPrefix = "/v1/models/";
  const Model* model =
      exchange.instance().find_model(percent_decode(exchange.url().path.substr(kPrefix.size())));
  if (model == nullptr) {
    co_await Error(ErrorCode::model_not_found, "There is no model of this id.").at("model");
  }
  co_await exchange.respond(json_response(200, write_model(model->id)));
}

}  // namespace fluxgate
