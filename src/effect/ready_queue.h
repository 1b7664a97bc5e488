// Who runs next: the queue that the session's one loop empties.
#pragma once

namespace fluxgate {

/// Something that can be made ready. Leaves the queue by itself when it is destroyed.
class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  /// Runs once for each time that this was made ready. May destroy this.
  virtual void wake() = 0;

  /// Out of the queue, if it stands in one.
  void withdraw();

 protected:
  ~Waiter() { withdraw(); }

 private:
  friend class ReadyQueue;
  Waiter* previous_ = nullptr;
  Waiter* next_ = nullptr;
};

/// First in, first out. A waiter stands in it at most once.
class ReadyQueue {
 public:
  ReadyQueue();
  ReadyQueue(const ReadyQueue&) = delete;
  ReadyQueue& operator=(const ReadyQueue&) = delete;

  void push(Waiter& waiter);
  /// Null when nobody is ready.
  Waiter* pop();

 private:
  /// Both ends of the ring.
  struct Sentinel final : Waiter {
    void wake() override {}
  };
  Sentinel ring_;
};

}  // namespace fluxgate
