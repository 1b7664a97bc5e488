// Coroutines that await effects, without exceptions and without growing the stack.
//
// No coroutine resumes another: one that can run goes into the session's ready queue, and one loop
// in Session resumes it. (wasm compilers without tail calls refuse symmetric transfer, or it
// overflows the stack.)
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/result.h"
#include "effect/coroutine.h"
#include "effect/ready_queue.h"

namespace fluxgate {

class Session;
class WhenAny;
template <class T>
class Promise;
template <class T, bool kLook>
class TaskAwaiter;

/// The part of a coroutine's promise that does not depend on the type of its result.
class PromiseBase : public Waiter {
 public:
  std::suspend_always initial_suspend() noexcept { return {}; }
  auto final_suspend() noexcept { return Finish{}; }
  void unhandled_exception() noexcept {}  // Never called: built without exceptions.

  /// Makes the coroutine ready for its first step.
  void start(Session& session);
  /// Ends the coroutine where it stands, with an error. Its frame lives as long as its Task.
  void fail(BoxedError error) {
    store_error(std::move(error));
    finish();
  }
  /// Sets the waiter that becomes ready when this coroutine ends; null: none.
  void set_continuation(Waiter* waiter) { continuation_ = waiter; }

  bool started() const { return session_ != nullptr; }
  bool finished() const { return finished_; }
  Session& session() const { return *session_; }

 protected:
  virtual void store_error(BoxedError error) = 0;

 private:
  struct Finish {
    bool await_ready() noexcept { return false; }
    // Always inlined: where P is local to a file, clang 14 would make a tail call of this call, and
    // its wasm has none.
    template <class P>
    [[gnu::always_inline]] void await_suspend(std::coroutine_handle<P> ended) noexcept {
      ended.promise().finish();
    }
    void await_resume() noexcept {}
  };
  void finish();

  Session* session_ = nullptr;
  Waiter* continuation_ = nullptr;
  bool finished_ = false;
};

/// A Task of any result type, as when_any() takes it.
class TaskBase {
 public:
  bool done() const { return promise_->finished(); }
  /// Starts the Task now, so that it runs beside the coroutine that awaits it later. Awaiting a
  /// Task also starts it.
  void start(Session& session) {
    if (!promise_->started()) promise_->start(session);
  }
  /// Sets the waiter that becomes ready when the Task ends; null: none.
  void set_continuation(Waiter* waiter) { promise_->set_continuation(waiter); }

 protected:
  explicit TaskBase(PromiseBase& promise) : promise_(&promise) {}
  PromiseBase* promise_;
};

/// A coroutine that gives a T or an Error. It starts when it is first awaited. Destroying a Task
/// cancels it: its frame goes, and every effect that it waits for is cancelled. Move-only.
///
///   T value = co_await std::move(task);               // An error ends this coroutine, too.
///   Result<T> r = co_await attempt(std::move(task));  // For code that looks at the error.
template <class T = void>
class [[nodiscard]] Task : public TaskBase {
 public:
  using promise_type = Promise<T>;

  explicit Task(std::coroutine_handle<promise_type> handle)
      : TaskBase(handle.promise()), handle_(handle) {}
  Task(Task&& other) noexcept : TaskBase(other), handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(promise_, other.promise_);
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

 private:
  friend class TaskAwaiter<T, true>;
  friend class TaskAwaiter<T, false>;
  std::coroutine_handle<promise_type> handle_;
};

/// Marks a Task whose error the awaiting code wants to see.
template <class T>
struct Attempt {
  Task<T> task;
};

template <class T>
Attempt<T> attempt(Task<T> task) {
  return {std::move(task)};
}

/// Awaits a Task. With kLook it gives the Result, otherwise the value.
template <class T, bool kLook>
class TaskAwaiter final : public Waiter {
 public:
  explicit TaskAwaiter(Task<T> task) : task_(std::move(task)) {}

  bool await_ready() const { return task_.done() && (kLook || result().ok()); }

  template <class P>
  void await_suspend(std::coroutine_handle<P> parent) {
    parent_ = parent;
    parent_promise_ = &parent.promise();
    if (fail_if_refused()) return;  // An error is there already.
    task_.promise_->set_continuation(this);
    task_.start(parent_promise_->session());
  }

  auto await_resume() {
    if constexpr (kLook) {
      return std::move(result());
    } else if constexpr (!std::is_void_v<T>) {
      return *std::move(result());
    }
  }

  void wake() override {
    if (!fail_if_refused()) parent_.resume();
  }

 private:
  /// Without kLook, ends the awaiting coroutine when the awaited Task has ended with an error.
  bool fail_if_refused() {
    if constexpr (kLook) {
      return false;
    } else {
      if (!task_.done() || result().ok()) return false;
      parent_promise_->fail(std::move(result()).boxed_error());
      return true;
    }
  }
  Result<T>& result() const { return task_.handle_.promise().result(); }

