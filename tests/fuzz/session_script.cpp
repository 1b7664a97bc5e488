#include "session_script.h"

#include <algorithm>
#include <iterator>

#include "base/base64.h"
#include "fuzz.h"
#include "http/url.h"
#include "json/writer.h"
#include "link/admission.h"
#include "link/image_link.h"
#include "link/signing_keys.h"

namespace fluxgate::fuzz {
namespace {

constexpr char kRecordEnd = 0x1E;
constexpr char kFieldEnd = 0x1F;
constexpr std::string_view kSecrets[] = {kClientKey, kImageKeys[0], kImageKeys[1], kQueueKey,
                                         kLlmKey,    kListedKey,    kAdminKey,     kLinkSecret};
/// Of environment_block().
constexpr std::size_t kEnvironments = 14;
constexpr std::string_view kPngSignature = "\x89PNG\r\n\x1A\n";

std::vector<std::string_view> split(std::string_view text, char separator, std::size_t most) {
  std::vector<std::string_view> parts;
  while (parts.size() + 1 < most && contains(text, std::string_view(&separator, 1))) {
    parts.push_back(text.substr(0, text.find(separator)));
    text.remove_prefix(parts.back().size() + 1);
  }
  parts.push_back(text);
  return parts;
}

template <class List>
auto pick(const List& list, std::uint8_t number) {
  return std::begin(list)[number % std::size(list)];
}

std::string quoted(std::string_view text) {
  std::string json;
  json::append_string(json, text);
  return json;
}

// --- What upstreams send ---

/// The value of a header in a fetch's head; empty when there is none.
std::string_view header_of(std::string_view call, std::string_view name) {
  const std::size_t at = call.find("\n" + std::string(name) + ": ");
  if (at == call.npos) return {};
  const std::string_view value = call.substr(at + name.size() + 3);
  return value.substr(0, value.find('\n'));
}

/// The key that a call was made with; empty without one.
std::string key_of(std::string_view call) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view value = header_of(call, "authorization");
  return std::string(value.starts_with(kScheme) ? value.substr(kScheme.size()) : "");
}

std::string delta_event(std::string_view key, std::string_view text) {
  return "data: {\"choices\":[{\"index\":0,\"delta\":{\"" + std::string(key) +
         "\":" + quoted(text) + "},\"finish_reason\":null}]}\n\n";
}

/// The fields from the third on as events: thinking, then content in turn with nothing.
std::string deltas_of(const Record& record) {
  std::string events;
  for (std::size_t index = 2; index < record.field_count(); ++index) {
    events += delta_event(index == 2 ? "reasoning_content" : "content", record.field(index));
  }
  return events;
}

std::string completion_of(const Record& record) {
  return "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":" +
         quoted(record.field(2)) + ",\"reasoning_content\":" + quoted(record.field(3)) +
         "},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":9}}";
}

std::string error_that_repeats(std::string_view call, std::string_view words) {
  const std::string told = "You sent Bearer " + key_of(call) + " " + std::string(words);
  return "{\"error\":{\"message\":" + quoted(told) + ",\"code\":" + quoted(key_of(call)) + "}}";
}

std::string picture_answer(std::string_view url) {
  return "{\"images\":[{\"url\":" + quoted(url) + "}]}";
}

std::string base64_answer(std::string_view bytes) {
  return "{\"data\":[{\"b64_json\":\"" +
         base64_encode(std::string(kPngSignature) + std::string(bytes)) + "\"}]}";
}

