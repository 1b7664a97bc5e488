#include "session_answer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/ascii.h"
#include "fuzz.h"
#include "link/admission.h"
#include "session_script.h"
#include "sse/decoder.h"

namespace fluxgate::fuzz {
namespace {

/// Three texts of 1 KiB and what stands around them.
constexpr std::size_t kMaxLogLineBytes = 4096;

void check_no_secret(std::string_view text) {
  expect(!holds_any_secret(text), "no secret leaves", text);
}

nlohmann::json parse(std::string_view text) {
  return nlohmann::json::parse(text, nullptr, false);
}

/// A message of JSON-RPC, of which errors have a code and a message.
bool is_rpc_message(const nlohmann::json& body) {
  if (!body.is_object() || !body.contains("jsonrpc") || body["jsonrpc"] != "2.0") return false;
  if (!body.contains("error")) return body.contains("result") || body.contains("method");
  const auto& error = body["error"];
  return error.is_object() && error.contains("code") && error["code"].is_number_integer() &&
         error.contains("message") && error["message"].is_string();
}

/// `{"error":{"message","type","param","code"}}` and nothing else but, in an event, when to ask
/// again.
bool is_error_body(const nlohmann::json& body) {
  if (!body.is_object() || !body.contains("error")) return false;
  if (body.size() > (body.contains("fluxgate") ? 2 : 1)) return false;
  const auto& error = body["error"];
  if (!error.is_object() || error.size() != 4) return false;
  for (const char* name : {"message", "type", "code"}) {
    if (!error.contains(name) || !error[name].is_string() || error[name] == "") return false;
  }
  return error.contains("param") && (error["param"].is_null() || error["param"].is_string());
}

/// Does a stream of the images or the responses face end with this event, or one of JSON-RPC?
bool is_last(const nlohmann::json& event) {
  if (!event.is_object()) return false;
  if (is_error_body(event)) return true;
  if (event.contains("jsonrpc")) return is_rpc_message(event) && event.contains("id");
  if (!event.contains("type") || !event["type"].is_string()) return false;
  constexpr const char* kLast[] = {"image_generation.completed", "image_edit.completed",
                                   "response.completed",         "response.failed",
                                   "response.incomplete",        "error"};
  return std::ranges::any_of(kLast, [&](const char* type) { return event["type"] == type; });
}

/// Lines "name: value\n" with names in lower case, each once, and values without control
/// characters.
void check_lines(std::string_view lines) {
  std::set<std::string_view> names;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    expect(end != lines.npos, "a header line has an end", lines);
    const std::string_view line = lines.substr(0, end);
    const std::string_view name = line.substr(0, line.find(": "));
    expect(!name.empty() && name.size() < line.size(), "a header has a name", line);
    expect(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == name.npos,
           "a header's name is a token in lower case", line);
    expect(names.insert(name).second, "a header stands once", line);
    for (const char c : line) {
      const auto byte = static_cast<unsigned char>(c);
      expect(byte >= 0x20 && byte != 0x7F, "a header holds no control character", line);
    }
    lines.remove_prefix(end + 1);
  }
}

}  // namespace

void Answer::check_head(const Effect& effect) {
  expect(effect.status >= 200 && effect.status <= 599, "a status");
  check_lines(effect.head);
  headers_ = Headers::from_lines(effect.head);
  const std::string_view id = headers_.find("x-request-id").value_or("");
  constexpr std::string_view kDigits = "0123456789abcdef";
  const bool is_id = id.size() == 32 && id.find_first_not_of(kDigits) == kNowhere;
  expect(is_id && (id == randomness_) == id_is_randomness_, "the request's id", effect.head);
  expect(headers_.find("access-control-allow-origin") == "*", "pages may read it", effect.head);
  const bool bodiless = is_head_ || effect.status == 204 || effect.status == 304;
  if (bodiless) {
    expect(effect.body.empty() && effect.mode == BodyMode::complete, "no body", effect.body);
  }
}

void Answer::respond(const Effect& effect) {
  expect(!begun_, "one answer");
  expect(effect.mode != BodyMode::broken, "a mode");
  begun_ = true;
  check_no_secret(effect.head);
  check_no_secret(effect.body);
  check_head(effect);
  status_ = effect.status;
  body_ = effect.body;
  ended_ = effect.mode != BodyMode::more;
  if (effect.mode == BodyMode::complete && !is_head_) check_whole_body();
  if (effect.mode == BodyMode::passed) check_passed();
}

