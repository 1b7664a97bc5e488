#include "mcp/answer.h"

#include "base/version.h"
#include "json/writer.h"
#include "mcp/tools.gen.h"

namespace fluxgate {
namespace {

/// How long a client may keep what it was told of us: a new deployment may know more.
constexpr std::int64_t kKeptMs = 3'600'000;

constexpr std::string_view kInstructions =
    "Draws pictures. Show the links that come back to the person, as Markdown. To change a "
    "picture, give its link to edit_image.";

void write_server(json::Writer& json) {
  json.begin_object().key("name").string("fluxgate").key("version").string(kVersion).end_object();
}

/// What every result says; older clients pass over it.
void write_common(json::Writer& json) {
  json.key("resultType").string("complete").key("_meta").begin_object();
  json.key("io.modelcontextprotocol/serverInfo");
  write_server(json);
  json.end_object();
}

void write_capabilities(json::Writer& json) {
  json.key("capabilities").begin_object().key("tools").begin_object().end_object().end_object();
}

void write_kept(json::Writer& json) {
  json.key("ttlMs").number(kKeptMs).key("cacheScope").string("public");
}

/// `{"jsonrpc":"2.0","id":...,` up to the next member.
json::Writer begin_message(std::string& out, std::string_view id) {
  json::Writer json(out);
  json.begin_object().key("jsonrpc").string("2.0").key("id").raw(id.empty() ? "null" : id);
  return json;
}

void write_facts(json::Writer& json, const McpPicture& picture, std::string_view mime_key) {
  if (!picture.mime.empty()) json.key(mime_key).string(picture.mime);
}

}  // namespace

bool knows_resource_links(const McpRequest& request) {
  return request.is_modern || request.version >= "2025-06-18";
}

std::string write_mcp_result(const McpRequest& request) {
  std::string result;
  json::Writer json(result);
  json.begin_object();
  if (request.method == "initialize" && !request.is_modern) {
    const bool is_known = is_legacy_revision(request.version);
    json.key("protocolVersion").string(is_known ? request.version : kNewestLegacyRevision);
    write_capabilities(json);
    json.key("serverInfo");
    write_server(json);
    json.key("instructions").string(kInstructions);
  } else if (request.method == "server/discover" && request.is_modern) {
    json.key("supportedVersions").begin_array().string(kModernRevision).end_array();
    write_capabilities(json);
    json.key("instructions").string(kInstructions);
    write_kept(json);
  } else if (request.method == "tools/list") {
    json.key("tools").raw(kTools);
    if (request.is_modern) write_kept(json);
  } else if (request.method != "ping" || request.is_modern) {
    return {};
  }
  if (request.is_modern) write_common(json);
  json.end_object();
  return result;
}

std::string begin_mcp_answer(const McpRequest& request) {
  std::string text;
  begin_message(text, request.id);
  return text;
}

std::string write_mcp_answer(const McpRequest& request, std::string_view result) {
  std::string text;
  begin_message(text, request.id).key("result").raw(result).end_object();
  return text;
}

std::string write_mcp_error(const McpError& error) {
  std::string text;
  json::Writer json = begin_message(text, error.id);
  json.key("error").begin_object().key("code").number(error.code);
  json.key("message").string(error.message);
  if (!error.data.empty()) json.key("data").raw(error.data);
  json.end_object().end_object();
  return text;
}

std::string write_mcp_progress(const McpRequest& request, std::uint32_t step,
                               std::string_view message) {
  std::string text;
  json::Writer json(text);
  json.begin_object().key("jsonrpc").string("2.0");
  json.key("method").string("notifications/progress").key("params").begin_object();
  json.key("progressToken").raw(request.progress_token).key("progress").number(step);
  json.key("message").string(message).end_object().end_object();
  return text;
}

std::string begin_mcp_call(const McpRequest& request, std::string_view text,
                           const std::vector<McpPicture>& pictures) {
  std::string out = R"(,"result":{"content":[)";
  json::Writer json(out);
  json.begin_object().key("type").string("text").key("text").string(text).end_object();
  std::uint32_t number = 0;
  for (const McpPicture& picture : pictures) {
    ++number;
    if (picture.link.empty() || !knows_resource_links(request)) continue;
    json.begin_object().key("type").string("resource_link").key("uri").string(picture.link);
    json.key("name").string("picture " + std::to_string(number));
    write_facts(json, picture, "mimeType");
    json.end_object();
  }
  return out;
}

std::string begin_mcp_picture() {
  return R"(,{"type":"image","data":")";
}

std::string end_mcp_picture(std::string_view mime) {
  return std::string(R"(","mimeType":")").append(mime).append("\"}");
}

std::string end_mcp_call(std::string_view structured, bool failed) {
  std::string members;
  json::Writer json(members);
  json.begin_object();
  if (!structured.empty()) json.key("structuredContent").raw(structured);
  json.key("isError").boolean(failed);
  write_common(json);
  json.end_object();
  members.front() = ',';
  return "]" + members + "}";  // The result's brackets, and the answer's.
}

std::string write_structured_pictures(const std::vector<McpPicture>& pictures,
                                      std::string_view prompt, std::string_view model) {
  std::string text;
  json::Writer json(text);
  json.begin_object().key("images").begin_array();
  for (const McpPicture& picture : pictures) {
    json.begin_object();
    if (!picture.link.empty()) json.key("url").string(picture.link);
    json.key("width").number(picture.width_px).key("height").number(picture.height_px);
    write_facts(json, picture, "mime_type");
    json.end_object();
  }
  json.end_array().key("prompt").string(prompt).key("model").string(model).end_object();
  return text;
}

}  // namespace fluxgate
