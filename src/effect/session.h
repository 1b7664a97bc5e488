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

class Pending;

/// Most calls of other servers for one request: a Worker of the free plan has 50
/// (developers.cloudflare.com/workers/platform/limits). Services of the host do not count.
constexpr std::uint32_t kMaxExternalCalls = 45;

/// Longer than any wait, and the most that timers of JavaScript take.
constexpr std::uint32_t kNoLimitMs = INT32_MAX;

/// Runs one Task<void> to its end. The host tells it what happens and performs each next batch of
/// effects; nothing else makes time pass, so a session is a pure function of what the host tells
/// it. A Session must not move: its coroutines point at it.
///
///   session.run(task);
///   for (;;) { perform(session.next_batch()); session.reply(...); /* or wake(), client_left() */ }
class Session {
 public:
  Session(UnixMs now_ms, const Randomness& randomness) : now_ms_(now_ms), randomness_(randomness) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  /// The host may close a session at any moment; every coroutine frame goes with it.
  ~Session();

  /// Call once, before all others.
  void run(Task<void> root);

  /// Lets every coroutine go on until it waits. Gives what they have asked since the last batch, in
  /// that order; the last effect is `done`. Effects of several batches may wait for replies
  /// together.
  std::vector<Effect> next_batch();

  /// In how many ms the session wants wake(); kNoLimitMs: it does not.
  std::uint32_t wake_in_ms() const;

  /// Takes the host's answer to the effect `id`. A reply that no coroutine waits for is ignored: it
  /// may have crossed its cancel.
  void reply(EffectId id, Reply reply, UnixMs now_ms);
  /// Tells the time.
  void wake(UnixMs now_ms);
  /// The client no longer listens. Effects and replies go on.
  void client_left(UnixMs now_ms);

  /// For coroutines: the clock when the host last told it.
  UnixMs now_ms() const { return now_ms_; }
  const Randomness& randomness() const { return randomness_; }
  /// Asks for an effect that takes no reply.
  void ask(Effect effect) { outbox_.push_back(std::move(effect)); }
  void log(std::string line);
  /// Asks for the end of our answer's body. BodyMode::complete or broken.
  void end_body(BodyMode how);
  /// Asks the host to drop an effect or a body.
  void cancel(EffectId target);
  void make_ready(Waiter& waiter) { ready_.push(waiter); }
  /// How many other servers were called for this request.
  std::uint32_t external_call_count() const { return external_call_count_; }
  /// Counts a call; false when it is one too many.
  bool count_external_call();

 private:
  friend class Pending;
  friend class UnlessClientLeaves;
  EffectId start(Effect effect);
  void abandon(EffectId id);
  void pass_time(UnixMs now_ms);

  UnixMs now_ms_;
  Randomness randomness_;
  ReadyQueue ready_;
  EffectId last_id_ = kFirstEffectId - 1;
  std::uint32_t external_call_count_ = 0;
  std::vector<Effect> outbox_;     ///< In the order asked; seldom more than three.
  std::vector<Pending*> pending_;  ///< In the order of their beginning; seldom more than five.
  Waiter* leave_waiter_ = nullptr;
  bool client_has_left_ = false;
  bool done_told_ = false;
  std::optional<Task<void>> root_;
};

/// Waits for the host, or for a time, or for both. Destroying it before cancels the effect.
class Pending : public Waiter {
 public:
  using is_primitive = void;

  bool await_ready() const { return false; }
  /// The id of the effect; 0 until the coroutine is suspended, and for what is no effect.
  EffectId id() const { return id_; }

 protected:
  ~Pending();
  /// Begins to wait: for the reply to `effect`, unless it is null, and for `limit_ms`, unless that
  /// is kNoLimitMs.
  void begin(Session& session, Effect* effect, std::uint32_t limit_ms);
  /// Waits no longer; the reply is taken.
  void end();

  Reply reply_;

