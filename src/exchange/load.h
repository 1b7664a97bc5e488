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

/// Most bytes of pictures that clients give, which the host holds outside the module: a form of
/// five pictures of 12 MB.
constexpr std::uint64_t kMaxHeldBytes = 64 * 1024 * 1024;

/// What an instance may take in all, the module's memory and what the host holds for it. Cloudflare
/// ends an isolate at 128 MiB, and the rest of it needs some.
constexpr std::uint64_t kMaxInstanceBytes = 112 * 1024 * 1024;
/// The module's memory never grows beyond this (CMakeLists.txt).
constexpr std::uint64_t kMaxModuleBytes = 96 * 1024 * 1024;
/// What the module takes with 256 requests in flight that hold no long texts.
constexpr std::uint64_t kModuleBaseBytes = 24 * 1024 * 1024;

struct Load;

/// A fixed amount of something, of which requests take shares. A Budget must outlive its shares.
/// One of bytes also stays within what its Load has memory for.
class Budget {
 public:
  /// A part of the budget. Its destructor gives it back. Move-only.
  class Share {
   public:
    Share(Share&& other) noexcept
        : budget_(other.budget_), amount_(std::exchange(other.amount_, 0)) {}
    Share& operator=(Share&&) = delete;
    ~Share() { budget_->taken_ -= amount_; }

    std::uint64_t amount() const { return amount_; }
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

  explicit Budget(std::uint64_t total, const Load* load = nullptr) : total_(total), load_(load) {}
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  /// Takes a share of `amount`. Error: overloaded.
  Result<Share> take(std::uint64_t amount);
  /// Takes a share of 0, to be resized.
  Share take_nothing() { return Share(*this); }
  /// What all shares have together.
  std::uint64_t taken() const { return taken_; }

 private:
  const std::uint64_t total_;
  const Load* const load_;
  std::uint64_t taken_ = 0;
  std::vector<const Turn*> line_;
};

/// The budgets of one instance.
struct Load {
  Budget requests{kMaxRequestsInFlight};
  Budget links{kMaxLinksInFlight};
  Budget text_bytes{kMaxTextBytes, this};
  Budget picture_bytes{kMaxPicturesInJsonBytes, this};
  Budget held_bytes{kMaxHeldBytes, this};
  /// The host is the module itself, as in a component: its memory may be as large as
  /// kMaxInstanceBytes.
  bool holds_inside = false;

  /// Do kMaxInstanceBytes suffice when `budget` has `more_bytes` more? While pictures are held,
  /// texts and pictures in JSON have less than they may have otherwise, and pictures find less room
  /// in a module that has grown: its memory never shrinks.
  bool has_memory(const Budget& budget, std::uint64_t more_bytes) const;
};

}  // namespace fluxgate
