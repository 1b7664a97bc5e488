#include "wasi/body_operations.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

namespace fluxgate::wasi {
namespace {

/// Most pieces that an operation takes before others get their turn: 1 MiB, which takes
/// milliseconds.
constexpr int kPiecesInTurn = 16;

/// The common part of read, collect and pipe: a body, and a limit to its silence. They drop the
/// body at their end, unless a read ends with `ok`.
class BodyOperation : public Operation {
 public:
  BodyOperation(const Effect& effect, Bodies& bodies, Instant now)
      : bodies_(bodies), name_(effect.target), idle_ms_(effect.time_ms) {
    heard(now);
  }

  void wait_in(PollSet& polls, bool& ready) override {
    body()->wait_in(polls, ready);
    polls.add_deadline(silent_until_, ready);
  }

 protected:
  /// The body; null when the core names a body that is gone.
  BodyReader* body() const { return bodies_.find(name_); }

  /// Reads the next bytes; `ok` without bytes means wait.
  Piece read(std::uint32_t max_bytes, Instant now) {
    if (body() == nullptr) return {ReplyCode::failed, {}};
    Piece piece = body()->read(max_bytes);
    if (piece.code == ReplyCode::ok && piece.bytes.empty() && silent_until_ <= now) {
      piece.code = ReplyCode::timed_out;
    }
    if (!piece.bytes.empty()) heard(now);
    return piece;
  }
  void heard(Instant now) { silent_until_ = after_ms(now, idle_ms_); }

  Reply end(ReplyCode code, Bytes bytes = {}) {
    bodies_.let_go(name_);
    return reply_of(code, std::move(bytes));
  }

 private:
  Bodies& bodies_;
  EffectId name_;
  std::uint32_t idle_ms_;
  Instant silent_until_;
};

class Read final : public BodyOperation {
 public:
  Read(const Effect& effect, Bodies& bodies, Instant now)
      : BodyOperation(effect, bodies, now), max_bytes_(effect.max_bytes) {}

  std::optional<Reply> advance(Instant now) override {
    Piece piece = read(max_bytes_, now);
    if (piece.code != ReplyCode::ok) return end(piece.code);
    if (piece.bytes.empty()) return std::nullopt;
    return reply_of(ReplyCode::ok, std::move(piece.bytes));
  }

 private:
  std::uint32_t max_bytes_;
};

/// A block that grows until its size is known.
class Collected {
 public:
  Collected() = default;
  Collected(const Collected&) = delete;
  Collected& operator=(const Collected&) = delete;
  ~Collected() { std::free(block_); }

  /// Makes room for so many bytes in all. Returns false when there is no memory.
  bool reserve(std::size_t capacity_bytes) {
    if (capacity_bytes <= capacity_bytes_) return true;
    void* const grown = std::realloc(block_, capacity_bytes);
    if (grown == nullptr) return false;
    block_ = static_cast<char*>(grown);
    capacity_bytes_ = capacity_bytes;
    return true;
  }
  bool append(std::string_view bytes) {
    const std::size_t needed_bytes = length_bytes_ + bytes.size();
    if (needed_bytes > capacity_bytes_ &&
        !reserve(std::max(needed_bytes, capacity_bytes_ + capacity_bytes_ / 2))) {
      return false;
    }
    std::memcpy(block_ + length_bytes_, bytes.data(), bytes.size());
    length_bytes_ = needed_bytes;
    return true;
  }
  std::size_t length_bytes() const { return length_bytes_; }
  Bytes take() { return {std::exchange(block_, nullptr), length_bytes_}; }

 private:
  char* block_ = nullptr;
  std::size_t length_bytes_ = 0;
  std::size_t capacity_bytes_ = 0;
};

class Collect final : public BodyOperation {
 public:
  Collect(const Effect& effect, Bodies& bodies, Instant now)
      : BodyOperation(effect, bodies, now), max_bytes_(effect.max_bytes) {}

  std::optional<Reply> advance(Instant now) override {
    const auto declared_bytes = body() == nullptr ? std::nullopt : body()->length_bytes();
    if (declared_bytes.value_or(0) > max_bytes_) return end(ReplyCode::too_large);
    for (int i = 0; i < kPiecesInTurn; ++i) {
      const Piece piece = read(kMaxPieceBytes, now);
      if (piece.code == ReplyCode::end) return end(ReplyCode::ok, collected_.take());
      if (piece.code != ReplyCode::ok) return end(piece.code);
      if (piece.bytes.empty()) break;
      if (collected_.length_bytes() + piece.bytes.size_bytes() > max_bytes_) {
        return end(ReplyCode::too_large);
      }
      // The declared length is believed once a piece has come, and the first piece may be all.
      const bool has_room =
          collected_.reserve(static_cast<std::size_t>(declared_bytes.value_or(0))) &&
          collected_.append(piece.bytes.view());
      if (!has_room) return end(ReplyCode::failed);
    }
    return std::nullopt;
  }

 private:
  std::uint32_t max_bytes_;
  Collected collected_;
};

class Pipe final : public BodyOperation {
 public:
  Pipe(const Effect& effect, Bodies& bodies, ClientAnswer& answer, Instant now)
      : BodyOperation(effect, bodies, now), answer_(answer), left_bytes_(effect.max_bytes) {}

  std::optional<Reply> advance(Instant now) override {
    for (int i = 0; i < kPiecesInTurn; ++i) {
      if (answer_.client_gone()) return end(ReplyCode::client_gone);
      if (waits_for_client()) break;
      if (std::exchange(has_waited_for_client_, false)) heard(now);
      const Piece piece = read(kMaxPieceBytes, now);
      if (piece.code == ReplyCode::end) return end(ReplyCode::ok);
      if (piece.code != ReplyCode::ok) return end(piece.code);
      if (piece.bytes.empty()) break;
      if (piece.bytes.size_bytes() > left_bytes_) return end(ReplyCode::too_large);
      left_bytes_ -= static_cast<std::uint32_t>(piece.bytes.size_bytes());
      place_ = answer_.write(piece.bytes.view(), now);
    }
    return std::nullopt;
  }

  void wait_in(PollSet& polls, bool& ready) override {
    if (waits_for_client()) has_waited_for_client_ = true;
    if (!has_waited_for_client_) return BodyOperation::wait_in(polls, ready);
    ready = !waits_for_client() || answer_.client_gone();
  }

 private:
  bool waits_for_client() const { return !answer_.has_taken(place_); }

  ClientAnswer& answer_;
  std::uint32_t left_bytes_;
  std::uint64_t place_ = 0;             ///< The place in our answer behind the last piece.
  bool has_waited_for_client_ = false;  ///< If so, the body's silence counts anew.
};

}  // namespace

std::unique_ptr<Operation> start_read(const Effect& effect, Bodies& bodies, Instant now) {
  return std::make_unique<Read>(effect, bodies, now);
}

std::unique_ptr<Operation> start_collect(const Effect& effect, Bodies& bodies, Instant now) {
  return std::make_unique<Collect>(effect, bodies, now);
}

std::unique_ptr<Operation> start_pipe(const Effect& effect, Bodies& bodies, ClientAnswer& answer,
                                      Instant now) {
  return std::make_unique<Pipe>(effect, bodies, answer, now);
}

}  // namespace fluxgate::wasi
