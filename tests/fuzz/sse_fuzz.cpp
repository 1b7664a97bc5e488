// Event streams: any split of the same bytes gives the same events, and they are the standard's.
#include <string>
#include <utility>
#include <vector>

#include "fuzz.h"
#include "llm/completion_stream.h"
#include "llm/stream_delta_reader.h"
#include "sse/decoder.h"
#include "sse/encoder.h"

namespace fluxgate::fuzz {
namespace {

struct Outcome {
  std::vector<std::pair<std::string, std::string>> events;  ///< Type and data.
  std::string unfinished;
  bool failed = false;
  bool operator==(const Outcome&) const = default;
};

Outcome decode(const std::vector<std::string_view>& pieces) {
  sse::Decoder decoder;
  Outcome outcome;
  for (const std::string_view piece : pieces) {
    decoder.push(Bytes::copy_of(piece));
    for (;;) {
      const auto event = decoder.next();
      outcome.failed = !event.ok();
      if (!event || !*event) break;
      outcome.events.emplace_back((*event)->type, (*event)->data);
    }
  }
  outcome.unfinished = decoder.finish();
  return outcome;
}

/// The lines of a stream; the last one, which nothing has ended, apart.
std::vector<std::string> lines_of(std::string_view text, std::string& rest) {
  std::vector<std::string> lines;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\r' && text[at] != '\n') {
      rest += text[at];
      continue;
    }
    lines.push_back(std::exchange(rest, {}));
    if (text.substr(at, 2) == "\r\n") ++at;
  }
  return lines;
}

/// The same by the letter of html.spec.whatwg.org/#event-stream-interpretation, without a limit.
Outcome decode_by_the_standard(std::string_view text) {
  Outcome outcome;
  std::string rest, type, data;
  bool has_data = false;
  const auto take = [&](const std::string& line) {
    const std::size_t colon = line.find(':');
    const std::string field = line.substr(0, colon);
    std::string value = colon == std::string::npos ? "" : line.substr(colon + 1);
    if (value.starts_with(' ')) value.erase(0, 1);
    if (field == "event") type = value;
    if (field == "data") data.append(value).append("\n");
    has_data = has_data || field == "data";
  };
  for (const std::string& line : lines_of(text, rest)) {
    if (!line.empty()) {
      take(line);
      continue;
    }
    if (has_data) {
      data.pop_back();
      outcome.events.emplace_back(type.empty() ? "message" : type, data);
    }
    type.clear();
    data.clear();
    has_data = false;
  }
  take(rest);
  if (has_data) data.pop_back();
  outcome.unfinished = data;
  return outcome;
}

bool same_outcome(const Result<StreamDelta>& one, const Result<StreamDelta>& other) {
  if (!one || !other) return one.ok() == other.ok();
  return one->content == other->content && one->reasoning == other->reasoning &&
         one->finish_reason == other->finish_reason &&
         one->usage.has_value() == other->usage.has_value();
}

}  // namespace
}  // namespace fluxgate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes) {
  using namespace fluxgate;
  using namespace fluxgate::fuzz;
  const auto [seed, text] = seeded_text(data, size_bytes);
  const Outcome whole = decode({text});
  expect(whole == decode(pieces_of(text, seed)), "any split gives the same");
  expect(whole == decode(pieces_of(text, 255)), "byte by byte gives the same");
  expect(whole == decode_by_the_standard(text), "the events are the standard's");
  StreamDeltaReader reader;
  for (const auto& [type, event_data] : whole.events) {
    (void)ends_stream(event_data);
    const auto delta = read_stream_delta(event_data);
    expect(same_outcome(delta, reader.read(event_data)), "what came before changes no delta",
           event_data);
    if (delta) expect(is_utf8(delta->content + delta->reasoning), "a delta is UTF-8", event_data);
    if (contains(event_data, "\n") || contains(event_data, "\r")) continue;
    std::string written;
    sse::append_event(written, event_data);
    const Outcome again = decode({written});
    expect(again.events.size() == 1 && again.events[0].second == event_data,
           "an event that is written is read", event_data);
  }
  return 0;
}
