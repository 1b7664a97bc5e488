// Reads the body of POST /v1/responses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "openai/talk.h"
#include "picture/fields.h"

namespace fluxgate {

/// `action` of the tool image_generation.
enum class ToolAction : std::uint8_t { automatic, generate, edit };

/// A member that the answer repeats, as the request has it or, where it has none, as OpenAI's own
/// answers do.
struct EchoedMember {
  std::string_view name;
  std::string value;  ///< JSON, in one line.
};

/// Most bytes of all of them; what does not fit is told as if it had not been sent. An answer has
/// them up to three times. OpenAI's limit of `metadata` is some 9 KB; programs offer tools of some
/// 10 KB.
constexpr std::size_t kMaxEchoBytes = 32 * 1024;

/// The parts of a request that matter. Offered tools other than image_generation, sampling
/// parameters and unknown fields have no effect.
struct ResponsesRequest : Talk {
  std::string model;
  std::string tool_model;  ///< The tool's own; programs have names of OpenAI's built in.
  PictureFields picture;   ///< The tool's.
  std::string mask;        ///< `input_image_mask`, as openai/message_pictures.h gives it.
  ToolAction action = ToolAction::automatic;
  bool must_draw = false;  ///< The tool image_generation must be called.
  /// The field that demands the text of a language model: "tool_choice" (no tool may be called) or
  /// "text" (JSON). Empty when a picture answers the request.
  std::string_view text_field;
  /// The id of the last picture in the input that has nothing but an id: "ig_..."; may be empty.
  std::string last_picture_id;
  std::string previous_id;        ///< `previous_response_id`; may be empty.
  bool streams = false;           ///< `stream`
  std::uint32_t draft_count = 0;  ///< `partial_images`
  bool is_stored = true;          ///< May the response be kept?
  bool in_background = false;     ///< `background`: need it not be there at once?
  std::vector<EchoedMember> echo;
};

/// `input` is a text or a list of items: messages (openai/talk.h), pictures that were made before
/// (image_generation_call) and others, which are passed over. Half characters in `body` become
/// U+FFFD there. Errors: invalid_json, invalid_parameters, invalid_image, missing_model_field and
/// unsupported_parameter (a tool must be called that is not ours); Error::param names the field.
/// Source: platform.openai.com/docs/api-reference/responses/create
Result<std::unique_ptr<ResponsesRequest>> read_responses_request(Bytes& body);

/// What an answer repeats of `object`, the text of a request or of an answer.
std::vector<EchoedMember> echo_of(std::string_view object);

/// The texts of a request as one of chat/completions, for a language model. `body`: one that
/// read_responses_request() has accepted.
std::string as_chat_request(std::string_view body, bool streams);

}  // namespace fluxgate
