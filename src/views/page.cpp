#include "views/page.h"

#include <iterator>
#include <span>
#include <vector>

#include "base/base64.h"
#include "base/sha256.h"
#include "views/icon.gen.h"
#include "views/manifest.gen.h"
#include "views/page.gen.h"
#include "views/script_ask.gen.h"
#include "views/script_call.gen.h"
#include "views/script_form.gen.h"
#include "views/script_parts.gen.h"
#include "views/script_pictures.gen.h"
#include "views/script_references.gen.h"
#include "views/script_runs.gen.h"
#include "views/script_start.gen.h"
#include "views/script_store.gen.h"
#include "views/script_usage.gen.h"
#include "views/script_viewer.gen.h"
#include "views/script_wall.gen.h"
#include "views/script_words.gen.h"
#include "views/script_zip.gen.h"
#include "views/service_worker.gen.h"
#include "views/style_composer.gen.h"
#include "views/style_page.gen.h"
#include "views/style_usage.gen.h"
#include "views/style_viewer.gen.h"
#include "views/style_wall.gen.h"

namespace fluxgate {
namespace {

/// One module: what a file names, those behind it may use.
constexpr std::string_view kScripts[] = {
    kScriptWords,    kScriptParts,  kScriptStore, kScriptCall, kScriptAsk,
    kScriptPictures, kScriptZip,    kScriptRuns,  kScriptWall, kScriptReferences,
    kScriptForm,     kScriptViewer, kScriptUsage, kScriptStart};
constexpr std::string_view kStyles[] = {kStylePage, kStyleComposer, kStyleWall, kStyleViewer,
                                        kStyleUsage};

std::string joined(std::span<const std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

std::size_t joined_bytes(std::span<const std::string_view> parts) {
  std::size_t size_bytes = 0;
  for (const std::string_view part : parts) size_bytes += part.size();
  return size_bytes;
}

/// Source: www.w3.org/TR/CSP3/#grammardef-hash-source
std::string hash_source(std::string_view text) {
  return "'sha256-" + base64_encode(bytes_of(sha256(text))) + "'";
}

/// The page's own script and style, its worker and manifest, pictures under our links or out of
/// the browser's own store, requests to us, and nothing else.
std::string page_policy() {
  return "default-src 'none'; script-src " + hash_source(joined(kScripts)) + "; style-src " +
         hash_source(joined(kStyles)) +
         "; connect-src 'self'; img-src 'self' data: blob:; worker-src 'self'; manifest-src 'self'"
         "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

constexpr std::string_view kStyleTag = "<style>";
constexpr std::string_view kScriptTag = "<script type=\"module\">";
constexpr std::size_t kStyleAt = kPage.find(kStyleTag) + kStyleTag.size();
constexpr std::size_t kScriptAt = kPage.find(kScriptTag) + kScriptTag.size();

/// The document, with styles and scripts in their elements. None of it is copied.
std::vector<std::string_view> page_parts() {
  std::vector<std::string_view> parts{kPage.substr(0, kStyleAt)};
  parts.insert(parts.end(), std::begin(kStyles), std::end(kStyles));
  parts.push_back(kPage.substr(kStyleAt, kScriptAt - kStyleAt));
  parts.insert(parts.end(), std::begin(kScripts), std::end(kScripts));
  parts.push_back(kPage.substr(kScriptAt));
  return parts;
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
  if (policy.empty()) policy = page_policy();
  Response response = fresh_response("text/html; charset=utf-8", policy);
  const std::vector<std::string_view> parts = page_parts();
  if (exchange.method() == Method::head) {
    response.body = joined(parts);
    co_await exchange.respond(std::move(response));
    co_return;
  }
  // Part by part: whoever reads slowly, and needs no key for it, holds no more than one of them.
  response.headers.append("content-length", std::to_string(joined_bytes(parts)));
  co_await exchange.begin(std::move(response));
  for (const std::string_view part : parts) co_await exchange.send(std::string(part));
  exchange.end();
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
