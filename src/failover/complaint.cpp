#include "failover/complaint.h"

#include <initializer_list>
#include <utility>

#include "base/ascii.h"
#include "base/utf8.h"
#include "json/document.h"

namespace fluxgate {
namespace {

/// The first `max_bytes` of `text`, without invalid UTF-8 and with spaces for control characters.
std::string tidy(std::string_view text, std::size_t max_bytes) {
  std::string out;
  while (!text.empty()) {
    const CodePoint c = code_point_at(text, 0);
    const std::string_view bytes = text.substr(0, c.length_bytes);
    text.remove_prefix(c.length_bytes);
    if (c.value == kReplacementCharacter) continue;
    if (out.size() + bytes.size() > max_bytes) break;
    if (c.value < 0x20 || (c.value >= 0x7F && c.value <= 0x9F)) {
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
  const json::Value inner = part["error"];  // DeepInfra
  return {first_text({google_reason(part), part["code"], part["type"]}),
          first_text({part["message"], part["msg"], inner, inner["message"]})};
}

BackendComplaint read_root(json::Value root) {
  if (root.is_array()) root = root.first();
  if (!root.is_object()) return {"", text_of(root)};
  BackendComplaint complaint;
  for (const char* name : {"error", "errors", "detail"}) {
    BackendComplaint part = read_part(root[name]);
    if (complaint.code.empty()) complaint.code = std::move(part.code);
    if (complaint.message.empty()) complaint.message = std::move(part.message);
  }
  if (complaint.code.empty()) {
    complaint.code = first_text({root["code"], root["name"], root["title"], root["type"]});
  }
  if (complaint.message.empty()) {
    complaint.message = first_text({root["message"], root["msg"], root["title"]});
  }
  return complaint;
}

}  // namespace

BackendComplaint read_complaint(std::string_view body) {
  const std::string_view text = trim(body);
  BackendComplaint complaint;
  if (Result<json::Document> document = json::Document::parse(text)) {
    complaint = read_root(document->root());
  } else if (!text.empty() && text.front() != '<' && text.front() != '{') {
    complaint.message = text;
  }
  complaint.code = tidy(complaint.code, kMaxComplaintCodeBytes);
  complaint.message = tidy(complaint.message, kMaxComplaintMessageBytes);
  return complaint;
}

}  // namespace fluxgate