/// The bytes of a body, in the form that the record names.
std::string body_of(const Record& record, std::string_view call) {
  const std::string_view words = record.field(2);
  switch (static_cast<char>(record.control(3) + '0')) {
    case 'c': return completion_of(record);
    case 'd': return deltas_of(record);
    case 'D': return deltas_of(record) + "data: [DONE]\n\n";
    case 'e': return error_that_repeats(call, words);
    case 'i': return picture_answer(words);
    case 'k':  // The link holds the key, as some backends' links do.
      return picture_answer("https://pictures.example.com/a?k=" + key_of(call) +
                            std::string(words));
    case 'p': return std::string(kPngSignature) + std::string(words);
    case 'b': return base64_answer(words);
    case 'B': return base64_answer(std::string(words) + std::string(20'000, 'p'));
    case 'M': return std::string(words) + std::string(1 << 20, 'A');
    default: return std::string(words);
  }
}

/// The record's own header lines, and on demand some that repeat the call's key.
std::string head_of(const Record& record, std::string_view call) {
  std::string head(record.field(1));
  if (!head.empty() && !head.ends_with('\n')) head += '\n';
  if (record.control(4) == 1) {
    const std::string key = key_of(call);
    head += "x-echo: Bearer " + key + "\nset-cookie: a=" + key + "\nserver: " + key +
            "\nlocation: https://elsewhere.example.com/?key=" + key + "\n";
  }
  return head;
}

std::uint32_t status_or_code(std::uint8_t number, const Effect& effect, bool is_empty) {
  constexpr std::uint32_t kStatuses[] = {200, 201, 204, 206, 301, 302, 304, 400, 401,
                                         402, 403, 404, 408, 410, 416, 422, 429, 451,
                                         500, 502, 503, 504, 520, 524, 526, 529};
  constexpr std::uint8_t kFirstStatus = 'A' - '0';
  if (number >= kFirstStatus && number < kFirstStatus + std::size(kStatuses)) {
    return kStatuses[number - kFirstStatus];
  }
  if (number != 0) return number;
  if (effect.kind == EffectKind::fetch) return 200;
  const bool at_end = effect.kind == EffectKind::read && is_empty;
  return static_cast<std::uint32_t>(at_end ? ReplyCode::end : ReplyCode::ok);
}

// --- What a client sends ---

/// Makes a signed link to the picture that is still valid.
std::string link_to(std::string_view url) {
  static const SigningKeys keys = *derive_signing_keys(kLinkSecret, {});
  const Result<std::string> admitted = admit_image_url(url, LinkPolicy(), "");
  return image_link(kOrigin, admitted ? *admitted : std::string(url),
                    kStartMs / 1000 + kLinkLifeSeconds, keys);
}

std::string url_of(std::string_view text) {
  if (text.starts_with('@')) return link_to(text.substr(1));
  return text.starts_with('/') ? std::string(kOrigin) + std::string(text) : std::string(text);
}

std::string authorization(std::uint8_t number) {
  switch (number) {
    case 0: return "authorization: Bearer " + std::string(kClientKey) + "\n";
    case 1: return "";
    case 2: return "authorization: Bearer " + std::string(kClientKey.substr(1)) + "\n";
    case 4: return "authorization: Bearer " + std::string(kListedKey) + "\n";
    case 5: return "authorization: Bearer " + std::string(kAdminKey) + "\n";
    default: return "authorization: Basic " + std::string(kClientKey) + "\n";
  }
}

}  // namespace

std::string client_list() {
  return R"([{"name":"alice","key":")" + std::string(kListedKey) +
         R"(","models":["gpt*","flux*"],"per_minute":9,"per_day":5,"usd_per_day":0.2}])";
}

bool services_work(std::uint8_t number) {
  return number % kEnvironments % 2 == 0;
}

std::string environment_block(std::uint8_t number) {
  const std::string images =
      "IMAGE_GEN_API_BASE=https://images.example/generate|"
      "IMAGE_GEN_MODEL=flux,dev|IMAGE_GEN_API_KEY=" +
      std::string(kImageKeys[0]) + "," + std::string(kImageKeys[1]) + "|";
  const std::string second =
      "FLUX_GEN_API_BASE=https://api.openai.com/v1/images/generations|FLUX_GEN_MODEL=gpt|"
      "FLUX_GEN_API_KEY=" +
      std::string(kImageKeys[0]) + "|";
  const std::string llm =
      "OPENAI_API_BASE=https://llm.example/v1|OPENAI_API_KEY=" + std::string(kLlmKey) + "|";
  const std::string common = "AUTHORIZED_API_KEY=" + std::string(kClientKey) +
                             "|IMAGE_PROXY_SECRET=" + std::string(kLinkSecret) + "|";
  const std::string edits =
      "IMAGE_GEN_API_TYPE=openai|IMAGE_GEN_API_BASE=https://edits.example/v1/images/generations|"
      "IMAGE_GEN_MODEL=gpt-image-1|IMAGE_GEN_PRICE=0.04|IMAGE_GEN_API_KEY=" +
      std::string(kImageKeys[0]) + "|";
  const std::string queue =
      "IMAGE_GEN_API_TYPE_2=replicate|IMAGE_GEN_API_BASE_2=https://queue.example/v1|"
      "IMAGE_GEN_MODEL_2=flux-schnell,gpt-image-1|IMAGE_GEN_PRICE_2=0.01|IMAGE_GEN_API_KEY_2=" +
      std::string(kQueueKey) + "|";
  const std::string services = "binding://LEDGER=1|binding://RATES=1|binding://EVENTS=1|";
  const std::string team =
      common + edits + queue + services + "ADMIN_API_KEY=" + std::string(kAdminKey) + "|";
  const std::string environments[] = {
      common + images + llm + "OPENAI_MODEL=small|",
      common + images + llm + "OPENAI_MODEL_REASONING=thinker|",
      common + images + second + "binding://IMAGES=1|LOG_PROMPTS=1|",
      common + images + second + llm + "OPENAI_MODEL=small|SHOW_REASONING=1|binding://IMAGES=1|",
      common + "FLUXGATE_DEMO=1|",
      common + images + "IMAGE_TIMEOUT_MS=never|",
      images + llm + "OPENAI_MODEL=small|PUBLIC_BASE_URL=https://pub.example.org|",
      common + images + "PUBLIC_BASE_URL=https://pub.example.org|IMAGE_HOSTS=*.example.com|" +
          "MAX_REQUEST_BYTES=2048|IMAGE_RETRY_AMBIGUOUS=3|ALLOW_HTTP_IMAGES=1|",
      // From here on with every backend and every service, which work, and which do not.
      team + llm + "OPENAI_MODEL=small|binding://IMAGES=1|CLIENTS=" + client_list() + "|",
      team + llm + "OPENAI_MODEL=small|binding://IMAGES=1|CLIENTS=" + client_list() + "|",
      team + llm + "OPENAI_MODEL_REASONING=thinker|binding://CLIENTS=1|LEDGER_REQUIRED=1|",
      team + llm + "OPENAI_MODEL_REASONING=thinker|binding://CLIENTS=1|LEDGER_REQUIRED=1|",
      common + services + "binding://AI=1|binding://IMAGES=1|",
      common + edits + queue + "CLIENTS=" + client_list() + "|",
  };
  static_assert(std::size(environments) == kEnvironments);
  std::string block = pick(environments, number);
  std::replace(block.begin(), block.end(), '|', '\0');
  return block;
}