  Task<T> task_;
  std::coroutine_handle<> parent_;
  PromiseBase* parent_promise_ = nullptr;
};

/// Awaits a Result: gives its value or ends the awaiting coroutine.
template <class T>
class ResultAwaiter {
 public:
  explicit ResultAwaiter(Result<T> result) : result_(std::move(result)) {}
  bool await_ready() const { return result_.ok(); }
  template <class P>
  void await_suspend(std::coroutine_handle<P> parent) {
    parent.promise().fail(std::move(result_).boxed_error());
  }
  auto await_resume() {
    if constexpr (!std::is_void_v<T>) return *std::move(result_);
  }

 private:
  Result<T> result_;
};

/// Waits until the first of several Tasks ends and gives its index. The other Tasks go on: await
/// them later, or destroy them. All Tasks must outlive the wait and keep their results; `co_await
/// std::move(task)` fetches one.
class WhenAny {
 public:
  explicit WhenAny(std::vector<TaskBase*> tasks) : tasks_(std::move(tasks)) {}
  WhenAny(const WhenAny&) = delete;
  WhenAny& operator=(const WhenAny&) = delete;
  ~WhenAny() { disarm(); }

  bool await_ready();
  template <class P>
  void await_suspend(std::coroutine_handle<P> parent) {
    parent_ = parent;
    arm(parent.promise().session());
  }
  std::size_t await_resume() const { return first_; }

 private:
  struct Arm final : Waiter {
    void wake() override { owner->fire(index); }
    WhenAny* owner = nullptr;
    std::size_t index = 0;
  };
  void arm(Session& session);
  void disarm();
  void fire(std::size_t index);

  std::vector<TaskBase*> tasks_;
  std::unique_ptr<Arm[]> arms_;
  std::coroutine_handle<> parent_;
  std::size_t first_ = 0;
};

template <class... Tasks>
WhenAny when_any(Tasks&... tasks) {
  return WhenAny({&tasks...});
}

/// `Session& session = co_await current_session();` never suspends.
struct CurrentSession {};
inline CurrentSession current_session() {
  return {};
}

/// Says what a coroutine may await, and keeps its result until it is fetched.
template <class T>
class PromiseOf : public PromiseBase {
 public:
  Task<T> get_return_object() { return Task<T>(handle()); }
  void wake() override { handle().resume(); }
  Result<T>& result() { return result_; }

  template <class U>
  TaskAwaiter<U, false> await_transform(Task<U> task) {
    return TaskAwaiter<U, false>(std::move(task));
  }
  template <class U>
  TaskAwaiter<U, true> await_transform(Attempt<U> attempt) {
    return TaskAwaiter<U, true>(std::move(attempt.task));
  }
  template <class U>
  ResultAwaiter<U> await_transform(Result<U> result) {
    return ResultAwaiter<U>(std::move(result));
  }
  /// A Task<void> fails by `co_await error`; other Tasks may also co_return the error.
  ResultAwaiter<void> await_transform(Error&& error) {
    return ResultAwaiter<void>(std::move(error));
  }
  ResultAwaiter<void> await_transform(const Error& error) { return ResultAwaiter<void>(error); }
  WhenAny& await_transform(WhenAny&& any) { return any; }
  template <class Primitive, class = typename Primitive::is_primitive>
  Primitive& await_transform(Primitive&& primitive) {
    return primitive;
  }
  auto await_transform(CurrentSession) { return Ready(session()); }

 protected:
  void store_error(BoxedError error) override { result_.settle(std::move(error)); }
  template <class Outcome>
  void settle(Outcome&& outcome) {
    result_.settle(std::forward<Outcome>(outcome));
  }

 private:
  Result<T> result_;

  struct Ready {
    explicit Ready(Session& current) : session(current) {}
    bool await_ready() const { return true; }
    void await_suspend(std::coroutine_handle<>) const {}
    Session& await_resume() const { return session; }
    Session& session;
  };
  std::coroutine_handle<Promise<T>> handle() {
    return std::coroutine_handle<Promise<T>>::from_promise(static_cast<Promise<T>&>(*this));
  }
};

template <class T>
class Promise final : public PromiseOf<T> {
 public:
  void return_value(T value) { this->settle(std::move(value)); }
  void return_value(Error&& error) { this->settle(BoxedError(std::move(error))); }
  void return_value(const Error& error) { this->settle(BoxedError(error)); }
  void return_value(Result<T>&& result) { this->settle(std::move(result)); }
};

template <>
class Promise<void> final : public PromiseOf<void> {
 public:
  void return_void() {}
};

/// Does nothing.
Task<> nothing();

}  // namespace fluxgate
