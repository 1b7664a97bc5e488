// Which headers anybody here reads: a host need not give others.
#pragma once

#include <string_view>

namespace fluxgate {

constexpr std::string_view kOnceHeader = "idempotency-key";
constexpr std::string_view kRetryCountHeader = "x-stainless-retry-count";

/// Of clients' requests.
constexpr std::string_view kRequestHeaderNames[] = {"accept",
                                                    "api-key",
                                                    "authorization",
                                                    "content-length",
                                                    "content-type",
                                                    kOnceHeader,
                                                    "if-none-match",
                                                    "mcp-method",
                                                    "mcp-name",
                                                    "mcp-protocol-version",
                                                    "origin",
                                                    "range",
                                                    "x-api-key",
                                                    "x-fluxgate-cache",
                                                    "x-fluxgate-optimize",
                                                    "x-openwebui-task",
                                                    kRetryCountHeader};

/// Of upstreams' answers.
constexpr std::string_view kAnswerHeaderNames[] = {
    "content-encoding",  "content-length", "content-range",
    "content-type",      "etag",           "location",
    "retry-after",       "retry-after-ms", "x-ms-retry-after-ms",
    "transfer-encoding", "upload-id"};

/// Of answers of status 2xx that come with all of their body.
constexpr std::string_view kWholeAnswerHeaderNames[] = {"content-type", "retry-after"};

}  // namespace fluxgate
