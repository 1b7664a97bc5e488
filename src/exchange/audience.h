// Who waits for the work of a request.
#pragma once

#include <string_view>

#include "effect/task.h"

namespace fluxgate {

/// Hears how the work goes on. The answer of each face is one; who does the work knows no more of
/// the face than this.
class Audience {
 public:
  /// Does it hear while the work goes on? A model's thinking is streamed only for those who do.
  virtual bool hears_live() const = 0;
  /// Thinking of the language model, in order.
  virtual void hear_thinking(std::string_view text) = 0;
  /// A line about how the work goes on.
  virtual void hear_progress(std::string_view line) = 0;
  /// Sends what was heard to the client, and returns when it has room for more. Several may be
  /// under way at once. Error: client_closed.
  virtual Task<> flush() = 0;

 protected:
  ~Audience() = default;
};

/// Waits for the end, and hears nothing before.
class SilentAudience final : public Audience {
 public:
  bool hears_live() const override { return false; }
  void hear_thinking(std::string_view) override {}
  void hear_progress(std::string_view) override {}
  Task<> flush() override { co_return; }
};

}  // namespace fluxgate
