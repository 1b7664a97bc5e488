// What the messages of a talk say, whichever face they come by.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/document.h"

namespace fluxgate {

/// Most messages in one request; the longest chats that clients send whole have a few hundred.
constexpr std::size_t kMaxMessages = 1024;

/// Most bytes of style wishes; the rest is dropped. System prompts of chat programs have up to some
/// 10 KB; little of that is about style, and all of it is paid for with each picture.
constexpr std::size_t kMaxStyleWishesBytes = 16 * 1024;

/// Most bytes of the first idea; the rest is dropped. Only its first words are needed, for titles,
/// and it is held as long as the request.
constexpr std::size_t kMaxFirstIdeaBytes = 16 * 1024;

/// What matters of the messages for a picture, or decides that none is wanted.
struct Talk {
  /// The text of the last message with role `user`; may be empty.
  std::string idea;
  /// The pictures of the last message with role `user`, as openai/message_pictures.h gives them,
  /// and those inside Markdown links, out of which they are taken.
  std::vector<std::string> pictures;
  /// The text of the first message with role `user`: what the chat is about, for chores of chat
  /// programs. At most kMaxFirstIdeaBytes.
  std::string first_idea;
  /// The prompt under the last picture of ours in the messages; empty when there is none. It comes
  /// from the client, like everything else.
  std::string last_prompt;
  /// The address of that picture; may be empty, or anybody's.
  std::string last_picture;
  /// The texts of `system` and `developer` messages, a line each: wishes about style, for the
  /// optimiser alone.
  std::string style_wishes;
  /// The role of the last message, whatever it is, and the text of its content; empty when it has
  /// none.
  std::string last_role;
  std::string last_text;
  /// The bytes of style_wishes that come from messages in front of the first user message.
  std::size_t leading_wishes_bytes = 0;
  bool has_user = false;    ///< There is a message with role `user`.
  bool has_answer = false;  ///< There is a message with role `assistant`.
};

/// Reads the messages of a talk one after the other.
///
/// Content may be a string, null (empty), or an array of parts: the parts `text`, `input_text` and
/// `output_text` are joined with a line end, others (audio, files) are passed over. Only the
/// content of the last user message and of `system` and `developer` messages must be well formed.
/// Errors: invalid_parameters, blamed on `field`.
class TalkReader {
 public:
  /// `talk` must outlive this, and so must the Document of the messages. `field`: what the messages
  /// are a member of, in a literal of ours.
  TalkReader(Talk& talk, std::string_view field) : talk_(talk), field_(field) {}

  /// A wish about style that is no message.
  void add_wish(std::string_view wish);
  Result<void> add(json::Value message);
  /// A message of the user that is nothing but its content. Error: content that is no text.
  Result<void> add_words(json::Value content);
  /// Fills in what only all messages together say. `needs_user`: there must be a user message,
  /// unless the last one is of the system, which programs write when they want a text.
  Result<void> finish(bool needs_user);

 private:
  void take_user_content(json::Value content);
  Result<std::string> read_content(json::Value content) const;
  void read_answer(json::Value message);
  void read_answer_text(json::Value text);

  Talk& talk_;
  std::string_view field_;
  json::Value first_user_content_, last_user_content_, last_content_, last_user_;
};

/// The text of a message's content; empty when the content is not well formed.
std::string text_of_content(json::Value content);

/// The error of a request for a picture without a message of the user.
Error no_user_error(std::string_view field);

}  // namespace fluxgate
