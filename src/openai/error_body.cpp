#include "openai/error_body.h"

#include "json/writer.h"

namespace fluxgate {
namespace {

std::string_view error_type(ErrorCode code) {
  if (code == ErrorCode::rate_limit_exceeded) return "rate_limit_error";
  if (code == ErrorCode::insufficient_quota) return "insufficient_quota";
  return error_status(code) >= 500 ? "server_error" : "invalid_request_error";
}

void write_error(json::Writer& json, const Error& error) {
  json.key("error").begin_object();
  json.key("message").string(error.message);
  json.key("type").string(error_type(error.code));
  json.key("param");
  if (error.param.empty()) {
    json.null();
  } else {
    json.string(error.param);
  }
  json.key("code").string(error_code_name(error.code));
  json.end_object();
}

}  // namespace

std::string write_error_body(const Error& error) {
  std::string body;
  json::Writer json(body);
  json.begin_object();
  write_error(json, error);
  json.end_object();
  return body;
}

std::string write_error_event(const Error& error) {
  std::string data;
  json::Writer json(data);
  json.begin_object();
  write_error(json, error);
  if (error.retry_after_s > 0) {
    json.key("fluxgate").begin_object().key("retry_after").number(error.retry_after_s).end_object();
  }
  json.end_object();
  return data;
}

}  // namespace fluxgate
