// What the work on a request tells those who wait for it.
#pragma once

#include <string_view>

#include "effect/task.h"

namespace fluxgate {

/// Hears how the work goes on. Each face's answer is an Audience; those who do the work know
/// nothing else of the face.
class Audience {
 public:
  /// Does the client get what is heard while the work goes on? Only then is a model's thinking
  /// streamed.
  virtual bool hears_live() const = 0;
  /// Hears the next piece of the language model's thinking.
  virtual void hear_thinking(std::string_view text) = 0;
  /// Hears the next piece of a text that is the whole answer.
  virtual void hear_text(std::string_view text) = 0;
  /// Hears a line about how the work goes on.
  virtual void hear_progress(std::string_view line) = 0;
  /// Sees a draft of a picture that is being drawn: a file. Error: client_closed.
  virtual Task<> see_draft(std::string_view) { co_return; }
  /// Sends what was heard to the client, and returns when the client has room for more. Several
  /// flushes may be under way at once. Error: client_closed.
  virtual Task<> flush() = 0;

 protected:
  ~Audience() = default;
};

/// Waits for the end, and hears nothing before.
class SilentAudience final : public Audience {
 public:
  bool hears_live() const override { return false; }
  void hear_thinking(std::string_view) override {}
  void hear_text(std::string_view) override {}
  void hear_progress(std::string_view) override {}
  Task<> flush() override { co_return; }
};

}  // namespace fluxgate
