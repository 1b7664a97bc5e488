// Writes the answers of the Model Context Protocol.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/request.h"

namespace fluxgate {

/// Does the client know links to resources? Those of revisions before 2025-06-18 do not.
bool knows_resource_links(const McpRequest& request);

/// The result of `initialize`, `ping`, `server/discover` or `tools/list`; empty for any other
/// method.
std::string write_mcp_result(const McpRequest& request);

/// An answer up to the member behind its id.
std::string begin_mcp_answer(const McpRequest& request);

/// The whole answer with that result.
std::string write_mcp_answer(const McpRequest& request, std::string_view result);

/// The whole answer that refuses a message.
std::string write_mcp_error(const McpError& error);

/// What a call tells on its way: a notification. `step`: 1, 2, ...
std::string write_mcp_progress(const McpRequest& request, std::uint32_t step,
                               std::string_view message);

/// A picture in the result of a call.
struct McpPicture {
  std::string link;  ///< May be empty.
  std::uint32_t width_px;
  std::uint32_t height_px;
  std::string_view mime;  ///< May be empty.
};

/// The result of a call follows begin_mcp_answer(): begin_mcp_call(); for each picture that is part
/// of it begin_mcp_picture(), its base64 and end_mcp_picture(); end_mcp_call().
///
/// `text`: Markdown for the person.
std::string begin_mcp_call(const McpRequest& request, std::string_view text,
                           const std::vector<McpPicture>& pictures);
std::string begin_mcp_picture();
std::string end_mcp_picture(std::string_view mime);
/// `structured`: the result as JSON, for programs; may be empty. `failed`: the text tells why.
std::string end_mcp_call(std::string_view structured, bool failed);

/// What programs read of pictures.
std::string write_structured_pictures(const std::vector<McpPicture>& pictures,
                                      std::string_view prompt, std::string_view model);

}  // namespace fluxgate
