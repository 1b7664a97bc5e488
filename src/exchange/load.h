// How much work one instance takes on at a time, and when it refuses more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/result.h"
#include "picture/limits.h"

namespace fluxgate {

/// Most requests in flight; a request for n pictures counts as n. A Worker has six connections at a
/// time, so even quick backends cannot serve more requests within the time that clients wait.
constexpr std::uint64_t kMaxRequestsInFlight = 256;

/// Most requests for linked pictures in flight. They need no key, so they have places of their own
/// and take none from clients with keys.
constexpr std::uint64_t kMaxLinksInFlight = 128;

/// Most bytes of texts that are held: bodies of requests, long ideas, and long answers of the
/// language model. The module has 96 MiB of memory, and reading a body takes up to five times its
/// size for a moment.
constexpr std::uint64_t kMaxTextBytes = 24 * 1024 * 1024;

/// Texts that an answer can do without may use text_bytes only up to here, all shares together.
constexpr std::uint64_t kMaxTextBytesForExtras = kMaxTextBytes / 2;

/// Answers of upstreams up to this length may come with their heads, and no budget counts them: 256
/// of them are 4 MiB, or 12 where all bytes are damaged text. Most answers have 1 or 2 KiB.
constexpr std::uint32_t kInlineAnswerBytes = 16 * 1024;

/// Most bytes of pictures that clients give, which the host holds outside the module. With the
/// module's 96 MiB they are 112 of the 128 MiB that an isolate may have.
constexpr std::uint64_t kMaxHeldBytes = 16 * 1024 * 1024;

/// A fixed amount of something, of which requests take shares. A Budget must outlive its shares.
class Budget {
 public:
  /// A part of the budget. Its destructor gives it back. Move-only.
  class Share {
   public:
    Share(Share&& other) noexcept
        : budget_(other.budget_), amount_(std::exchange(other.amount_, 0)) {}
    Share& operator=(Share&&) = delete;
    ~Share() { budget_->taken_ -= amount_; }

    /// Gives back what the share has beyond `amount`.
    void shrink_to(std::uint64_t amount);
    /// Makes the share `amount` large. A share grows only if all shares together then have at most
    /// `most_taken`. Error: overloaded; the share stays as it was.
    Result<void> resize(std::uint64_t amount, std::uint64_t most_taken);
    Result<void> resize(std::uint64_t amount) { return resize(amount, budget_->total_); }

   private:
    friend class Budget;
    explicit Share(Budget& budget) : budget_(&budget) {}
    Budget* budget_;
    std::uint64_t amount_ = 0;
  };

  /// A place in the line of those that wait for a share; first come, first served. Only the holder
  /// of the first place should take a share. The destructor leaves the line.
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

  /// Takes a share of `amount`. Error: overloaded.
  Result<Share> take(std::uint64_t amount);
  /// Takes a share of 0, to be resized.
  Share take_nothing() { return Share(*this); }

 private:
  const std::uint64_t total_;
  std::uint64_t taken_ = 0;
  std::vector<const Turn*> line_;
};

/// The budgets of one instance.
struct Load {
  Budget requests{kMaxRequestsInFlight};
  Budget links{kMaxLinksInFlight};
  Budget text_bytes{kMaxTextBytes};
  Budget picture_bytes{kMaxPicturesInJsonBytes};
  Budget held_bytes{kMaxHeldBytes};
};

}  // namespace fluxgate
