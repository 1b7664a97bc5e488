#include "llm/stream_delta_reader.h"

#include <utility>

#include "base/utf8.h"

namespace fluxgate {
namespace {

/// Can the text stand in a JSON string as it is? It must hold no quotation mark, backslash, control
/// character or damaged UTF-8.
bool is_plain(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte == '"' || byte == '\\') return false;
    if (byte < 0x80) {
      ++at;
      continue;
    }
    const CodePoint point = code_point_at(text, at);
    if (point.length_bytes == 1) return false;
    at += point.length_bytes;
  }
  return true;
}

/// Does the delta bring this text in this field, and nothing else?
bool brings_only(const StreamDelta& delta, std::string StreamDelta::*field, std::string_view text) {
  const std::string& other = field == &StreamDelta::content ? delta.reasoning : delta.content;
  return delta.*field == text && other.empty() && delta.finish_reason.empty() && !delta.usage;
}

}  // namespace

Result<StreamDelta> StreamDeltaReader::read(std::string_view data) {
  if (fits(data)) {
    data.remove_prefix(before_.size());
    data.remove_suffix(behind_.size());
    StreamDelta delta;
    delta.*field_ = data;
    return delta;
  }
  Result<StreamDelta> delta = read_stream_delta(data);
  if (delta && times_to_learn_ > 0) learn(data, *delta);
  return delta;
}

bool StreamDeltaReader::fits(std::string_view data) const {
  if (field_ == nullptr || data.size() < before_.size() + behind_.size()) return false;
  if (!data.starts_with(before_) || !data.ends_with(behind_)) return false;
  data.remove_prefix(before_.size());
  data.remove_suffix(behind_.size());
  return !data.empty() && is_plain(data);  // With an empty text, another field may count.
}

/// Remembers the bytes around the text after a test: with two other texts in its place, the event
/// must be read as those. Then the quotation marks around it belong to the field's own string.
void StreamDeltaReader::learn(std::string_view data, const StreamDelta& delta) {
  const Field field = delta.content.empty() ? &StreamDelta::reasoning : &StreamDelta::content;
  const std::string& text = delta.*field;
  if (text.empty() || !is_plain(text) || !brings_only(delta, field, text)) return;
  const std::size_t quoted = data.rfind('"' + text + '"');
  if (quoted == data.npos) return;
  --times_to_learn_;
  std::string before(data.substr(0, quoted + 1));
  std::string behind(data.substr(quoted + 1 + text.size()));
  for (const std::string other : {"another text", "a third one"}) {
    const Result<StreamDelta> probe = read_stream_delta(before + other + behind);
    if (!probe || !brings_only(*probe, field, other)) return;
  }
  field_ = field;
  before_ = std::move(before);
  behind_ = std::move(behind);
}

}  // namespace fluxgate
