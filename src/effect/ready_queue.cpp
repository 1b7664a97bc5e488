#include "effect/ready_queue.h"

namespace fluxgate {

void Waiter::withdraw() {
  if (next_ == nullptr) return;
  previous_->next_ = next_;
  next_->previous_ = previous_;
  previous_ = nullptr;
  next_ = nullptr;
}

ReadyQueue::ReadyQueue() {
  ring_.previous_ = &ring_;
  ring_.next_ = &ring_;
}

void ReadyQueue::push(Waiter& waiter) {
  waiter.withdraw();
  waiter.previous_ = ring_.previous_;
  waiter.next_ = &ring_;
  ring_.previous_->next_ = &waiter;
  ring_.previous_ = &waiter;
}

Waiter* ReadyQueue::pop() {
  Waiter* first = ring_.next_;
  if (first == &ring_) return nullptr;
  first->withdraw();
  return first;
}

}  // namespace fluxgate
