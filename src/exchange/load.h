// How much one instance has in hand, and when it takes no more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/result.h"
#include "picture/limits.h"

namespace fluxgate {

/// Most requests in flight, one for n pictures counting as n: a Worker has six connections at a
/// time, so even quick backends could not serve more of them within the time that clients wait.
constexpr std::uint64_t kMaxRequestsInFlight = 256;

/// The same for what links show: whoever has one may ask for it without a key, and must not take
/// the places of those who have one.
constexpr std::uint64_t kMaxLinksInFlight = 128;

/// Most bytes of texts: bodies of requests that are being received or wait to be passed on, and
/// what is long of ideas and of the language model's answers. The module has 96 MiB, and reading a
/// body takes up to five times its size for a moment.
constexpr std::uint64_t kMaxTextBytes = 24 * 1024 * 1024;

/// What can be left out takes no more of them than there is up to here.
constexpr std::uint64_t kMaxTextBytesForExtras = kMaxTextBytes / 2;

/// So much of something, of which requests take shares. Must outlive them.
class Budget {
 public:
  /// Given back when it goes. Move-only.
  class Share {
   public:
    Share(Share&& other) noexcept
        : budget_(other.budget_), amount_(std::exchange(other.amount_, 0)) {}
    Share& operator=(Share&&) = delete;
    ~Share() { budget_->taken_ -= amount_; }

    /// Gives back all beyond so much.
    void shrink_to(std::uint64_t amount);
    /// So much from now on, if all shares together have no more than `most_taken` then. Error:
    /// overloaded; the share is what it was.
    Result<void> resize(std::uint64_t amount, std::uint64_t most_taken);
    Result<void> resize(std::uint64_t amount) { return resize(amount, budget_->total_); }

   private:
    friend class Budget;
    explicit Share(Budget& budget) : budget_(&budget) {}
    Budget* budget_;
    std::uint64_t amount_ = 0;
  };

  /// A place in the line of those that wait for a share; first come, first served. Whoever is at
  /// its front may take one. Leaves the line when it goes.
  class Turn {
   public:
    explicit Turn(Budget& budget) : budget_(budget) { budget_.line_.push_back(this); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { std::erase(budget_.line_, this); }
    bool has_come() const { return budget_.line_.front() == this; }

   private:
    Budget& budget_;
  };

  explicit Budget(std::uint64_t total) : total_(total) {}
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  /// Error: overloaded.
  Result<Share> take(std::uint64_t amount);
  /// A share of nothing, to be resized.
  Share take_nothing() { return Share(*this); }

 private:
  const std::uint64_t total_;
  std::uint64_t taken_ = 0;
  std::vector<const Turn*> line_;
};

/// What one instance has to give.
struct Load {
  Budget requests{kMaxRequestsInFlight};
  Budget links{kMaxLinksInFlight};
  Budget text_bytes{kMaxTextBytes};
  Budget picture_bytes{kMaxPicturesInJsonBytes};
};

}  // namespace fluxgate
