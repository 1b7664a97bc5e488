#include "wasi/incoming_head.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "wasi/header_fields.h"

namespace fluxgate::wasi {
namespace {

Method read_method(const IncomingRequest& request) {
  // The order of the cases in wasi:http.
  constexpr std::string_view kNames[kOtherMethod] = {
      "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
  RawMethod method;
  wasi_incoming_request_method(request.get(), &method);
  if (method.number < kOtherMethod) return parse_method(kNames[method.number]);
  take_bytes(method.other);
  return Method::other;
}

std::string read_scheme(const IncomingRequest& request) {
  RawOptionalScheme result;
  wasi_incoming_request_scheme(request.get(), &result);
  if (result.is_some == 0 || result.scheme.number == kHttp) return "http";
  if (result.scheme.number == kHttps) return "https";
  return to_lower(take_bytes(result.scheme.other).view());
}

/// The text of an option<string>; empty for none.
std::string text_of(const RawOptionalString& string) {
  return string.is_some == 0 ? std::string() : std::string(take_bytes(string.text).view());
}

std::string read_authority(const IncomingRequest& request, const Headers& headers) {
  RawOptionalString authority;
  wasi_incoming_request_authority(request.get(), &authority);
  std::string text = text_of(authority);
  if (text.empty()) text = headers.find("host").value_or("");
  return text.empty() ? "localhost" : text;
}

std::string read_target(const IncomingRequest& request) {
  RawOptionalString target;
  wasi_incoming_request_path_with_query(request.get(), &target);
  std::string text = text_of(target);
  return text.substr(0, 1) == "/" ? text : "/" + text;
}

}  // namespace

RequestHead read_head(const IncomingRequest& request) {
  RequestHead head;
  head.method = read_method(request);
  head.headers = read_fields(Fields(wasi_incoming_request_headers(request.get())));
  head.url.append(read_scheme(request))
      .append("://")
      .append(read_authority(request, head.headers))
      .append(read_target(request));
  return head;
}

}  // namespace fluxgate::wasi
