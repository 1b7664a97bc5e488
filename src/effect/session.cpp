#include "effect/session.h"

#include <algorithm>
#include <utility>

namespace fluxgate {
namespace {

/// Is it a number that a host may reply with: a ReplyCode but for `late`, or an HTTP status?
bool is_of_host(std::uint32_t code) {
  return code <= static_cast<std::uint32_t>(ReplyCode::client_gone) || (code >= 200 && code <= 599);
}

}  // namespace

Session::~Session() {
  root_.reset();  // Before the other members: the Task's frames point at them.
}

void Session::run(Task<void> root) {
  root_.emplace(std::move(root));
  root_->start(*this);
}

std::vector<Effect> Session::next_batch() {
  while (Waiter* waiter = ready_.pop()) waiter->wake();
  if (root_ && root_->done() && !std::exchange(done_told_, true)) ask(Effect(EffectKind::done));
  return std::exchange(outbox_, {});
}

bool Session::count_external_call() {
  return external_call_count_ < kMaxExternalCalls && ++external_call_count_ > 0;
}

std::uint32_t Session::wake_in_ms() const {
  UnixMs due_ms = Pending::kNever;
  for (const Pending* pending : pending_) due_ms = std::min(due_ms, pending->due_ms_);
  if (due_ms == Pending::kNever) return kNoLimitMs;
  return static_cast<std::uint32_t>(std::clamp<UnixMs>(due_ms - now_ms_, 0, kNoLimitMs - 1));
}

void Session::reply(EffectId id, Reply reply, UnixMs now_ms) {
  const auto found = std::find_if(pending_.begin(), pending_.end(), [id](const Pending* pending) {
    return id != 0 && pending->id_ == id;
  });
  if (found != pending_.end()) {
    Pending& pending = **found;
    pending.leave_list();
    pending.reply_ = std::move(reply);
    if (!is_of_host(pending.reply_.code)) {
      pending.reply_.code = static_cast<std::uint32_t>(ReplyCode::failed);
    }
    make_ready(pending);
  }
  pass_time(now_ms);
}

void Session::wake(UnixMs now_ms) {
  pass_time(now_ms);
}

void Session::client_left(UnixMs now_ms) {
  client_has_left_ = true;
  if (leave_waiter_ != nullptr) make_ready(*leave_waiter_);
  pass_time(now_ms);
}

/// Wakes those whose time has come, in the order of their times.
void Session::pass_time(UnixMs now_ms) {
  now_ms_ = std::max(now_ms_, now_ms);  // A clock that steps back must not confuse a deadline.
  for (;;) {
    const auto first = std::min_element(
        pending_.begin(), pending_.end(),
        [](const Pending* one, const Pending* other) { return one->due_ms_ < other->due_ms_; });
    if (first == pending_.end() || (*first)->due_ms_ > now_ms_) return;
    Pending& pending = **first;
    if (pending.id_ != 0) abandon(pending.id_);
    pending.leave_list();
    pending.id_ = 0;  // Nothing of it is left to let go of.
    pending.reply_.code = static_cast<std::uint32_t>(ReplyCode::late);
    make_ready(pending);
  }
}

void Session::log(std::string line) {
  Effect effect(EffectKind::log);
  effect.body = std::move(line);
  outbox_.push_back(std::move(effect));
}

void Session::end_body(BodyMode how) {
  Effect effect(EffectKind::end);
  effect.mode = how;
  outbox_.push_back(std::move(effect));
}

void Session::cancel(EffectId target) {
  Effect effect(EffectKind::cancel);
  effect.target = target;
  outbox_.push_back(std::move(effect));
}

EffectId Session::start(Effect effect) {
  effect.id = ++last_id_;
  ask(std::move(effect));
  return last_id_;
}

/// What the host has not heard of yet, it need not begin; but bytes for the client are on their
/// way.
void Session::abandon(EffectId id) {
  const auto asked = std::find_if(outbox_.begin(), outbox_.end(),
                                  [id](const Effect& effect) { return effect.id == id; });
  if (asked == outbox_.end() || asked->kind == EffectKind::respond ||
      asked->kind == EffectKind::write) {
    cancel(id);
  } else {
    outbox_.erase(asked);
  }
}

Pending::~Pending() {
  if (session_ == nullptr) return;
  if (is_listed_) {
    leave_list();
    if (id_ != 0) session_->abandon(id_);
  } else if (id_ != 0) {
    session_->cancel(id_);  // The reply has come and nobody took it: it may have left a body.
  }
}

void Pending::begin(Session& session, Effect* effect, std::uint32_t limit_ms) {
  session_ = &session;
  if (effect != nullptr) id_ = session.start(std::move(*effect));
  if (limit_ms != kNoLimitMs) due_ms_ = session.now_ms() + limit_ms;
  session.pending_.push_back(this);
  is_listed_ = true;
}

void Pending::leave_list() {
  if (!std::exchange(is_listed_, false)) return;
  auto& pending = session_->pending_;
  pending.erase(std::find(pending.begin(), pending.end(), this));
}

void Pending::end() {
  leave_list();
  session_ = nullptr;
}

}  // namespace fluxgate
