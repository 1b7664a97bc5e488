#include "faces/openai_voice.h"

#include "openai/error_body.h"
#include "sse/encoder.h"

namespace fluxgate {
namespace {

/// Says when to ask again behind the error: the head, which says it in whole answers, is out.
void append_error_event(std::string& out, const Error& error) {
  std::string event = write_error_body(error);
  if (error.retry_after_s > 0) {
    event.pop_back();
    event += R"(,"fluxgate":{"retry_after":)" + std::to_string(error.retry_after_s) + "}}";
  }
  sse::append_event(out, event);
}

}  // namespace

constinit const Voice kOpenAiVoice = {write_error_body, append_error_event};

}  // namespace fluxgate
