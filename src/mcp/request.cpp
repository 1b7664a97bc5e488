#include "mcp/request.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/ascii.h"
#include "base/base64.h"
#include "json/document.h"
#include "json/member.h"
#include "json/writer.h"
#include "openai/picture_fields.h"
#include "picture/limits.h"
#include "picture/size_fields.h"

namespace fluxgate {
namespace {

constexpr std::string_view kLegacyRevisions[] = {"2024-11-05", "2025-03-26", "2025-06-18",
                                                 kNewestLegacyRevision};

/// A longer id is none that a client counts with.
constexpr std::size_t kMaxIdBytes = 256;

/// A longer version is none, and is told again.
constexpr std::size_t kMaxVersionBytes = 32;

/// The member at the end of a path of names, as it stands in `object`; empty when there is none.
std::string_view member_text(std::string_view object,
                             std::initializer_list<std::string_view> path) {
  for (const std::string_view name : path) {
    if (!object.starts_with('{')) return {};
    std::string_view value;
    for (const json::MemberText& member : json::members_of(object)) {
      if (member.name == name) value = member.value;
    }
    object = value;
  }
  return object;
}

/// An id or a token: a string or a whole number, as JSON; empty for anything else.
std::string id_text(json::Value value, std::string_view text) {
  const bool is_id = value.string() || value.integer();
  return is_id && text.size() <= kMaxIdBytes ? std::string(text) : std::string();
}

/// A header's value: names that are no ASCII come as `=?base64?...?=`.
std::string header_text(std::string_view value) {
  constexpr std::string_view kStart = "=?base64?";
  constexpr std::string_view kEnd = "?=";
  if (value.size() < kStart.size() + kEnd.size() || !value.starts_with(kStart) ||
      !value.ends_with(kEnd)) {
    return std::string(value);
  }
  value.remove_prefix(kStart.size());
  value.remove_suffix(kEnd.size());
  return base64_decode(value).value_or(std::string());
}

Error bad_argument(std::string_view name, std::string message) {
  return Error(ErrorCode::invalid_parameters, std::move(message)).at(name);
}

/// What is wrong with the arguments of a tool that draws. `edits`: it needs a picture.
std::optional<Error> read_arguments(json::Value from, bool edits, PictureArguments& arguments) {
  for (const auto& [name, place] :
       {std::pair{"prompt", &arguments.prompt}, std::pair{"model", &arguments.model},
        std::pair{"image", &arguments.image}, std::pair{"mask", &arguments.mask}}) {
    const json::Value value = from[name];
    if (!value.absent() && !value.string()) {
      return bad_argument(name, std::string(name) + " must be a text.");
    }
    *place = value.string_or_empty();
  }
  if (arguments.prompt.empty()) return bad_argument("prompt", "prompt is missing.");
  if (edits && arguments.image.empty()) return bad_argument("image", "image is missing.");
  arguments.fields = read_picture_fields(from);
  arguments.fields.finish = read_finish(from);
  for (const std::string* size : {&arguments.fields.size, &arguments.fields.aspect_ratio}) {
    if (is_size_or_ratio(*size)) continue;
    return bad_argument("size",
                        "size must be one of 64 to 4096 pixels, such as 1024x1024, or a "
                        "ratio, such as 16:9.");
  }
  Result<std::uint32_t> count = read_picture_count(from["n"], kMaxPicturesAtOnce);
  if (!count) return count.error();
  arguments.picture_count = *count;
  return std::nullopt;
}

McpError unsupported_version(std::string_view asked) {
  asked = asked.substr(0, kMaxVersionBytes);
  std::string data;
  json::Writer json(data);
  json.begin_object().key("supported").begin_array().string(kModernRevision).end_array();
  json.key("requested").string(asked).end_object();
  return {McpError::kUnsupportedVersion,
          "This protocol version is not spoken here.",
          400,
          {},
          std::move(data)};
}

/// What a message of the modern revision must say, and its headers with it.
std::optional<McpError> check_modern(const McpRequest& request, json::Value meta,
                                     const McpHeaders& headers) {
  if (request.version != kModernRevision) return unsupported_version(request.version);
  if (headers.version != request.version || headers.method != request.method ||
      (request.method == "tools/call" && header_text(headers.name) != request.tool)) {
    return McpError{McpError::kHeaderMismatch,
                    "MCP-Protocol-Version, Mcp-Method and Mcp-Name must say what the body says."};
  }
  if (!meta["io.modelcontextprotocol/clientCapabilities"].is_object()) {
    return McpError{McpError::kInvalidParams,
                    "_meta must hold io.modelcontextprotocol/clientCapabilities."};
  }
  return std::nullopt;
}

std::optional<McpError> check_legacy(const McpHeaders& headers) {
  if (headers.version.empty() || is_legacy_revision(headers.version)) return std::nullopt;
  if (headers.version == kModernRevision) {
    return McpError{McpError::kInvalidParams,
                    "_meta must hold io.modelcontextprotocol/protocolVersion."};
  }
  return unsupported_version(headers.version);
}

}  // namespace

bool is_legacy_revision(std::string_view version) {
  return std::find(std::begin(kLegacyRevisions), std::end(kLegacyRevisions), version) !=
         std::end(kLegacyRevisions);
}

std::optional<McpError> read_mcp_request(Bytes& body, const McpHeaders& headers,
                                         McpRequest& request) {
  Result<json::Document> document = json::Document::parse(body);
  if (!document) return McpError{McpError::kParseError, "The body is no JSON."};
  const json::Value root = document->root();
  const std::string_view text = trim(body.view());
  request.id = id_text(root["id"], member_text(text, {"id"}));
  const bool is_answer = !root["result"].missing() || !root["error"].missing();
  if (root["jsonrpc"].string_or_empty() != "2.0" || (!root["method"].string() && !is_answer) ||
      (request.id.empty() && !root["id"].missing())) {
    return McpError{McpError::kInvalidRequest, "The body is no message of JSON-RPC 2.0."};
  }
  if (is_answer) request.id.clear();
  request.method = root["method"].string_or_empty();
  const json::Value params = root["params"];
  const json::Value meta = params["_meta"];
  const json::Value version = meta["io.modelcontextprotocol/protocolVersion"];
  request.is_modern = !version.missing();
  request.version = request.is_modern
                        ? version.string_or_empty()
                        : params["protocolVersion"].string().value_or(headers.version);
  if (request.version.size() > kMaxVersionBytes) request.version.resize(kMaxVersionBytes);
  request.progress_token =
      id_text(meta["progressToken"], member_text(text, {"params", "_meta", "progressToken"}));
  request.tool = params["name"].string_or_empty();
  std::optional<McpError> error =
      request.is_modern ? check_modern(request, meta, headers) : check_legacy(headers);
  if (error) {
    error->id = request.id;
    return error;
  }
  const bool edits = request.tool == "edit_image";
  if (request.method == "tools/call" && (edits || request.tool == "generate_image")) {
    request.arguments.text = member_text(text, {"params", "arguments"});
    request.arguments.error = read_arguments(params["arguments"], edits, request.arguments);
  }
  return std::nullopt;
}

}  // namespace fluxgate
