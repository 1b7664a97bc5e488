// What a client of the responses API gets back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "openai/usage.h"
#include "responses/request.h"

namespace fluxgate {

/// What all objects of one answer say.
struct ResponsesIdentity {
  std::string name;           ///< That the ids are made of.
  std::string previous_name;  ///< Of the last picture before; may be empty. It ends the id.
  std::int64_t created_unix_s = 0;
  std::string model;
  std::vector<EchoedMember> echo;
  bool in_background = false;
};

/// What an object that ResponsesWriter has written says, but for its names. Error: invalid_json.
Result<ResponsesIdentity> read_identity(std::string_view object);

/// How far the answer is: "queued", "in_progress", "completed", "failed" or "cancelled".
struct ResponsesState {
  std::string_view status;
  const Error* error = nullptr;
  Usage usage = {};
  std::string facts = {};  ///< An object of how the pictures were made; empty: none.
};

/// What a finished picture says of itself, beside its bytes.
struct PictureItemFacts {
  std::string_view prompt;
  std::string size;
  std::string_view format = {};  ///< "png"
  bool is_edit = false;
};

/// The answer to a response that was deleted.
std::string write_deleted_response(std::string_view id);

/// Writes one answer: as an object, or as events. A picture's base64 is megabytes: who writes it
/// appends it, between begin and end. Each function appends to `out`. Source:
/// platform.openai.com/docs/api-reference/responses/object and responses-streaming
class ResponsesWriter {
 public:
  explicit ResponsesWriter(ResponsesIdentity identity) : identity_(std::move(identity)) {}

  // ---- The object: begin_object(), the items with commas between them, end_object().
  // `fluxgate` in its metadata holds ResponsesState::facts as a text: OpenAI has texts alone there.
  void begin_object(std::string& out, const ResponsesState& state) const;
  void end_object(std::string& out) const { out += "]}"; }
  /// The whole object of an answer that has no items, or none yet.
  std::string empty_object(const ResponsesState& state) const;
  void reasoning(std::string& out, std::string_view text) const;
  void begin_picture(std::string& out) const;
  void end_picture(std::string& out, const PictureItemFacts& facts) const;
  void message(std::string& out, std::string_view text) const;

  // ---- Events. An item that is open is ended before the next one begins.
  void created(std::string& out);
  /// Nothing once the message has begun: there is one item of each kind.
  void reasoning_delta(std::string& out, std::string_view delta);
  void text_delta(std::string& out, std::string_view delta);
  /// A picture is being made. Again: it still is.
  void picture_call(std::string& out);
  /// An event with a draft.
  void begin_partial(std::string& out);
  void end_partial(std::string& out, const PictureItemFacts& facts);
  /// The picture's last events; the second holds it.
  void begin_picture_done(std::string& out);
  void end_picture_done(std::string& out, const PictureItemFacts& facts);
  /// Ends the item that is open.
  void end_item(std::string& out);
  /// The last event but for its object: begin_object() to end_object() stand in it.
  void begin_last(std::string& out, const ResponsesState& state);
  void end_last(std::string& out) const;

  /// The number of the next event: events that were taken out of `out` again give theirs back.
  std::uint32_t sequence_number() const { return sequence_number_; }
  void go_back_to(std::uint32_t sequence_number) { sequence_number_ = sequence_number; }

  /// What was written of the reasoning and of the text: the items of the object hold them.
  const std::string& reasoning_text() const { return reasoning_; }
  const std::string& message_text() const { return text_; }

 private:
  enum class Item : std::uint8_t { none, reasoning, picture, message };

  void begin_event(std::string& out, std::string_view type);
  void begin_item_event(std::string& out, std::string_view type);
  void add_item(std::string& out, Item item, std::string_view item_json);
  void begin_item_done(std::string& out);
  void part_event(std::string& out, std::string_view type, std::string_view member,
                  std::string_view text);
  void picture_event(std::string& out, std::string_view name);
  void close_item();
  std::string id_of(Item item) const;

  ResponsesIdentity identity_;
  std::uint32_t sequence_number_ = 0;
  std::uint32_t output_index_ = 0;
  std::uint32_t partial_index_ = 0;
  Item open_ = Item::none;
  std::string reasoning_;
  std::string text_;
};

}  // namespace fluxgate