 private:
  friend class Session;
  void leave_list();
  Session* session_ = nullptr;  ///< Set until the reply is taken.
  bool is_listed_ = false;      ///< In Session::pending_: neither reply nor time has come.
  EffectId id_ = 0;
  UnixMs due_ms_ = kNever;
  static constexpr UnixMs kNever = INT64_MAX;
};

/// `Reply reply = co_await Perform(effect);` waits for the host. With a limit, it waits no longer:
/// the effect is cancelled then, and the reply is `late`.
class Perform final : public Pending {
 public:
  explicit Perform(Effect effect, std::uint32_t limit_ms = kNoLimitMs)
      : effect_(std::move(effect)), limit_ms_(limit_ms) {}

  template <class P>
  void await_suspend(std::coroutine_handle<P> waiting) {
    waiting_ = waiting;
    begin(waiting.promise().session(), &effect_, limit_ms_);
  }
  Reply await_resume() {
    end();
    return std::move(reply_);
  }
  void wake() override { waiting_.resume(); }

 private:
  Effect effect_;
  std::uint32_t limit_ms_;
  std::coroutine_handle<> waiting_;
};

/// `co_await Sleep(time_ms);`
class Sleep final : public Pending {
 public:
  explicit Sleep(std::uint32_t time_ms) : time_ms_(time_ms) {}

  template <class P>
  void await_suspend(std::coroutine_handle<P> waiting) {
    waiting_ = waiting;
    begin(waiting.promise().session(), nullptr, time_ms_);
  }
  void await_resume() { end(); }
  void wake() override { waiting_.resume(); }

 private:
  std::uint32_t time_ms_;
  std::coroutine_handle<> waiting_;
};

/// `if (co_await EndsWithin(task, limit_ms))` waits for the task's end, or for the time, and says
/// which it was. The task goes on: await or destroy it. It must outlive the wait.
class EndsWithin final : public Pending {
 public:
  EndsWithin(TaskBase& task, std::uint32_t limit_ms) : task_(task), limit_ms_(limit_ms) {}
  ~EndsWithin() { task_.set_continuation(nullptr); }

  bool await_ready() const { return task_.done(); }

  template <class P>
  void await_suspend(std::coroutine_handle<P> waiting) {
    waiting_ = waiting;
    task_.set_continuation(this);
    task_.start(waiting.promise().session());
    begin(waiting.promise().session(), nullptr, limit_ms_);
  }
  bool await_resume() const { return task_.done(); }
  void wake() override {
    end();
    task_.set_continuation(nullptr);
    waiting_.resume();
  }

 private:
  TaskBase& task_;
  std::uint32_t limit_ms_;
  std::coroutine_handle<> waiting_;
};

/// `if (co_await UnlessClientLeaves(task))` waits for the task's end, or until the client has gone
/// away, and says whether it was the end. The task goes on: await or destroy it. It must outlive
/// the wait. One such wait is under way in a session at a time.
class UnlessClientLeaves final : public Waiter {
 public:
  using is_primitive = void;
  explicit UnlessClientLeaves(TaskBase& task) : task_(task) {}
  ~UnlessClientLeaves() { stop(); }

  bool await_ready() const { return task_.done(); }
  template <class P>
  void await_suspend(std::coroutine_handle<P> waiting) {
    waiting_ = waiting;
    session_ = &waiting.promise().session();
    task_.set_continuation(this);
    task_.start(*session_);
    session_->leave_waiter_ = this;
    if (session_->client_has_left_) session_->make_ready(*this);
  }
  bool await_resume() const { return task_.done(); }
  void wake() override {
    stop();
    waiting_.resume();
  }

 private:
  void stop() {
    task_.set_continuation(nullptr);
    if (session_ != nullptr) session_->leave_waiter_ = nullptr;
    session_ = nullptr;
  }

  TaskBase& task_;
  Session* session_ = nullptr;
  std::coroutine_handle<> waiting_;
};

}  // namespace fluxgate
