#include "faces/openai_voice.h"

#include "openai/error_body.h"
#include "sse/encoder.h"

namespace fluxgate {
namespace {

void append_error_event(std::string& out, const Error& error) {
  sse::append_event(out, write_error_event(error));
}

}  // namespace

constinit const Voice kOpenAiVoice = {write_error_body, append_error_event};

}  // namespace fluxgate
