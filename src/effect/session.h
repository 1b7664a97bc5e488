// One inbound request, as a conversation with the host.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unix_ms.h"
#include "effect/effect.h"
#include "effect/ready_queue.h"
#include "effect/task.h"

namespace fluxgate {

/// The random bytes that the host gives a session; they are its only ones.
using Randomness = std::array<std::uint8_t, 16>;

class Perform;

/// Runs one Task<void> to its end. The host alternates next() and reply(); nothing else makes time
/// pass, so a session is a pure function of what the host tells it. A Session must not move: its
/// coroutines point at it.
class Session {
 public:
  Session(UnixMs now_ms, const Randomness& randomness) : now_ms_(now_ms), randomness_(randomness) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  /// The host may close a session at any moment; every coroutine frame goes with it.
  ~Session();

  /// Call once, before next().
  void run(Task<void> root);

  /// The next effect for the host to perform; null while every coroutine waits for a reply. Effects
  /// come in the order in which they were asked, and several may wait for replies together. The
  /// pointer is valid until the next call of next(). The last effect is `done`.
  const Effect* next();

  /// Takes the host's answer to the effect `id`. A reply that no coroutine waits for is ignored: it
  /// may have crossed its cancel.
  void reply(EffectId id, Reply reply, UnixMs now_ms);

  /// For coroutines: the clock at the last reply.
  UnixMs now_ms() const { return now_ms_; }
  const Randomness& randomness() const { return randomness_; }
  void log(std::string line);
  /// Asks for the end of our answer's body. BodyMode::complete or broken.
  void end_body(BodyMode how);
  /// Asks the host to drop an effect or a body.
  void cancel(EffectId target);
  void make_ready(Waiter& waiter) { ready_.push(waiter); }

 private:
  friend class Perform;
  EffectId start(Perform& perform, Effect effect);
  void abandon(EffectId id);

  UnixMs now_ms_;
  Randomness randomness_;
  ReadyQueue ready_;
  EffectId last_id_ = kFirstEffectId - 1;
  std::vector<Effect> outbox_;  ///< In the order asked; seldom more than three.
  Effect current_{EffectKind::done};
  std::vector<Perform*> outstanding_;
  bool done_told_ = false;
  std::optional<Task<void>> root_;
};

/// The one awaitable that waits for the host: `Reply reply = co_await Perform(effect);`. Destroying
/// a Perform before its reply cancels the effect.
class Perform final : public Waiter {
 public:
  using is_primitive = void;

  explicit Perform(Effect effect) : effect_(std::move(effect)) {}
  ~Perform() {
    if (session_ != nullptr) session_->abandon(id_);
  }

  bool await_ready() const { return false; }
  template <class P>
  void await_suspend(std::coroutine_handle<P> waiting) {
    waiting_ = waiting;
    session_ = &waiting.promise().session();
    id_ = session_->start(*this, std::move(effect_));
  }
  Reply await_resume() {
    session_ = nullptr;
    return std::move(reply_);
  }
  void wake() override { waiting_.resume(); }

  /// The id of the effect; 0 until the coroutine is suspended.
  EffectId id() const { return id_; }

 private:
  friend class Session;
  Effect effect_;
  Session* session_ = nullptr;  ///< Set from suspension until await_resume() takes the reply.
  EffectId id_ = 0;
  Reply reply_;
  std::coroutine_handle<> waiting_;
};

}  // namespace fluxgate
