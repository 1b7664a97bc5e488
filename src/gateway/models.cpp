#include "gateway/models.h"

#include "openai/model_list.h"

namespace fluxgate {

Task<> list_models(Gateway& gateway, Exchange& exchange) {
  co_await exchange.respond(json_response(200, gateway.model_list_json()));
}

Task<> show_model(Gateway& gateway, Exchange& exchange) {
  constexpr std::string_view kPrefix = "/v1/models/";
  const Model* model =
      gateway.find_model(percent_decode(exchange.url().path.substr(kPrefix.size())));
  if (model == nullptr) {
    co_await Error(ErrorCode::model_not_found, "There is no model of this id.").at("model");
  }
  co_await exchange.respond(json_response(200, write_model(model->id)));
}

}  // namespace fluxgate
