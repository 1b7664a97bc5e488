#include "effect/session.h"

#include <algorithm>
#include <utility>

namespace fluxgate {

Session::~Session() {
  root_.reset();  // Before the other members: the Task's frames point at them.
}

void Session::run(Task<void> root) {
  root_.emplace(std::move(root));
  root_->start(*this);
}

const Effect* Session::next() {
  current_ = Effect(EffectKind::done);  // Frees the last effect's bytes now.
  while (outbox_.empty()) {
    if (Waiter* waiter = ready_.pop()) {
      waiter->wake();
    } else if (root_ && root_->done() && !done_told_) {
      done_told_ = true;
      outbox_.emplace_back(EffectKind::done);
    } else {
      return nullptr;
    }
  }
  current_ = std::move(outbox_.front());
  outbox_.erase(outbox_.begin());
  return &current_;
}

void Session::reply(EffectId id, Reply reply, UnixMs now_ms) {
  now_ms_ = std::max(now_ms_, now_ms);  // A clock that steps back must not confuse a deadline.
  const auto found = std::find_if(outstanding_.begin(), outstanding_.end(),
                                  [id](const Perform* perform) { return perform->id() == id; });
  if (found == outstanding_.end()) return;
  Perform& perform = **found;
  outstanding_.erase(found);
  perform.reply_ = std::move(reply);
  make_ready(perform);
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

EffectId Session::start(Perform& perform, Effect effect) {
  effect.id = ++last_id_;
  outstanding_.push_back(&perform);
  outbox_.push_back(std::move(effect));
  return last_id_;
}

void Session::abandon(EffectId id) {
  outstanding_.erase(std::remove_if(outstanding_.begin(), outstanding_.end(),
                                    [id](const Perform* perform) { return perform->id() == id; }),
                     outstanding_.end());
  cancel(id);  // The host has the effect: next() hands it out before it wakes a waiter.
}

}  // namespace fluxgate