/// What is passed on unseen is a picture of a type that cannot hurt, and says so.
void Answer::check_passed() {
  expect(body_.empty(), "the body is all bytes that are passed on", body_);
  expect(status_ == 200 || status_ == 206, "only what is good is passed on");
  const std::string_view type = headers_.find("content-type").value_or("");
  expect(type.starts_with("image/") && type != "image/svg+xml", "a picture is passed on", type);
  expect(headers_.find("x-content-type-options") == "nosniff",
         "and is not taken for anything else");
}

void Answer::check_whole_body() {
  const std::string_view type = headers_.find("content-type").value_or("");
  if (status_ >= 400 && status_ != 416) {
    expect(type == "application/json", "an error is JSON", type);
    const auto body = parse(body_);
    expect(is_error_body(body) || is_rpc_message(body), "an error has its shape", body_);
  } else if (type == "application/json") {
    expect(!parse(body_).is_discarded(), "JSON is JSON", body_);
  }
}

void Answer::write(const Effect& effect) {
  expect(begun_ && !ended_, "bytes stand between the head and the end", effect.body);
  expect(!effect.body.empty(), "a piece says something");
  body_ += effect.body;
  check_no_secret(body_);
}

void Answer::pipe() {
  expect(begun_ && !ended_, "a pipe stands between the head and the end");
  expect(!is_head_, "no body for HEAD");
}

void Answer::end(const Effect& effect) {
  expect(begun_ && !ended_, "one end");
  expect(effect.mode == BodyMode::complete || effect.mode == BodyMode::broken, "a mode");
  ended_ = true;
  broken_ = effect.mode == BodyMode::broken;
  // Only our own streams have this field; a stream that is passed on may hold anything.
  if (!broken_ && headers_.find("x-accel-buffering")) check_events();
}

/// A stream that ends well: chunks as JSON, then [DONE], an error or what else is the last.
void Answer::check_events() {
  sse::Decoder decoder;
  decoder.push(Bytes::copy_of(body_));
  std::string last;
  for (;;) {
    const auto event = decoder.next();
    expect(event.ok(), "a stream can be read", body_);
    if (!*event) break;
    expect(last != "[DONE]", "nothing stands behind [DONE]", body_);
    last = (*event)->data;
    expect(last == "[DONE]" || parse(last).is_object(), "an event is JSON", last);
  }
  expect(last == "[DONE]" || is_last(parse(last)), "a stream ends with its last event", body_);
  expect(decoder.finish().empty(), "the last event is whole", body_);
}

void Answer::log(const Effect& effect) {
  check_no_secret(effect.body);
  expect(!contains(effect.body, "\n"), "a line is one line", effect.body);
  expect(effect.body.size() <= kMaxLogLineBytes, "a line is short", effect.body);
  const auto line = parse(effect.body);
  expect(line.is_object() && line.contains("ev"), "a line is JSON", effect.body);
  for (const auto& [name, value] : line.items()) {
    if (value.is_string()) check_no_secret(value.get<std::string>());
  }
}

void Answer::done(bool whole) {
  if (!whole) return;
  expect(begun_, "there is an answer");
  expect(ended_, "the answer has an end");
}

void check_fetch(const Effect& effect) {
  const std::size_t line_end = effect.head.find('\n');
  expect(line_end != std::string::npos, "a fetch has a first line", effect.head);
  const std::string_view line = std::string_view(effect.head).substr(0, line_end);
  const std::string_view method = line.substr(0, line.find(' '));
  const std::string_view url = line.substr(method.size() + 1);
  check_lines(std::string_view(effect.head).substr(line_end + 1));
  const std::string_view rest = std::string_view(effect.head).substr(line_end);
  expect(!holds_secret_of_others(rest, url), "a key goes to its own backend", effect.head);
  expect(!holds_any_secret(effect.body), "no secret leaves", effect.body);
  if (url.starts_with("binding://")) {
    expect(url.find_first_of(" \t") == url.npos, "a call of a service", url);
    return;
  }
  const auto is_at = [&](const Owner& owner) { return url.starts_with(owner.origin); };
  if (std::ranges::any_of(kOwners, is_at) &&
      (method == "POST" || contains(rest, "authorization: "))) {
    const bool is_json = contains(rest, "content-type: application/json");
    expect(!is_json || !effect.inserts.empty() || parse(effect.body).is_object(), "a call is JSON",
           effect.body);
    return;
  }
  expect(effect.body.empty(), "who gives a picture is told nothing", effect.body);
  expect(method == "GET", "a picture is fetched", effect.head);
  LinkPolicy policy;
  policy.allow_http = true;
  const auto admitted = admit_image_url(url, policy, "gw.example.com");
  expect(admitted.ok() && *admitted == url, "only what is admitted is fetched", url);
}

}  // namespace fluxgate::fuzz