Record::Record(std::string_view text) : fields_(split(text, kFieldEnd, 64)) {}

std::uint8_t Record::control(std::size_t index) const {
  const std::string_view controls = field(0);
  return index < controls.size() ? static_cast<std::uint8_t>(controls[index] - '0') : 0;
}

std::vector<Record> records_of(std::string_view input) {
  std::vector<Record> records;
  for (const std::string_view text : split(input, kRecordEnd, kMaxRecords)) {
    records.emplace_back(text);
  }
  return records;
}

bool holds_any_secret(std::string_view text) {
  return std::ranges::any_of(kSecrets, [&](auto secret) { return contains(text, secret); });
}

bool holds_secret_of_others(std::string_view text, std::string_view url) {
  return std::ranges::any_of(kSecrets, [&](std::string_view secret) {
    const auto may_see = [&](const Owner& owner) {
      return owner.secret == secret && url.starts_with(owner.origin);
    };
    return contains(text, secret) && std::ranges::none_of(kOwners, may_see);
  });
}

bool holds_part_of_secret(std::string_view text) {
  for (const std::string_view secret : kSecrets) {
    for (std::size_t at = secret.size() - 8; at + 4 <= secret.size(); ++at) {
      if (contains(text, secret.substr(at, 4))) return true;
    }
  }
  return false;
}

ClientRequest client_request(const Record& record) {
  constexpr std::string_view kMethods[] = {"POST", "GET", "HEAD", "OPTIONS", "PUT", "get"};
  const std::string_view method = pick(kMethods, record.control(1));
  ClientRequest request;
  request.head = std::string(method) + " " + url_of(record.field(1)) + "\n" +
                 authorization(record.control(2)) + std::string(record.field(2));
  request.is_head = method == "HEAD";
  request.randomness.fill(record.control(3));
  request.body = record.field(3);
  return request;
}

UnixMs clock_step(const Record& record) {
  constexpr UnixMs kSteps[] = {0,      1,      50,      999,     1'000,     3'000,        9'000,
                               10'000, 15'000, 30'000,  60'000,  120'000,   600'000,      3'600'000,
                               -1,     -5'000, -60'000, 700'000, 8'640'000, 2'000'000'000};
  return pick(kSteps, record.control(2));
}

std::string told_of_held(std::string_view held) {
  std::string told;
  for (int i = 0; i < 4; ++i) told += static_cast<char>(held.size() >> (8 * i) & 0xFF);
  return told.append(held.substr(0, 32));
}

Reply scripted_reply(const Record& record, const Effect& effect, std::string_view call) {
  const std::string body = body_of(record, call);
  std::string data = body;
  if (effect.kind == EffectKind::fetch) data = head_of(record, call);
  if (effect.kind == EffectKind::hold && record.control(5) == 0) data = told_of_held(body);
  Reply reply{status_or_code(record.control(1), effect, data.empty()), Bytes::copy_of(data)};
  const bool may_be_whole = effect.inline_bytes > 0 && body.size() <= effect.inline_bytes;
  if (record.control(5) == 1 && may_be_whole && reply.code >= 200 && reply.code <= 599) {
    reply.is_whole = true;
    reply.body = Bytes::copy_of(body);
  }
  return reply;
}

}  // namespace fluxgate::fuzz
