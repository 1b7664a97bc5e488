#include "wasi/session_driver.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "wasi/body_operations.h"
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

class Sleep final : public Operation {
 public:
  explicit Sleep(Instant until) : until_(until) {}
  std::optional<Reply> advance(Instant now) override {
    if (now < until_) return std::nullopt;
    return reply_of(ReplyCode::ok);
  }
  void wait_in(PollSet& polls, bool& ready) override { polls.add_deadline(until_, ready); }

 private:
  Instant until_;
};

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
      session_(unix_now_ms(), draw_randomness()) {
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
  do {
    while (const Effect* effect = session_.next()) {
      now_ = now();
      perform(*effect);
    }
  } while (tell_that_client_left());
}

bool SessionDriver::tell_that_client_left() {
  if (watch_ == 0 || !answer_.client_gone()) return false;
  reply(std::exchange(watch_, 0), reply_of(ReplyCode::client_gone));
  return true;
}

void SessionDriver::perform(const Effect& effect) {
  if (effect.target == kClientBody && !std::exchange(client_body_was_named_, true)) {
    bodies_.put(kClientBody, std::make_unique<BodyReader>(request_, request_length_bytes_));
  }
  switch (effect.kind) {
    case EffectKind::fetch: return start(effect, start_fetch(effect, bodies_));
    case EffectKind::read: return start(effect, start_read(effect, bodies_, now_));
    case EffectKind::collect: return start(effect, start_collect(effect, bodies_, now_));
    case EffectKind::pipe: return start(effect, start_pipe(effect, bodies_, answer_, now_));
    case EffectKind::respond:
      answer_.begin(effect.status, effect.head);
      return start(effect, start_sending(effect));
    case EffectKind::write: return start(effect, start_sending(effect));
    case EffectKind::end: return answer_.end(effect.mode);
    case EffectKind::sleep:
      return start(effect, std::make_unique<Sleep>(after_ms(now_, effect.time_ms)));
    case EffectKind::cancel: return cancel(effect.target);
    case EffectKind::log: return log_.write(effect.body);
    case EffectKind::done: return finish();
    case EffectKind::watch: watch_ = effect.id; return;
  }
}

void SessionDriver::start(const Effect& effect, std::unique_ptr<Operation> operation) {
  if (std::optional<Reply> ended = operation->advance(now_)) {
    reply(effect.id, *std::move(ended));
  } else {
    running_.push_back({effect.id, effect.target, std::move(operation), false});
  }
}

std::unique_ptr<Operation> SessionDriver::start_sending(const Effect& effect) {
  const std::uint64_t place = answer_.write(effect.body, now_);
  if (effect.kind == EffectKind::respond && effect.mode == BodyMode::complete) {
    answer_.end(BodyMode::complete);
  }
  return std::make_unique<Sending>(answer_, place);
}

void SessionDriver::cancel(EffectId target) {
  std::erase_if(running_, [target](const Running& running) {
    return running.effect == target || running.body == target;
  });
  bodies_.let_go(target);
}

void SessionDriver::finish() {
  is_done_ = true;
  running_.clear();
  bodies_.let_go_of_all();
}

void SessionDriver::advance() {
  for (Running& running : running_) {
    if (!running.is_ready) continue;
    std::optional<Reply> ended = running.operation->advance(now_);
    if (!ended) continue;
    reply(running.effect, *std::move(ended));
    running.operation = nullptr;
  }
  std::erase_if(running_, [](const Running& running) { return running.operation == nullptr; });
}

void SessionDriver::reply(EffectId effect, Reply reply) {
  session_.reply(effect, std::move(reply), unix_now_ms());
}

bool SessionDriver::wait() {
  polls_.clear();
  bool answer_is_ready = false;
  bool somebody_is_ready = false;
  answer_.wait_in(polls_, answer_is_ready);
  for (Running& running : running_) {
    running.is_ready = false;
    running.operation->wait_in(polls_, running.is_ready);
    somebody_is_ready = somebody_is_ready || running.is_ready;
  }
  if (somebody_is_ready) return true;
  if (polls_.empty()) return false;
  now_ = polls_.block();
  if (answer_is_ready) answer_.advance(now_);
  return true;
}

}  // namespace fluxgate::wasi
