#include "faces/mcp.h"

#include <utility>

#include "accounts/enter.h"
#include "accounts/kept_answer.h"
#include "base/ascii.h"
#include "base/sha256.h"
#include "exchange/request_body.h"
#include "faces/mcp_answer.h"
#include "http/origin.h"
#include "mcp/answer.h"
#include "mcp/request.h"
#include "studio/candidates.h"
#include "talk/answer.h"
#include "talk/named_model.h"

namespace fluxgate {
namespace {

/// A page that has had its own name point here sends our name as Host, but its own as Origin.
Result<void> check_origin(const Exchange& exchange) {
  const std::string_view origin = exchange.headers().find("origin").value_or("");
  if (origin.empty()) return {};
  const Config& config = exchange.config();
  const std::string& own = config.public_base_url;
  if (own.empty() ? is_loopback_origin(origin) : is_origin_of(origin, own)) return {};
  for (const std::string& allowed : config.mcp_origins) {
    if (is_origin_of(origin, allowed)) return {};
  }
  return Error(ErrorCode::forbidden,
               "Pages of this origin may not speak to /mcp; MCP_ORIGINS allows origins.");
}

Task<> refuse(Exchange& exchange, const McpError& error) {
  return exchange.respond(json_response(error.status, write_mcp_error(error)));
}

/// What a call is known by when it comes again: all that its answer depends on. The arguments,
/// which may be long, are used up.
std::string fingerprint(const Exchange& exchange, McpRequest& request) {
  std::string text = std::exchange(request.arguments.text, {});
  text.append("\n").append(request.tool).append("\n").append(exchange.public_origin());
  text.append("\n").append(exchange.client().name);
  text += knows_resource_links(request) ? "\nlinks" : "";
  text.append("\n").append(exchange.headers().find("x-fluxgate-optimize").value_or(""));
  return "mcp/" + hex(sha256(text));
}

Wish wish_of(PictureArguments& arguments, const NamedModel& named, IdeaReading idea) {
  Wish wish{.idea = std::move(idea), .context = {}};
  wish.context.reads_sentences = named.model->candidates.front().reads_sentences;
  wish.idea.options.raw = wish.idea.options.raw || !named.optimises;
  if (!arguments.image.empty()) wish.pictures.push_back(std::move(arguments.image));
  wish.mask = std::move(arguments.mask);
  wish.picture_count = arguments.picture_count;
  wish.must_draw = true;
  wish.must_change = !wish.pictures.empty();
  return wish;
}

Task<> draw(Exchange& exchange, McpAnswer& answer, PictureArguments& arguments,
            Budget::Share share) {
  if (arguments.error) co_await *std::move(arguments.error);
  const NamedModel named = co_await find_named_model(exchange, arguments.model);
  exchange.log().line().remark("model", named.model->id);
  IdeaReading idea = co_await read_prompt(std::move(arguments.prompt), arguments.fields,
                                          named.optimises, exchange.config().ratios);
  Wish wish = wish_of(arguments, named, std::move(idea));
  co_await share.resize(wish.held_bytes(wish.idea.text));
  const Budget::Share places =
      co_await exchange.instance().load().requests.take(wish.picture_count - 1);
  TalkAnswer made = co_await answer_wish(exchange, answer, *named.model, std::move(wish), share,
                                         Delivery::both, "image");
  co_await answer.finish(std::move(made), named.model->id);
}

/// Who may not have this is told before anything begins; what is wrong with the arguments, by the
/// tool.
Task<> enter_for(Exchange& exchange, const PictureArguments& arguments) {
  const Result<NamedModel> named = find_named_model(exchange, arguments.model);
  if (arguments.error || !named) co_return;
  co_await enter(exchange, named->model, arguments.picture_count, arguments.fields.cache_s);
}

Task<> draw_for_tool(Exchange& exchange, McpRequest& request, Budget::Share share) {
  if (!exchange.has_once_key()) {
    const std::string kept = co_await find_kept_answer(exchange, fingerprint(exchange, request));
    if (!kept.empty()) {
      exchange.log().line().number("repeated", 1);
      co_await exchange.respond(json_response(200, begin_mcp_answer(request).append(kept)));
      co_return;
    }
  }
  co_await enter_for(exchange, request.arguments);
  McpAnswer answer(exchange, request);
  co_await answer.while_working(draw(exchange, answer, request.arguments, std::move(share)));
}

std::string list_models(const Exchange& exchange, const McpRequest& request) {
  std::string text, structured;
  json::Writer json(structured);
  json.begin_object().key("models").begin_array();
  for (const Model& model : exchange.instance().models()) {
    if (!exchange.client().may_use(model.id)) continue;
    const bool edits = goes_by_pictures(model);
    text.append("- ").append(model.id).append(edits ? " (draws and edits)\n" : " (draws)\n");
    json.begin_object().key("id").string(model.id).key("edits").boolean(edits).end_object();
  }
  json.end_array().end_object();
  std::string answer = begin_mcp_answer(request);
  answer += begin_mcp_call(request, trim(text), {});
  return answer + end_mcp_call(structured, false);
}

Task<> call_tool(Exchange& exchange, McpRequest& request, Budget::Share share) {
  if (request.tool == "generate_image" || request.tool == "edit_image") {
    return draw_for_tool(exchange, request, std::move(share));
  }
  if (request.tool == "list_image_models") {
    return exchange.respond(json_response(200, list_models(exchange, request)));
  }
  return refuse(exchange, {McpError::kInvalidParams, "There is no tool of this name.", 200,
                           std::move(request.id)});
}

McpHeaders headers_of(const Exchange& exchange) {
  const auto header = [&](std::string_view name) {
    return trim(exchange.headers().find(name).value_or(""));
  };
  return {header("mcp-protocol-version"), header("mcp-method"), header("mcp-name")};
}

std::string error_body(const Error& error) {
  std::string data;
  json::Writer(data).begin_object().key("code").string(error_code_name(error.code)).end_object();
  const bool is_clients = error_status(error.code) < 500;
  return write_mcp_error({is_clients ? McpError::kInvalidRequest : McpError::kInternalError,
                          error.message,
                          error_status(error.code),
                          {},
                          std::move(data)});
}

void append_error_event(std::string& out, const Error& error) {
  out.append("event: message\ndata: ").append(error_body(error)).append("\n\n");
}

}  // namespace

constinit const Voice kMcpVoice = {error_body, append_error_event};

Task<> speak_mcp(Exchange& exchange) {
  co_await check_origin(exchange);
  const std::string_view type = exchange.headers().find("content-type").value_or("");
  if (!equals_ignoring_case(trim(type.substr(0, type.find(';'))), "application/json")) {
    co_await Error(ErrorCode::unsupported_media_type, "The body must be application/json.");
  }
  HeldBody body = co_await receive_body(exchange);
  const auto request = std::make_unique<McpRequest>();
  const auto error = read_mcp_request(body.bytes, headers_of(exchange), *request);
  body.bytes = {};
  if (error) {
    co_await refuse(exchange, *error);
    co_return;
  }
  exchange.log().line().remark("method", request->method);
  if (request->id.empty()) {
    Response accepted;
    accepted.status = 202;
    co_await exchange.respond(std::move(accepted));
    co_return;
  }
  if (request->method == "tools/call") {
    co_await call_tool(exchange, *request, std::move(body.share));
    co_return;
  }
  const std::string result = write_mcp_result(*request);
  if (!result.empty()) {
    co_await exchange.respond(json_response(200, write_mcp_answer(*request, result)));
  } else {
    const int status = request->is_modern ? 404 : 200;
    co_await refuse(exchange, {McpError::kMethodNotFound, "There is no method of this name.",
                               status, std::move(request->id)});
  }
}

}  // namespace fluxgate
