#include "gateway/routes.h"

#include <string>
#include <string_view>

#include "accounts/flood.h"
#include "accounts/link_secret.h"
#include "faces/chat.h"
#include "faces/images.h"
#include "faces/mcp.h"
#include "faces/openai_voice.h"
#include "faces/responses.h"
#include "gateway/keys.h"
#include "views/demo_picture.h"
#include "views/health.h"
#include "views/models.h"
#include "views/page.h"
#include "views/proxied_picture.h"
#include "views/stored_picture.h"
#include "views/usage.h"

namespace fluxgate {
namespace {

enum class Access {
  open,        ///< Anybody, even while the configuration is wrong.
  link,        ///< Whoever holds a link; needs a good configuration, but is not told what is wrong.
  client_key,  ///< A client key and a good configuration.
  key_alone    ///< A client key, even while the configuration is wrong.
};
enum class Methods { get_and_head, post, del, any };

struct Route {
  std::string_view path;  ///< Exact; or, with a '/' at its end, what the path starts with.
  Methods methods;
  Access access;
  Task<> (*handler)(Exchange&);
  std::string_view face;  ///< Its name in the log.
  const Voice& voice = kOpenAiVoice;
  std::string_view parameter = {};  ///< What the query must say "1" to, if anything.
};

constexpr Route kRoutes[] = {
    {"/v1/chat/completions", Methods::post, Access::client_key, chat_completions, "chat"},
    {"/v1/images/generations", Methods::post, Access::client_key, images_generations, "images"},
    {"/v1/images/edits", Methods::post, Access::client_key, images_edits, "images"},
    {"/v1/images/variations", Methods::post, Access::client_key, images_variations, "images"},
    {"/v1/images", Methods::post, Access::client_key, images_generations, "images"},
    {"/v1/responses", Methods::post, Access::client_key, create_response, "responses"},
    {"/v1/responses/", Methods::any, Access::client_key, find_response, "responses"},
    {"/mcp", Methods::post, Access::client_key, speak_mcp, "mcp", kMcpVoice},
    {"/v1/models", Methods::get_and_head, Access::client_key, list_models, "models"},
    {"/v1/models/", Methods::get_and_head, Access::client_key, show_model, "models"},
    {"/v1/usage", Methods::get_and_head, Access::client_key, show_usage, "usage"},
    {"/v1/health", Methods::get_and_head, Access::key_alone, check_health, "check", kOpenAiVoice,
     "check"},
    {"/health", Methods::get_and_head, Access::open, show_health, "health"},
    {"/v1/health", Methods::get_and_head, Access::open, show_health, "health"},
    {kImageProxyPath, Methods::get_and_head, Access::link, show_image, "proxied_picture"},
    {kStoredPicturePath, Methods::get_and_head, Access::link, show_stored_picture,
     "stored_picture"},
    {kStoredPicturePath, Methods::del, Access::client_key, remove_stored_picture, "stored_picture"},
    {kDemoPicturePath, Methods::get_and_head, Access::link, show_demo_picture, "demo_picture"},
    {"/", Methods::get_and_head, Access::open, show_page, "page"},
    {"/sw.js", Methods::get_and_head, Access::open, show_page_file, "page"},
    {"/manifest.webmanifest", Methods::get_and_head, Access::open, show_page_file, "page"},
    {"/icon.svg", Methods::get_and_head, Access::open, show_page_file, "page"},
};

bool matches(const Route& route, std::string_view path, std::string_view query) {
  if (!route.parameter.empty() && query_parameter(query, route.parameter) != "1") return false;
  if (path == route.path) {
    // Links have their own answer to a path without the rest.
    return route.path.size() == 1 || route.path.back() != '/' || route.access == Access::link;
  }
  return route.path.size() > 1 && route.path.back() == '/' &&
         path.substr(0, route.path.size()) == route.path;
}

bool allows(Methods methods, Method method) {
  if (methods == Methods::any) return true;
  if (methods == Methods::del) return method == Method::del;
  if (methods == Methods::post) return method == Method::post;
  return method == Method::get || method == Method::head;
}

/// The route of that path that takes the method, else the first one of that path; null when there
/// is none.
const Route* find_route(std::string_view path, std::string_view query, Method method) {
  if (path.empty()) path = "/";
  const Route* first = nullptr;
  for (const Route& route : kRoutes) {
    if (!matches(route, path, query)) continue;
    if (allows(route.methods, method)) return &route;
    if (first == nullptr) first = &route;
  }
  return first;
}

/// What a path most likely means that no route has. People give their programs the base URL with
/// /v1 or without, with slashes at its end, or with /v1 where the program adds its own.
std::string near_path(std::string_view path) {
  constexpr std::string_view kVersion = "/v1";
  std::string near;
  for (const char c : path) {
    if (c != '/' || near.empty() || near.back() != '/') near.push_back(c);
  }
  if (near.size() > 1 && near.back() == '/') near.pop_back();
  std::string_view rest = near;
  while (rest.starts_with("/v1/")) rest.remove_prefix(kVersion.size());
  return std::string(kVersion).append(rest);
}

std::string_view allow_header(Methods methods) {
  return methods == Methods::post ? "POST, OPTIONS" : "GET, HEAD, OPTIONS";
}

/// Source: fetch.spec.whatwg.org/#http-cors-protocol
Response preflight_response() {
  Response response;
  response.status = 204;
  response.headers.append("access-control-allow-methods", "GET, HEAD, POST, DELETE, OPTIONS")
      .append("access-control-allow-headers", "*, authorization")
      .append("access-control-max-age", "86400");
  return response;
}

}  // namespace

Task<> dispatch(Exchange& exchange) {
  if (exchange.method() == Method::options) {
    co_await exchange.respond(preflight_response());
    co_return;
  }
  const Route* route = find_route(exchange.url().path, exchange.url().query, exchange.method());
  if (route == nullptr) {
    const std::string near = near_path(exchange.url().path);
    route = find_route(near, exchange.url().query, exchange.method());
    if (route != nullptr) exchange.go_to(near);
  }
  if (route == nullptr) {
    co_await Error(ErrorCode::path_not_found, "There is nothing at this path.");
  }
  exchange.speak_as(route->voice);
  exchange.log().be_of_face(route->face);
  if (!allows(route->methods, exchange.method())) {
    const Error error(ErrorCode::method_not_allowed, "This path does not take this method.");
    Response response = exchange.error_response(error);
    response.headers.append("allow", allow_header(route->methods));
    co_await exchange.respond(std::move(response));
    co_return;
  }
  if (route->access == Access::open) {
    co_await route->handler(exchange);
    co_return;
  }
  if (route->access != Access::link) {
    if (!co_await find_client(exchange)) co_await find_listed_client(exchange);
    exchange.log().line().word("client", exchange.client().name);
  }
  if (exchange.config().error && route->access != Access::key_alone) {
    if (route->access == Access::client_key) co_await Error(*exchange.config().error);
    co_await Error(ErrorCode::configuration_error, "The gateway is not set up correctly.");
  }
  if (route->methods == Methods::post && exchange.config().services.has_rates) {
    co_await check_flood(exchange);
  }
  if (exchange.instance().lacks_link_secret()) co_await find_link_secret(exchange);
  Load& load = exchange.instance().load();
  const Budget::Share place =
      co_await (route->access == Access::link ? load.links : load.requests).take(1);
  co_await route->handler(exchange);
}

}  // namespace fluxgate
