// std::coroutine_handle and its companions, also for a libc++ without <coroutine>, such as the
// libc++ 13 of Emscripten 3.1.6.
#pragma once

#if defined(__cpp_impl_coroutine) && __has_include(<coroutine>)
#include <coroutine>
#else

// The compiler looks these up by name; here are the parts that this project uses. Source:
// [support.coroutine] in the C++20 standard.
namespace std {

template <class Result, class...>
struct coroutine_traits {
  using promise_type = typename Result::promise_type;
};

template <class Promise = void>
struct coroutine_handle;

template <>
struct coroutine_handle<void> {
  constexpr coroutine_handle() noexcept = default;
  static coroutine_handle from_address(void* frame) noexcept {
    coroutine_handle handle;
    handle.frame_ = frame;
    return handle;
  }
  constexpr void* address() const noexcept { return frame_; }
  constexpr explicit operator bool() const noexcept { return frame_ != nullptr; }
  bool done() const noexcept { return __builtin_coro_done(frame_); }
  void resume() const { __builtin_coro_resume(frame_); }
  void destroy() const { __builtin_coro_destroy(frame_); }

 protected:
  void* frame_ = nullptr;
};

template <class Promise>
struct coroutine_handle : coroutine_handle<> {
  static coroutine_handle from_address(void* frame) noexcept {
    coroutine_handle handle;
    handle.frame_ = frame;
    return handle;
  }
  static coroutine_handle from_promise(Promise& promise) noexcept {
    return from_address(
        __builtin_coro_promise(static_cast<void*>(&promise), alignof(Promise), true));
  }
  Promise& promise() const noexcept {
    return *static_cast<Promise*>(__builtin_coro_promise(frame_, alignof(Promise), false));
  }
};

struct suspend_always {
  constexpr bool await_ready() const noexcept { return false; }
  constexpr void await_suspend(coroutine_handle<>) const noexcept {}
  constexpr void await_resume() const noexcept {}
};

}  // namespace std

#endif
