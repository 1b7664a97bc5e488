// Reads a message of the Model Context Protocol, as a client posts it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "picture/fields.h"

namespace fluxgate {

/// Why a message is refused, in JSON-RPC's form.
struct McpError {
  // jsonrpc.org/specification#error_object, and MCP's own.
  static constexpr int kParseError = -32700;
  static constexpr int kInvalidRequest = -32600;
  static constexpr int kMethodNotFound = -32601;
  static constexpr int kInvalidParams = -32602;
  static constexpr int kInternalError = -32603;
  static constexpr int kHeaderMismatch = -32020;
  static constexpr int kUnsupportedVersion = -32022;

  int code;
  std::string message;
  int status = 400;       ///< Of the HTTP answer.
  std::string id = {};    ///< The message's own, as JSON; empty when it is not known.
  std::string data = {};  ///< JSON; may be empty.
};

/// What `generate_image` and `edit_image` are given.
struct PictureArguments {
  std::string prompt;
  std::string model;  ///< May be empty.
  std::string image;  ///< As gallery/references.h takes it; empty for a new picture.
  std::string mask;   ///< The same; may be empty.
  PictureFields fields;
  std::uint32_t picture_count = 1;
  std::optional<Error> error;  ///< What is wrong with them; Error::param names the argument.
  std::string text;            ///< The arguments as they came; dropped when they are known.
};

struct McpRequest {
  std::string id;  ///< As JSON; empty for a notification or an answer, which want none.
  std::string method;
  /// The message is of the revision of 2026-07-28 or later, which knows no sessions.
  bool is_modern = false;
  /// The revision that the client speaks; of an older client what it asks for or, behind that, what
  /// its header says.
  std::string version;
  std::string progress_token;  ///< As JSON; empty when nobody wants to know.
  std::string tool;            ///< Of tools/call.
  PictureArguments arguments;
};

/// The headers that say what the body says.
struct McpHeaders {
  std::string_view version;
  std::string_view method;
  std::string_view name;
};

/// The revision that knows no sessions, and the newest one before it.
constexpr std::string_view kModernRevision = "2026-07-28";
constexpr std::string_view kNewestLegacyRevision = "2025-11-25";
bool is_legacy_revision(std::string_view version);

/// Reads one message; gives nothing, or why it is refused. Half characters in `body` become U+FFFD
/// there. Source: modelcontextprotocol.io/specification/2026-07-28/basic/transports, and
/// 2025-11-25.
std::optional<McpError> read_mcp_request(Bytes& body, const McpHeaders& headers,
                                         McpRequest& request);

}  // namespace fluxgate
