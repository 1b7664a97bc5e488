// How much one instance has in hand, and when it takes no more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/result.h"

namespace fluxgate {

/// Most requests in flight, one for n pictures counting as n: a Worker has six connections at a
/// time, so even quick backends could not serve more of them within the time that clients wait.
constexpr std::size_t kMaxRequestsInFlight = 256;

/// Most bytes of request bodies that are being received or wait to be passed on, of long texts that
/// are made of them, and of pictures inside JSON: they lie beside each other in a module that has
/// 96 MiB, and reading a body takes up to seven times its size for a moment.
constexpr std::uint64_t kMaxHeldBytes = 32 * 1024 * 1024;

/// What can be left out takes no more than there is up to here.
constexpr std::uint64_t kMaxHeldForExtras = kMaxHeldBytes / 2;

/// Who takes more has to stand back while somebody waits in line: pictures that were paid for.
constexpr std::uint64_t kMaxBytesPastLine = 64 * 1024;

/// Counts what is taken. Must outlive its shares.
class Load {
 public:
  /// A part of the load; given back when it goes. Move-only.
  class Share {
   public:
    Share(Share&& other) noexcept
        : load_(std::exchange(other.load_, nullptr)),
          requests_(other.requests_),
          bytes_(other.bytes_) {}
    Share& operator=(Share&&) = delete;
    ~Share() {
      if (load_ != nullptr) load_->give_back(requests_, bytes_);
    }

    /// Gives back all bytes beyond so many.
    void shrink_to(std::uint64_t bytes);
    /// So many bytes from now on, if all shares together have no more than `most_held_bytes` then.
    /// Error: overloaded; the share is what it was.
    Result<void> resize(std::uint64_t bytes, std::uint64_t most_held_bytes = kMaxHeldBytes);

   private:
    friend class Load;
    Share(Load& load, std::size_t requests, std::uint64_t bytes)
        : load_(&load), requests_(requests), bytes_(bytes) {}
    Load* load_;
    std::size_t requests_;
    std::uint64_t bytes_;
  };

  /// A place in the line of those that wait for bytes; first come, first served. Whoever is at its
  /// front may take_bytes(). Leaves the line when it goes.
  class Turn {
   public:
    explicit Turn(Load& load) : load_(load) { load_.line_.push_back(this); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { std::erase(load_.line_, this); }
    bool has_come() const { return load_.line_.front() == this; }
    /// Room for so many bytes. Error: overloaded.
    Result<Share> take_bytes(std::uint64_t bytes) { return load_.take(0, bytes); }

   private:
    Load& load_;
  };

  Load() = default;
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  /// Room for so many more requests. Error: overloaded.
  Result<Share> take_requests(std::size_t count) { return take(count, 0); }
  /// Room for so many bytes; for more than kMaxBytesPastLine only when nobody waits for room.
  /// Error: overloaded.
  Result<Share> take_bytes(std::uint64_t bytes);
  /// A share of nothing, to be resized.
  Share take_nothing() { return Share(*this, 0, 0); }

 private:
  Result<Share> take(std::size_t requests, std::uint64_t bytes);
  void give_back(std::size_t requests, std::uint64_t bytes);

  std::size_t requests_in_flight_ = 0;
  std::uint64_t held_bytes_ = 0;
  std::vector<const Turn*> line_;
};

}  // namespace fluxgate
