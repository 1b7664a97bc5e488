#include "failover/complaint.h"

#include <initializer_list>
#include <utility>

#include "base/ascii.h"
#include "base/utf8.h"
#include "http/url.h"
#include "json/document.h"

namespace fluxgate {
namespace {

/// Has it what stands around it shown in another order, or on another line? Source:
/// unicode.org/reports/tr9/#Directional_Formatting_Characters
bool moves_words(char32_t c) {
  return c == 0x61C || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

/// The first `max_bytes` of `text`, without invalid UTF-8 and with spaces for control characters
/// and for what moves words.
std::string tidy(std::string_view text, std::size_t max_bytes) {
  std::string out;
  while (!text.empty()) {
    const CodePoint c = code_point_at(text, 0);
    const std::string_view bytes = text.substr(0, c.length_bytes);
    text.remove_prefix(c.length_bytes);
    if (c.value == kReplacementCharacter) continue;
    if (out.size() + bytes.size() > max_bytes) break;
    if (c.value < 0x20 || (c.value >= 0x7F && c.value <= 0x9F) || moves_words(c.value)) {
      out += ' ';
    } else {
      out += bytes;
    }
  }
  return out;
}

/// A string, or a number written as text; "" for any other value.
std::string text_of(json::Value value) {
  if (const auto number = value.integer()) return std::to_string(*number);
  return std::string(value.string_or_empty());
}

/// The first value that is a text or a number; "" when there is none.
std::string first_text(std::initializer_list<json::Value> values) {
  for (const json::Value value : values) {
    std::string text = text_of(value);
    if (!text.empty()) return text;
  }
  return {};
}

/// Google's name for the reason. Its `code` only repeats the status.
json::Value google_reason(json::Value error) {
  for (const json::Value detail : error["details"].items()) {
    if (detail["reason"].string()) return detail["reason"];
  }
  return error["status"];
}

/// Reads the value of "error", "errors" or "detail": an object, a text, or an array that begins
/// with either.
BackendComplaint read_part(json::Value part) {
  if (part.is_array()) part = part.first();
  if (!part.is_object()) return {"", text_of(part)};
  const json::Value inner = part["error"];                // DeepInfra
  const json::Value told = part["metadata"];              // OpenRouter, beside a status as `code`
  const json::Value cause = part["error_chain"].first();  // Cloudflare
  BackendComplaint complaint{
      first_text({google_reason(part), told["limit_source"], told["error_type"], part["code"],
                  part["type"]}),
      first_text({cause["message"], part["message"], part["msg"], inner, inner["message"]})};
  json::Value field;
  for (const json::Value place : part["loc"].items()) field = place;  // FastAPI: its path
  if (field.string() && field.string() != "body")
    complaint.message.append(": ").append(*field.string());
  return complaint;
}

BackendComplaint read_root(json::Value root) {
  if (root.is_array()) root = root.first();
  if (!root.is_object()) return {"", text_of(root)};
  BackendComplaint complaint;
  for (const char* name : {"error", "errors", "detail", "fault"}) {
    BackendComplaint part = read_part(root[name]);
    if (complaint.code.empty()) complaint.code = std::move(part.code);
    if (complaint.message.empty()) complaint.message = std::move(part.message);
  }
  if (complaint.code.empty() && complaint.message.empty()) {  // Ark, in the place of a picture.
    complaint = read_part(root["data"].first()["error"]);
  }
  if (complaint.code.empty()) {
    complaint.code = first_text(
        {root["reason"], root["code"], root["name"], root["title"], root["type"], root["status"]});
  }
  if (complaint.message.empty()) {
    complaint.message = first_text({root["message"], root["msg"], root["title"]});
  }
  return complaint;
}

/// "38.9s", "20 seconds", "1m30s" as milliseconds; 0 when it is no time.
UnixMs read_duration(std::string_view text) {
  UnixMs total_ms = 0;
  while (!text.empty() && is_digit(text.front())) {
    std::size_t at = 0;
    UnixMs value_ms = 0;
    while (at < text.size() && at < 6 && is_digit(text[at]))
      value_ms = value_ms * 10 + (text[at++] - '0');
    value_ms *= 1000;
    UnixMs unit_ms = 100;
    if (at < text.size() && text[at] == '.') {
      for (++at; at < text.size() && is_digit(text[at]); ++at, unit_ms /= 10) {
        value_ms += (text[at] - '0') * unit_ms;
      }
    }
    text = trim(text.substr(at));
    if (starts_with_ignoring_case(text, "ms")) return total_ms + value_ms / 1000;
    const bool minutes = starts_with_ignoring_case(text, "m");
    if (!minutes && !starts_with_ignoring_case(text, "s")) return 0;
    total_ms += minutes ? 60 * value_ms : value_ms;
    while (!text.empty() && is_alpha(text.front())) text.remove_prefix(1);
  }
  return total_ms;
}

/// The wait that a message asks for in words.
UnixMs wait_in_words(std::string_view message) {
  for (const std::string_view words : {"retry in ", "try again in ", "retry after ", "wait "}) {
    const std::size_t at = find_ignoring_case(message, words);
    if (at == std::string_view::npos) continue;
    const UnixMs wait_ms = read_duration(message.substr(at + words.size()));
    if (wait_ms > 0) return wait_ms;
  }
  return 0;
}

/// The wait that the members of an error ask for.
UnixMs wait_in(json::Value root) {
  for (const json::Value detail : root["error"]["details"].items()) {
    const UnixMs wait_ms = read_duration(detail["retryDelay"].string_or_empty());
    if (wait_ms > 0) return wait_ms;
  }
  constexpr std::int64_t kBillionthsInMs = 1'000'000;
  for (const json::Value place : {root, root["error"], root["detail"]}) {
    for (const char* name : {"estimated_time", "retry_after"}) {
      const auto seconds = place[name].billionths();
      if (seconds && *seconds > 0) return *seconds / kBillionthsInMs;
    }
  }
  return 0;
}

/// The status that an object names for itself: `status`, `code` or `statusCode`, as a number.
int status_in(json::Value root) {
  for (const json::Value place : {root["error"], root}) {
    for (const char* name : {"status", "code", "statusCode"}) {
      const auto status = place[name].integer();
      if (status && *status >= 400 && *status <= 599) return static_cast<int>(*status);
    }
  }
  return 0;
}

BackendComplaint read_text(std::string_view text, int depth) {
  BackendComplaint complaint;
  Result<json::Document> document = json::Document::parse(text);
  if (!document) {
    if (!text.empty() && text.front() != '<' && text.front() != '{') complaint.message = text;
    return complaint;
  }
  const json::Value root = document->root();
  complaint = read_root(root);
  const json::Value object = root.is_array() ? root.first() : root;
  complaint.wait_ms = wait_in(object);
  complaint.own_status = status_in(object);
  const std::string_view message = trim(complaint.message);
  if (depth == 0 || message.empty() || message.front() != '{') return complaint;
  BackendComplaint inner = read_text(message, depth - 1);
  if (Result<json::Document> passed_on = json::Document::parse(message)) {
    inner.status = status_in(passed_on->root());
  }
  if (inner.code.empty() && inner.message.empty()) return complaint;
  if (inner.wait_ms == 0) inner.wait_ms = complaint.wait_ms;
  return inner;
}

/// How many objects inside messages are opened: relays stand two deep at most.
constexpr int kMaxInnerObjects = 2;

}  // namespace

BackendComplaint read_complaint(std::string_view body) {
  BackendComplaint complaint = read_text(trim(body), kMaxInnerObjects);
  if (complaint.message.find(' ') == std::string::npos) {  // xAI: "Incorrect%20API%20key"
    complaint.message = percent_decode(complaint.message);
  }
  BackendComplaint tidied = complaint_of(complaint.code, complaint.message);
  complaint.code = std::move(tidied.code);
  complaint.message = std::move(tidied.message);
  if (complaint.wait_ms == 0) complaint.wait_ms = tidied.wait_ms;
  return complaint;
}

BackendComplaint complaint_of(std::string_view code, std::string_view message) {
  BackendComplaint complaint;
  complaint.code = tidy(code, kMaxComplaintCodeBytes);
  complaint.message = tidy(message, kMaxComplaintMessageBytes);
  complaint.wait_ms = wait_in_words(complaint.message);
  return complaint;
}

}  // namespace fluxgate
