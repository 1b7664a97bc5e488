// A value or the reason why there is none.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "base/error.h"

namespace fluxgate {

/// An Error that is rarely there: a Result moves and ends often, and nearly always without one.
class BoxedError {
 public:
  BoxedError() = default;
  BoxedError(Error&& error);
  BoxedError(const Error& error);
  explicit operator bool() const { return error_ != nullptr; }
  Error& operator*() const;

 private:
  struct Delete {
    void operator()(Error* error) const;
  };
  std::unique_ptr<Error, Delete> error_;
};

/// Holds a T or an Error. Test it before you look: operator* on an error is our own bug and aborts.
/// In plain functions: `if (!r) return std::move(r).error();`. In coroutines: `co_await
/// std::move(r)`. Move-only.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error&& error) : error_(std::move(error)) {}
  Result(const Error& error) : error_(error) {}
  Result(BoxedError error) : error_(std::move(error)) {}

  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }

  T& operator*() & { return value_.value(); }
  const T& operator*() const& { return value_.value(); }
  T&& operator*() && { return std::move(value_).value(); }
  T* operator->() { return &value_.value(); }
  const T* operator->() const { return &value_.value(); }

  const Error& error() const& { return *error_; }
  Error&& error() && { return std::move(*error_); }
  /// The error on its way to another Result.
  BoxedError&& boxed_error() && { return std::move(error_); }

 private:
  template <class U>
  friend class PromiseOf;
  /// Neither, until settle().
  Result() = default;
  void settle(T value) { value_.emplace(std::move(value)); }
  void settle(BoxedError error) { error_ = std::move(error); }
  void settle(Result&& result) {
    if (result.value_) value_.emplace(*std::move(result.value_));
    error_ = std::move(result.error_);
  }

  std::optional<T> value_;
  BoxedError error_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error&& error) : error_(std::move(error)) {}
  Result(const Error& error) : error_(error) {}
  Result(BoxedError error) : error_(std::move(error)) {}

  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }

  const Error& error() const& { return *error_; }
  Error&& error() && { return std::move(*error_); }
  /// The error on its way to another Result.
  BoxedError&& boxed_error() && { return std::move(error_); }

 private:
  template <class U>
  friend class PromiseOf;
  void settle(BoxedError error) { error_ = std::move(error); }

  BoxedError error_;
};

}  // namespace fluxgate
