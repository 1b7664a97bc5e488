// Reads the bytes of an input as the acts of a client and of the upstreams of one gateway.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/unix_ms.h"
#include "config/environment.h"
#include "effect/effect.h"

namespace fluxgate::fuzz {

constexpr UnixMs kStartMs = 1'767'225'600'000;
constexpr std::string_view kOrigin = "https://gw.example.com";

/// Every secret of the settings below, with a word at its end that stands nowhere else.
constexpr std::string_view kClientKey = "client-key-7f3Qz-quinzhee";
constexpr std::string_view kImageKeys[] = {"image-key-A-x81Lm-xylophage",
                                           "image-key-B-p02Vt-zugzwang"};
constexpr std::string_view kQueueKey = "queue-key-6yBn4-vuvuzela";
constexpr std::string_view kLlmKey = "llm-key-5hWd0-jentacular";
constexpr std::string_view kListedKey = "listed-key-8cRt1-wolfsbane";
constexpr std::string_view kAdminKey = "admin-key-2nGx9-yggdrasil";
constexpr std::string_view kLinkSecret = "link-secret-of-thirty-two-bytes-9cVk-kumquat";

/// Who may be told a secret: whoever is at an address that begins so.
struct Owner {
  std::string_view origin;
  std::string_view secret;
};
constexpr Owner kOwners[] = {
    {"https://images.example/", kImageKeys[0]}, {"https://images.example/", kImageKeys[1]},
    {"https://api.openai.com/", kImageKeys[0]}, {"https://edits.example/", kImageKeys[0]},
    {"https://queue.example/", kQueueKey},      {"https://llm.example/", kLlmKey},
};

/// The limits of kListedKey are such that a few requests come to their end.
std::string client_list();

/// One of a few environments: with and without a language model, a store, further backends, the
/// demo, services and clients, and a wrong one.
std::string environment_block(std::uint8_t number);

/// Do the services of that environment answer by themselves? Else records reply for them.
bool services_work(std::uint8_t number);

/// One record of an input: fields between bytes 0x1F, records between bytes 0x1E. Whatever is not
/// there is empty.
class Record {
 public:
  explicit Record(std::string_view text);
  std::string_view field(std::size_t index) const {
    return index < fields_.size() ? fields_[index] : std::string_view();
  }
  std::size_t field_count() const { return fields_.size(); }
  /// The byte of the first field at that place, so that '0' is 0; 0 when it is not there.
  std::uint8_t control(std::size_t index) const;

 private:
  std::vector<std::string_view> fields_;
};

/// The records of an input, at most kMaxRecords.
std::vector<Record> records_of(std::string_view input);
constexpr std::size_t kMaxRecords = 200;

/// Does a secret stand anywhere in the text?
bool holds_any_secret(std::string_view text);

/// Does one stand there that whoever is at this address must not see?
bool holds_secret_of_others(std::string_view text, std::string_view url);

/// Could a secret be made of the text? The gateway drops what cannot be seen and so joins what it
/// parts: four bytes in a row of a secret's last eight are enough.
bool holds_part_of_secret(std::string_view text);

/// A record that opens a request: controls 'Q', method, key, random, clock; fields: path or URL (or
/// behind '@' a picture's URL, whose signed link it becomes), header lines, body.
struct ClientRequest {
  std::string head;  ///< As Gateway::serve() wants it parsed.
  bool is_head = false;
  std::array<std::uint8_t, 16> randomness{};
  std::string body;
};
ClientRequest client_request(const Record& record);

/// What the reply to a `hold` tells: the length as u32, and the first 32 bytes.
std::string told_of_held(std::string_view held);

/// How long the clock goes on with this record: most often not at all, sometimes backwards.
UnixMs clock_step(const Record& record);

/// What a record replies to `effect`; `call`: the head of the fetch that the reply is about, so
/// that a server can repeat what it was told. Controls: which effect, code, clock, form of the
/// data, whether the head repeats the key, whether a fetch's body comes with its head if it may.
/// Fields: header lines, and the data's parts.
Reply scripted_reply(const Record& record, const Effect& effect, std::string_view call);

}  // namespace fluxgate::fuzz
