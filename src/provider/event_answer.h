// Answers of image backends that come as events: drafts of the picture, and the picture.
#pragma once

#include <string>
#include <string_view>

namespace fluxgate {

/// Does the last event of `text`, which may not have ended, hold a draft?
bool is_in_draft(std::string_view text);

/// The last event as a whole answer would tell it: `{"data":[{"b64_json":...}]}`, or the error
/// that it is. Empty when there is none. Source:
/// platform.openai.com/docs/api-reference/images-streaming
std::string whole_answer(std::string_view text);

}  // namespace fluxgate
