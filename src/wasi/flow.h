// A body on its way to where it goes: within its limits, and in its coding.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "wasi/source.h"

namespace fluxgate::wasi {

constexpr std::uint64_t kNoMostBytes = UINT64_MAX;

/// Reads a source as long as it has no more than so many bytes and is not silent for too long.
/// Move-only.
class Flow {
 public:
  /// `source`: null for a body that is gone; every read fails then. `idle_ms`: the longest silence.
  Flow(std::unique_ptr<Source> source, std::uint64_t most_bytes, std::uint32_t idle_ms,
       Coding coding = Coding::identity)
      : source_(std::move(source)), most_bytes_(most_bytes), idle_ms_(idle_ms), coding_(coding) {}

  /// Reads without waiting. `max_bytes` counts before the coding.
  Piece read(std::uint32_t max_bytes, Instant now);
  /// Adds to `polls` the wait for more bytes, and for the end of the source's patience.
  void wait_in(PollSet& polls, bool& ready);
  /// The other side takes its time: the silence counts anew from the next read.
  void pause() { silent_until_ = kNever; }

  /// How many bytes read() will still give; nothing when that is not known.
  std::optional<std::uint64_t> left_bytes() const;
  /// The source, for those who read on later.
  std::unique_ptr<Source> take_source() { return std::move(source_); }

 private:
  Piece encode(Piece piece);

  std::unique_ptr<Source> source_;
  std::uint64_t most_bytes_;  ///< Of those that are still to come.
  std::uint32_t idle_ms_;
  Coding coding_;
  Instant silent_until_ = kNever;  ///< Unset until the next read.
  std::string carried_;            ///< Bytes that make no whole group of base64 yet.
};

}  // namespace fluxgate::wasi
