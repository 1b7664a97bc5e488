#include "wasi/session_driver.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "wasi/body_operations.h"
#include "wasi/body_reader.h"
#include "wasi/hold.h"
#include "wasi/incoming_head.h"
#include "wasi/upstream_call.h"

namespace fluxgate::wasi {
namespace {

Randomness draw_randomness() {
  const std::uint64_t words[] = {wasi_get_random_u64(), wasi_get_random_u64()};
  Randomness randomness;
  static_assert(sizeof words == sizeof randomness);
  std::memcpy(randomness.data(), words, sizeof words);
  return randomness;
}

/// Waits until the client has taken certain bytes of our answer. Cancelling it does not stop the
/// bytes: some may be out already.
class Sending final : public Operation {
 public:
  Sending(const ClientAnswer& answer, std::uint64_t place) : answer_(answer), place_(place) {}
  std::optional<Reply> advance(Instant) override {
    if (answer_.has_taken(place_)) return reply_of(ReplyCode::ok);
    if (answer_.client_gone()) return reply_of(ReplyCode::client_gone);
    return std::nullopt;
  }
  void wait_in(PollSet&, bool& ready) override {
    ready = answer_.has_taken(place_) || answer_.client_gone();
  }

 private:
  const ClientAnswer& answer_;
  std::uint64_t place_;  ///< The place behind the bytes.
};

}  // namespace

SessionDriver::SessionDriver(Gateway& gateway, const Log& log, IncomingRequest request,
                             ResponseOutparam outparam)
    : log_(log),
      request_(std::move(request)),
      answer_(std::move(outparam)),
      session_(unix_now_ms(), draw_randomness()),
      told_at_(now()) {
  RequestHead head = read_head(request_);
  request_length_bytes_ = declared_length_bytes(head.headers);
  session_.run(gateway.serve(std::move(head)));
}

void SessionDriver::run() {
  perform_effects();
  while (!(is_done_ && answer_.has_ended()) && wait()) {
    advance();
    perform_effects();
  }
}

void SessionDriver::perform_effects() {
  for (bool goes_on = true; goes_on;) {
    std::vector<Effect> batch = session_.next_batch();
    now_ = now();
    for (Effect& effect : batch) perform(effect);
    goes_on = tell_that_client_left() || !batch.empty();
  }
  const std::uint32_t wake_in_ms = session_.wake_in_ms();
  wake_at_ = is_done_ || wake_in_ms == kNoLimitMs ? kNever : after_ms(told_at_, wake_in_ms);
}

bool SessionDriver::tell_that_client_left() {
  if (is_done_ || client_has_left_ || !answer_.client_gone()) return false;
  client_has_left_ = true;
  session_.client_left(tell_time());
  return true;
}

UnixMs SessionDriver::tell_time() {
  told_at_ = now_;
  return unix_now_ms();
}

void SessionDriver::perform(Effect& effect) {
  name_client_body(effect);
  switch (effect.kind) {
    case EffectKind::fetch: return start(effect, start_fetch(effect, bodies_));
    case EffectKind::read: return start(effect, start_read(effect, bodies_));
    case EffectKind::collect: return start(effect, start_collect(effect, bodies_));
    case EffectKind::pipe: return start(effect, start_pipe(effect, bodies_, answer_));
    case EffectKind::hold: return start(effect, start_hold(effect, bodies_));
    case EffectKind::respond: return respond(effect);
    case EffectKind::write: return start(effect, start_sending(effect));
    case EffectKind::end: return answer_.end(effect.mode);
    case EffectKind::cancel: return cancel(effect.target);
    case EffectKind::log: return log_.write(std::move(effect.body));
    case EffectKind::done: return finish();
  }
}

void SessionDriver::name_client_body(const Effect& effect) {
  const bool is_used = effect.target == kClientBody ||
                       std::any_of(effect.inserts.begin(), effect.inserts.end(),
                                   [](const Insert& each) { return each.body == kClientBody; });
  if (!is_used || std::exchange(client_body_was_named_, true)) return;
  bodies_.put(kClientBody, std::make_unique<BodyReader>(request_, request_length_bytes_));
}

void SessionDriver::respond(const Effect& effect) {
  answer_.begin(effect.status, effect.head);
  if (effect.mode == BodyMode::more) return start(effect, start_sending(effect));
  answer_.write(effect.body, now_);
  if (effect.mode == BodyMode::complete) return answer_.end(BodyMode::complete);
  start(Effect(effect.kind), start_passing(effect, bodies_, answer_));
}

void SessionDriver::start(const Effect& effect, std::unique_ptr<Operation> operation) {
  if (std::optional<Reply> ended = operation->advance(now_)) {
    conclude(effect.id, *std::move(ended));
  } else {
    const bool is_alone = bodies_.find_held(effect.target) == nullptr;
    running_.push_back(
        {effect.id, is_alone ? effect.target : kNoBody, std::move(operation), false});
  }
}

std::unique_ptr<Operation> SessionDriver::start_sending(const Effect& effect) {
  return std::make_unique<Sending>(answer_, answer_.write(effect.body, now_));
}

void SessionDriver::cancel(EffectId target) {
  std::erase_if(running_, [target](const Running& running) {
    return running.effect == target || running.body == target;
  });
  bodies_.let_go(target);
}

void SessionDriver::finish() {
  is_done_ = true;
  std::erase_if(running_, [](const Running& running) { return running.effect != kPassing; });
  bodies_.let_go_of_all();
}

void SessionDriver::advance() {
  if (wake_at_ <= now_) session_.wake(tell_time());
  for (Running& running : running_) {
    if (!running.is_ready) continue;
    std::optional<Reply> ended = running.operation->advance(now_);
    if (!ended) continue;
    conclude(running.effect, *std::move(ended));
    running.operation = nullptr;
  }
  std::erase_if(running_, [](const Running& running) { return running.operation == nullptr; });
}

void SessionDriver::conclude(EffectId effect, Reply reply) {
  if (effect != kPassing) return session_.reply(effect, std::move(reply), tell_time());
  answer_.end(reply.is(ReplyCode::ok) ? BodyMode::complete : BodyMode::broken);
}

bool SessionDriver::wait() {
  polls_.clear();
  bool answer_is_ready = false;
  bool somebody_is_ready = false;
  bool is_due = false;
  bool calls_are_ready = false;
  bodies_.wait_for_calls_in(polls_, calls_are_ready);
  somebody_is_ready = calls_are_ready;
  if (wake_at_ != kNever) polls_.add_deadline(wake_at_, is_due);
  answer_.wait_in(polls_, answer_is_ready);
  for (Running& running : running_) {
    running.is_ready = false;
    running.operation->wait_in(polls_, running.is_ready);
    somebody_is_ready = somebody_is_ready || running.is_ready;
  }
  if (!somebody_is_ready) {
    if (polls_.empty()) return false;
    now_ = polls_.block();
  }
  if (calls_are_ready) bodies_.advance_calls(now_);
  if (answer_is_ready) answer_.advance(now_);
  return true;
}

}  // namespace fluxgate::wasi
