#include "views/page.h"

#include "base/base64.h"
#include "base/sha256.h"
#include "views/icon.gen.h"
#include "views/manifest.gen.h"
#include "views/page.gen.h"
#include "views/page_script.gen.h"
#include "views/page_style.gen.h"
#include "views/page_use.gen.h"
#include "views/service_worker.gen.h"

namespace fluxgate {
namespace {

/// Source: www.w3.org/TR/CSP3/#grammardef-hash-source
std::string hash_source(std::string_view text) {
  return "'sha256-" + base64_encode(bytes_of(sha256(text))) + "'";
}

/// The page's own style, in one element.
std::string page_style() {
  return std::string(kPageStyle).append(kPageUse);
}

/// The page's own script and style, pictures under our links, requests to us, and nothing else.
std::string page_policy(const Config& config) {
  std::string policy = "default-src 'none'; script-src " + hash_source(kPageScript) +
                       "; style-src " + hash_source(page_style()) +
                       "; connect-src 'self'; img-src 'self' data:";
  if (!config.public_base_url.empty()) policy += " " + config.public_base_url;
  return policy + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

/// Puts `text` into the first element that opens with `tag`.
void fill(std::string& page, std::string_view tag, std::string_view text) {
  page.insert(page.find(tag) + tag.size(), text);
}

Response fresh_response(std::string_view type, std::string_view policy) {
  Response response;
  response.headers.append("content-type", type)
      .append("content-security-policy", policy)
      .append("x-content-type-options", "nosniff")
      .append("referrer-policy", "no-referrer")
      .append("cache-control", "no-cache");
  return response;
}

struct PageFile {
  std::string_view path, type, policy, text;
};

constexpr PageFile kFiles[] = {
    // The worker fetches what it keeps, from us alone.
    {"/sw.js", "text/javascript; charset=utf-8", "default-src 'none'; connect-src 'self'",
     kServiceWorker},
    {"/manifest.webmanifest", "application/manifest+json", "default-src 'none'", kManifest},
    {"/icon.svg", "image/svg+xml", "default-src 'none'", kIcon}};

}  // namespace

Task<> show_page(Exchange& exchange) {
  std::string& policy = exchange.instance().kept_text("page policy").text;
  if (policy.empty()) policy = page_policy(exchange.config());
  Response response = fresh_response("text/html; charset=utf-8", policy);
  response.body = kPage;
  fill(response.body, "<style>", page_style());
  fill(response.body, "<script type=\"module\">", kPageScript);
  co_await exchange.respond(std::move(response));
}

Task<> show_page_file(Exchange& exchange) {
  const std::string_view path = exchange.url().path;
  for (const PageFile& file : kFiles) {
    if (path != file.path) continue;
    Response response = fresh_response(file.type, file.policy);
    response.body = file.text;
    co_await exchange.respond(std::move(response));
  }
}

}  // namespace fluxgate
