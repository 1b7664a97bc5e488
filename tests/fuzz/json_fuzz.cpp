// JSON: our reader takes what RFC 8259 allows and agrees with another parser; long strings come out
// the same at any split; and no reader of answers fails at any text.
//
// The bytes 0x1C, 0x1D and 0x1E of an input stand for texts around the length from which a string
// is long: JSON itself has no use for them. 0x1F stands for a third of the longest rest, in inputs
// whose first byte is 'L', for these take long.
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dialects/dialects.h"
#include "failover/complaint.h"
#include "fuzz.h"
#include "json/document.h"
#include "json/long_strings.h"
#include "json/member.h"
#include "json/mend.h"
#include "json/writer.h"
#include "llm/completion_call.h"
#include "mcp/answer.h"
#include "mcp/request.h"
#include "openai/chat_request.h"
#include "openai/images_request.h"
#include "openai/picture_fields.h"
#include "picture/limits.h"
#include "provider/event_answer.h"
#include "responses/request.h"

namespace fluxgate::fuzz {
namespace {

using json::Document;
using json::LongStrings;
using json::Value;

/// The input with its abbreviations written out, at most kMost of them.
std::string written_out(std::string_view input, std::uint8_t seed) {
  constexpr int kMost = 5;
  const char last = seed == 'L' ? 0x1F : 0x1E;
  std::string text;
  int count = 0;
  for (const char c : input) {
    if (c < 0x1C || c > last || count == kMost) {
      text += c;
      continue;
    }
    ++count;
    if (c == 0x1F) {
      text.append(json::kMaxRestBytes / 3, ' ');
    } else {
      text.append(json::kLongStringBytes + static_cast<std::size_t>(c) - 0x1D, 'A');
    }
  }
  return text;
}

// --- Against the other parser ---

void expect_same(Value ours, const nlohmann::json& theirs) {
  expect(!ours.missing(), "a value is there");
  expect(ours.is_null() == theirs.is_null(), "null");
  expect(ours.is_object() == theirs.is_object(), "object");
  expect(ours.is_array() == theirs.is_array(), "array");
  expect(ours.boolean().has_value() == theirs.is_boolean(), "boolean");
  expect(ours.string().has_value() == theirs.is_string(), "string");
  if (theirs.is_boolean()) expect(*ours.boolean() == theirs.get<bool>(), "a boolean's value");
  if (const auto* integer = theirs.get_ptr<const std::int64_t*>()) {
    const bool fits = !theirs.is_number_unsigned() || *integer >= 0;
    expect(ours.integer().has_value() == fits, "an integer that fits");
    expect(!fits || *ours.integer() == *integer, "an integer's value");
  }
  if (const auto* number = theirs.get_ptr<const double*>(); number != nullptr) {
    const auto billionths = ours.billionths();
    const double distance = billionths ? *number * 1e9 - static_cast<double>(*billionths) : 0;
    const double tolerance = 1 + std::abs(*number) * 1e-5;
    expect(!billionths || std::abs(distance) <= tolerance, "a fraction's value");
    expect(billionths || std::abs(*number) >= 9e9, "a fraction that fits");
  }
  if (const auto* text = theirs.get_ptr<const std::string*>()) {
    expect(*ours.string() == *text && is_utf8(*text), "a string's value", *text);
    std::string again;
    json::append_string(again, *text);
    const auto read = Document::parse(again);
    expect(read.ok() && read->root().string() == *text, "what is written is read", again);
  }
  if (theirs.is_object()) {
    for (const auto& [key, item] : theirs.items()) expect_same(ours[key], item);
  }
  expect(ours.item_count() == (theirs.is_array() ? theirs.size() : 0), "the number of items");
  std::size_t index = 0;
  for (const Value item : ours.items()) expect_same(item, theirs[index++]);
  expect(index == ours.item_count(), "all items");
}

/// Empty when there is nothing to mend.
std::string mended(const std::string& text) {
  Bytes bytes = Bytes::copy_of(text);
  return json::mend(bytes) ? std::string(bytes.view()) : std::string();
}

/// `text` as it is read: half characters in it are mended, and nothing else is.
std::string as_read(const std::string& text) {
  const std::string whole = mended(text);
  expect(whole.size() <= text.size() + json::kMaxMendedGrowthBytes, "a text grows by little");
  expect(whole.empty() || (is_utf8(whole) && mended(whole).empty()), "nothing is left", whole);
  // The other parser takes a NUL for the end.
  const bool is_good = nlohmann::json::accept(text) && !contains(text, std::string_view("\0", 1));
  expect(whole.empty() || !is_good, "a good text stays as it is", text);
  return whole.empty() ? text : whole;
}

/// The whole is read by a parser that has no limits, so it comes second.
void check_document(const std::string& written) {
  const std::string text = as_read(written);
  const auto ours = Document::parse(written);
  if (!ours) {
    const bool at_limit = contains(ours.error().message, "more than");
    // The other parser takes a NUL for the end.
    const bool holds_nul = contains(text, std::string_view("\0", 1));
    expect(at_limit || holds_nul || !nlohmann::json::accept(text), "what is JSON is read");
    return;
  }
  const auto theirs = nlohmann::json::parse(text, nullptr, false);
  expect(!theirs.is_discarded() && !contains(text, std::string_view("\0", 1)),
         "what is read is JSON");
  expect_same(ours->root(), theirs);
}

// --- Long strings ---

struct Outcome {
  std::string rest;
  std::vector<std::string> texts;
  bool ended = true;
  bool failed = false;
  bool operator==(const Outcome&) const = default;
};

Outcome take_out(const std::vector<std::string_view>& pieces) {
  LongStrings strings;
  Outcome outcome;
  for (const std::string_view text : pieces) {
    // The sanitizer watches the ends of a separate block.
    const auto block = std::make_unique<char[]>(text.size());
    text.copy(block.get(), text.size());
    strings.push({block.get(), text.size()});
    for (;;) {
      const auto piece = strings.next();
      outcome.failed = !piece.ok();
      if (!piece || !*piece) break;
      if ((*piece)->index == outcome.texts.size()) outcome.texts.emplace_back();
      expect((*piece)->index + 1 == outcome.texts.size(), "one string after the other");
      outcome.texts.back() += (*piece)->text;
      outcome.ended = (*piece)->ends;
    }
  }
  if (!outcome.failed) outcome.rest = strings.rest();
  return outcome;
}

/// Two readings of one text, of which `rest` has markers for long strings.
void expect_put_back(Value whole, Value rest, const Outcome& outcome) {
  expect(whole.item_count() == rest.item_count(), "the number of items");
  if (const auto text = rest.string(); text != whole.string()) {
    const auto index = LongStrings::index_of(text.value_or(""));
    expect(index && *index < outcome.texts.size() && whole.string(), "a marker stands for it");
    const std::string& taken = outcome.texts[*index];
    expect(taken.size() > json::kLongStringBytes, "only what is long is taken out");
    expect(contains(taken, "\x01") || !is_utf8(taken) || taken == *whole.string(),
           "a long string's text");
  }
  auto items = rest.items().begin();
  for (const Value item : whole.items()) {
    expect_put_back(item, *items, outcome);
    ++items;
  }
}

/// Single bytes, but for those that an abbreviation stands for.
std::vector<std::string_view> bytes_of(std::string_view text) {
  constexpr std::size_t kLongRun = 1000;
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const std::size_t run = std::min(text.find_first_not_of('A'), text.size());
    pieces.push_back(text.substr(0, run > kLongRun ? run - 2 : 1));
    text.remove_prefix(pieces.back().size());
  }
  return pieces;
}

void check_long_strings(const std::string& text, std::uint8_t seed) {
  const Outcome whole = take_out({text});
  expect(whole.rest.size() <= json::kMaxRestBytes, "the rest has a limit");
  const std::uint8_t way = text.size() < 2000 ? seed : 8 + seed % 8;
  expect(whole == take_out(pieces_of(text, way)), "any split gives the same");
  if (seed != 'L') expect(whole == take_out(bytes_of(text)), "byte by byte gives the same");
  if (whole.failed) return;
  const auto document = Document::parse(text);
  if (!document) return;
  expect(whole.ended, "in JSON every string ends");
  const auto rest = Document::parse(whole.rest);
  expect(rest.ok(), "the rest of JSON is JSON", whole.rest);
  expect_put_back(document->root(), rest->root(), whole);
}

// --- Changing a member ---

void check_member(const std::string& text) {
  constexpr std::string_view kValue = R"("quinzhee")";
  const std::string changed = json::with_member(text, "model", kValue);
  const auto before = nlohmann::json::parse(text, nullptr, false);
  const auto document = Document::parse(text);
  if (!document || !before.is_object()) return;
  auto after = nlohmann::json::parse(changed, nullptr, false);
  expect(after.is_object() && after["model"] == "quinzhee", "the member has the value", changed);
  after.erase("model");
  auto others = before;
  others.erase("model");
  expect(after == others, "every other member stays", changed);
}

// --- Everybody who reads JSON from outside ---

bool is_json(std::string_view text) {
  return json::Document::parse(text).ok();
}

void check_responses(const std::string& text) {
  Bytes body = Bytes::copy_of(text);
  const auto read = read_responses_request(body);
  if (!read) {
    expect(error_status(read.error().code) == 400, "the client's fault", text);
    return;
  }
  const ResponsesRequest& request = **read;
  expect(!request.model.empty(), "a request names its model", text);
  std::size_t echo_bytes = 0;
  for (const EchoedMember& member : request.echo) {
    echo_bytes += member.value.size();
    expect(is_json(member.value), "what is repeated is JSON", text);
    expect(member.value.find_first_of("\r\n") == std::string::npos, "in one line", text);
  }
  expect(echo_bytes <= kMaxEchoBytes + 256, "its length", text);
  expect(is_json(as_chat_request(body.view(), false)), "a chat's request", text);
}

void check_mcp(const std::string& text) {
  Bytes body = Bytes::copy_of(text);
  McpRequest request;
  const auto error = read_mcp_request(body, {}, request);
  if (error) {
    expect(error->status == 400 && is_json(write_mcp_error(*error)), "a refusal", text);
    return;
  }
  expect(request.id.empty() || is_json(begin_mcp_answer(request) + "}"), "an answer's id", text);
  const std::string progress = write_mcp_progress(request, 1, "x");
  expect(request.progress_token.empty() || is_json(progress), "a token", text);
  const std::string result = write_mcp_result(request);
  expect(result.empty() || is_json(result), "a result", text);
}

void check_readers(const std::string& text) {
  Bytes chat_body = Bytes::copy_of(text);
  if (const auto read = read_chat_request(chat_body)) {
    const ChatRequest& request = **read;
    expect(!request.model.empty(), "a request names its model", text);
    expect(request.picture_count >= 1 && request.picture_count <= kMaxPicturesAtOnce, "n", text);
    expect(request.picture.negative_prompt.size() <= kMaxNegativePromptBytes, "a negative prompt",
           text);
    expect(request.first_idea.size() <= kMaxFirstIdeaBytes, "the first idea", text);
    expect(is_utf8(request.idea + request.style_wishes + request.picture.negative_prompt +
                   request.first_idea + request.last_text),
           "what a request says is UTF-8", text);
  } else {
    expect(error_status(read.error().code) == 400, "the client's fault", text);
  }
  Bytes images_body = Bytes::copy_of(text);
  if (const auto request = read_images_request(images_body)) {
    expect(request->picture_count >= 1 && request->picture_count <= kMaxPicturesOfImages, "n",
           text);
    expect(is_utf8(request->prompt + request->model + request->picture.size), "UTF-8", text);
  }
  check_responses(text);
  check_mcp(text);
  const std::string whole = whole_answer(text);
  expect(whole.empty() || is_json(whole), "an event as a whole answer", text);
  expect(is_in_draft("data: {\"type\":\"x.partial_image\"" + text) || contains(text, "data:"),
         "a draft", text);
  for (const Dialect* dialect : dialects::kAll) {
    const auto step = read_answer_text(*dialect, text, 200, Headers(), "https://a.example/v1/x");
    if (!step || !std::holds_alternative<Made>(*step)) continue;
    const PictureForm form = std::get<Made>(*step).picture.form;
    expect(form == PictureForm::url || form == PictureForm::base64, "one of the two", text);
  }
  const BackendComplaint complaint = read_complaint(text);
  expect(is_utf8(complaint.code + complaint.message), "a complaint is UTF-8", text);
  (void)read_completion(text);
}

}  // namespace
}  // namespace fluxgate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes) {
  using namespace fluxgate::fuzz;
  const auto [seed, input] = seeded_text(data, size_bytes);
  const std::string text = written_out(input, seed);
  check_long_strings(text, seed);
  // The functions below have no limits of their own and would be slow.
  if (text.size() > 100'000) return 0;
  check_document(text);
  check_member(text);
  check_readers(text);
  return 0;
}
