#include "gateway/pages.h"

#include "base/base64.h"
#include "gateway/welcome.gen.h"
#include "link/sha256.h"

namespace fluxgate {
namespace {

/// Allows the page's one style sheet by its hash and nothing else.
/// Source: www.w3.org/TR/CSP3/#grammardef-hash-source
std::string page_policy() {
  constexpr std::string_view kOpen = "<style>";
  const std::size_t start = kWelcome.find(kOpen) + kOpen.size();
  const std::string_view style = kWelcome.substr(start, kWelcome.find("</style>") - start);
  const Sha256Digest digest = sha256(style);
  return "default-src 'none'; style-src 'sha256-" + base64_encode(bytes_of(digest)) +
         "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

}  // namespace

Task<> show_welcome(Gateway&, Exchange& exchange) {
  Response response;
  response.headers.append("content-type", "text/html; charset=utf-8")
      .append("content-security-policy", page_policy())
      .append("x-content-type-options", "nosniff")
      .append("referrer-policy", "no-referrer")
      .append("cache-control", "no-cache");
  response.body = kWelcome;
  co_await exchange.respond(std::move(response));
}

Task<> show_health(Gateway&, Exchange& exchange) {
  co_await exchange.respond(json_response(200, R"({"status":"ok"})"));
}

}  // namespace fluxgate
