#include "effect/task.h"

#include "effect/session.h"

namespace fluxgate {

void PromiseBase::start(Session& session) {
  session_ = &session;
  session.make_ready(*this);
}

void PromiseBase::finish() {
  finished_ = true;
  if (continuation_ != nullptr) session_->make_ready(*continuation_);
}

bool WhenAny::await_ready() {
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    if (!tasks_[i]->done()) continue;
    first_ = i;
    return true;
  }
  return false;
}

void WhenAny::arm(Session& session) {
  arms_ = std::make_unique<Arm[]>(tasks_.size());
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    arms_[i].owner = this;
    arms_[i].index = i;
    tasks_[i]->set_continuation(&arms_[i]);
    tasks_[i]->start(session);
  }
}

void WhenAny::disarm() {
  if (arms_ == nullptr) return;
  for (TaskBase* task : tasks_) task->set_continuation(nullptr);
  arms_.reset();
}

void WhenAny::fire(std::size_t index) {
  first_ = index;
  // The arms stay until the WhenAny goes: wake() of the arm that fired is still on the stack.
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    tasks_[i]->set_continuation(nullptr);
    arms_[i].withdraw();
  }
  parent_.resume();
}

Task<> nothing() {
  co_return;
}

}  // namespace fluxgate
