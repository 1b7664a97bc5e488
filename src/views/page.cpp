#include "views/page.h"

#include "base/base64.h"
#include "base/sha256.h"
#include "views/page.gen.h"
#include "views/page_script.gen.h"
#include "views/page_style.gen.h"
#include "views/page_use.gen.h"

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

}  // namespace

Task<> show_page(Exchange& exchange) {
  std::string& policy = exchange.instance().kept_text("page policy").text;
  if (policy.empty()) policy = page_policy(exchange.config());
  Response response;
  response.headers.append("content-type", "text/html; charset=utf-8")
      .append("content-security-policy", policy)
      .append("x-content-type-options", "nosniff")
      .append("referrer-policy", "no-referrer")
      .append("cache-control", "no-cache");
  response.body = kPage;
  fill(response.body, "<style>", page_style());
  fill(response.body, "<script type=\"module\">", kPageScript);
  co_await exchange.respond(std::move(response));
}

}  // namespace fluxgate
