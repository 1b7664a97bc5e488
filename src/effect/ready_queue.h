// The queue of those that are ready to run; the session's one loop empties it.
#pragma once

namespace fluxgate {

/// Something that can be made ready. Its destructor takes it out of the queue.
class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  /// The loop calls this once for each time that the waiter was made ready. May destroy the waiter.
  virtual void wake() = 0;

  /// Takes this out of the queue, if it stands in one.
  void withdraw();

 protected:
  ~Waiter() { withdraw(); }

 private:
  friend class ReadyQueue;
  Waiter* previous_ = nullptr;
  Waiter* next_ = nullptr;
};

/// First in, first out. A waiter stands in the queue at most once: push() moves it to the end.
class ReadyQueue {
 public:
  ReadyQueue();
  ReadyQueue(const ReadyQueue&) = delete;
  ReadyQueue& operator=(const ReadyQueue&) = delete;

  void push(Waiter& waiter);
  /// Takes the first waiter out; null when none is ready.
  Waiter* pop();

 private:
  /// Both ends of the ring.
  struct Sentinel final : Waiter {
    void wake() override {}
  };
  Sentinel ring_;
};

}  // namespace fluxgate
