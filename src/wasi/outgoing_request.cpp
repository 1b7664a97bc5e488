#include "wasi/outgoing_request.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "http/url.h"
#include "wasi/header_fields.h"

namespace fluxgate::wasi {
namespace {

/// Longest wait for the connection, for the head and for the next bytes of the body. It is longer
/// than every limit of the core (at most 120 s), so it only matters on hosts that let a dropped
/// call go on. jco 1.35 applies the limit of the connection to the head, so one number serves for
/// all three.
constexpr std::uint64_t kTimeoutNs = 130'000'000'000;

/// The number of a method in wasi:http; nothing for a method that the core never sends.
std::optional<std::int32_t> method_number(Method method) {
  switch (method) {
    case Method::get: return 0;
    case Method::head: return 1;
    case Method::post: return 2;
    case Method::put: return 3;
    case Method::del: return 4;
    case Method::options: return 6;
    case Method::other: break;
  }
  return std::nullopt;
}

/// The path and query, with every character escaped that RFC 3986 §3.3 and §3.4 do not allow: URLs
/// hold such characters in practice, and each host refuses some of them.
std::string request_target(std::string_view url, const UrlParts& parts) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kAllowed = "-._~!$&'()*+,;=:@/?%";
  std::string_view rest = url.substr(parts.origin.size());
  rest = rest.substr(0, rest.find('#'));
  std::string target;
  if (rest.substr(0, 1) != "/") target += '/';
  for (const char c : rest) {
    if (is_alnum(c) || kAllowed.find(c) != std::string_view::npos) {
      target += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      target.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
  return target;
}

/// `body_bytes`: none when nobody knows how long the body is. It goes in chunks then.
Fields request_fields(const Headers& headers, std::optional<std::uint64_t> body_bytes) {
  Fields fields = write_fields(headers.lines());
  if (!headers.find("accept-encoding")) append_field(fields, "accept-encoding", "identity");
  if (body_bytes.value_or(0) > 0 && !headers.find("content-length")) {
    append_field(fields, "content-length", std::to_string(*body_bytes));
  }
  return fields;
}

RequestOptions patient_options() {
  RequestOptions options(wasi_request_options_new());
  // A host that does not support a timeout refuses it and keeps its own.
  wasi_request_options_set_connect_timeout(options.get(), 1, kTimeoutNs);
  wasi_request_options_set_first_byte_timeout(options.get(), 1, kTimeoutNs);
  wasi_request_options_set_between_bytes_timeout(options.get(), 1, kTimeoutNs);
  return options;
}

}  // namespace

OutgoingRequest make_request(const RequestHead& head, std::optional<std::uint64_t> body_bytes) {
  const UrlParts parts = split_url(head.url);
  const bool is_https = equals_ignoring_case(parts.scheme, "https");
  if (!is_https && !equals_ignoring_case(parts.scheme, "http")) return {};
  const auto method = method_number(head.method);
  if (!method) return {};
  const std::string target = request_target(head.url, parts);

  OutgoingRequest request(
      wasi_outgoing_request_new(request_fields(head.headers, body_bytes).give()));
  const Handle handle = request.get();
  const bool refused =
      wasi_outgoing_request_set_method(handle, *method, nullptr, 0) != 0 ||
      wasi_outgoing_request_set_scheme(handle, 1, is_https ? kHttps : kHttp, nullptr, 0) != 0 ||
      wasi_outgoing_request_set_authority(handle, 1, parts.authority.data(),
                                          parts.authority.size()) != 0 ||
      wasi_outgoing_request_set_path_with_query(handle, 1, target.data(), target.size()) != 0;
  return refused ? OutgoingRequest() : std::move(request);
}

FutureIncomingResponse send(OutgoingRequest request) {
  RawSendResult result;
  wasi_outgoing_handler_handle(request.give(), 1, patient_options().give(), &result);
  if (result.is_error == 0) return FutureIncomingResponse(result.future);
  release(result.error);
  return {};
}

}  // namespace fluxgate::wasi
