#include "wasi/client_answer.h"

#include <utility>

#include "wasi/header_fields.h"

namespace fluxgate::wasi {
namespace {

/// Does the host give a response a second body? WASI forbids it, but jco 1.35 does it.
bool gives_second_body() {
  const OutgoingResponse response(wasi_outgoing_response_new(wasi_fields_new()));
  RawHandleResult body;
  wasi_outgoing_response_body(response.get(), &body);
  const auto first = take<OutgoingBody>(body);
  wasi_outgoing_response_body(response.get(), &body);
  const auto second = take<OutgoingBody>(body);
  return bool(second);
}

/// Ends our answer so that the client sees that it is not whole. In WASI only a body that is
/// dropped unfinished does that: wasmtime takes a body that still exists when the instance goes for
/// a whole one. In jco 1.35 (preview2-shim 0.26.1) a dropped body ends the process, and no call
/// breaks a transfer; so jco, which gives_second_body() recognises, gets a good end.
void break_transfer(OutgoingBody body) {
  if (!body) return;
  if (gives_second_body()) finish(std::move(body));
}

}  // namespace

ClientAnswer::~ClientAnswer() {
  if (body_) break_transfer(body_->give_up());
}

void ClientAnswer::begin(std::uint32_t status, std::string_view lines) {
  OutgoingResponse response(wasi_outgoing_response_new(write_fields(lines).give()));
  wasi_outgoing_response_set_status_code(response.get(), static_cast<std::int32_t>(status));
  RawHandleResult body;
  wasi_outgoing_response_body(response.get(), &body);
  wasi_response_outparam_set(outparam_.give(), 0, response.give(), 0, 0, 0, 0, 0, 0);
  body_.emplace(take<OutgoingBody>(body));
  client_gone_ = body_->failed();
}

std::uint64_t ClientAnswer::write(std::string_view bytes, Instant now) {
  if (!body_->keeps_bytes()) patient_until_ = after_ms(now, kClientStallMs);
  body_->write(bytes);
  client_gone_ = body_->failed();
  return body_->given_bytes();
}

void ClientAnswer::end(BodyMode how) {
  if (how == BodyMode::complete) {
    body_->end();
  } else {
    break_transfer(body_->give_up());
  }
}

void ClientAnswer::advance(Instant now) {
  if (!body_ || has_ended()) return;
  const std::uint64_t taken_bytes = body_->taken_bytes();
  body_->advance();
  if (body_->taken_bytes() > taken_bytes) patient_until_ = after_ms(now, kClientStallMs);
  if (body_->keeps_bytes() && patient_until_ <= now) break_transfer(body_->give_up());
  client_gone_ = body_->failed();
}

void ClientAnswer::wait_in(PollSet& polls, bool& ready) {
  if (!body_ || has_ended() || !body_->keeps_bytes()) return;
  body_->wait_in(polls, ready);
  polls.add_deadline(patient_until_, ready);
}

}  // namespace fluxgate::wasi
