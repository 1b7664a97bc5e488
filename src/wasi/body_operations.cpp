#include "wasi/body_operations.h"

#include <utility>

#include "wasi/flow.h"

namespace fluxgate::wasi {
namespace {

/// Longest silence of a body that is passed on: nobody in the core counts it. A client has the same
/// time to take something.
constexpr std::uint32_t kPassedStallMs = kClientStallMs;

class Read final : public Operation {
 public:
  Read(const Effect& effect, Bodies& bodies)
      : bodies_(bodies),
        name_(effect.target),
        max_bytes_(effect.max_bytes),
        flow_(bodies.open(effect.target), kNoMostBytes, effect.time_ms) {}

  std::optional<Reply> advance(Instant now) override {
    Piece piece = flow_.read(max_bytes_, now);
    if (piece.code != ReplyCode::ok) return reply_of(piece.code);
    if (piece.bytes.empty()) return std::nullopt;
    bodies_.close(name_, flow_.take_source());
    return reply_of(ReplyCode::ok, std::move(piece.bytes));
  }
  void wait_in(PollSet& polls, bool& ready) override { flow_.wait_in(polls, ready); }

 private:
  Bodies& bodies_;
  EffectId name_;
  std::uint32_t max_bytes_;
  Flow flow_;
};

class Collect final : public Operation {
 public:
  Collect(const Effect& effect, Bodies& bodies)
      : flow_(bodies.open(effect.target), effect.max_bytes, effect.time_ms),
        is_too_large_(flow_.left_bytes().value_or(0) > effect.max_bytes) {}

  std::optional<Reply> advance(Instant now) override {
    if (is_too_large_) return reply_of(ReplyCode::too_large);
    for (int i = 0; i < kPiecesInTurn; ++i) {
      const Piece piece = flow_.read(kMaxPieceBytes, now);
      if (piece.code == ReplyCode::end) return reply_of(ReplyCode::ok, collected_.take());
      if (piece.code != ReplyCode::ok) return reply_of(piece.code);
      if (piece.bytes.empty()) break;
      // The declared length is believed once a piece has come, and the first piece may be all.
      if (!make_room(piece.bytes.size_bytes()) || !collected_.append(piece.bytes.view())) {
        return reply_of(ReplyCode::failed);
      }
    }
    return std::nullopt;
  }
  void wait_in(PollSet& polls, bool& ready) override { flow_.wait_in(polls, ready); }

 private:
  bool make_room(std::size_t piece_bytes) {
    const auto left_bytes = flow_.left_bytes();
    if (!left_bytes) return true;
    const std::uint64_t expected_bytes = collected_.length_bytes() + piece_bytes + *left_bytes;
    return collected_.reserve(static_cast<std::size_t>(expected_bytes));
  }

  Flow flow_;
  bool is_too_large_;
  Block collected_;
};

class Pipe final : public Operation {
 public:
  Pipe(Flow flow, ClientAnswer& answer) : flow_(std::move(flow)), answer_(answer) {}

  std::optional<Reply> advance(Instant now) override {
    for (int i = 0; i < kPiecesInTurn; ++i) {
      if (answer_.client_gone()) return reply_of(ReplyCode::client_gone);
      if (!answer_.has_taken(place_)) break;
      const Piece piece = flow_.read(kMaxPieceBytes, now);
      if (piece.code == ReplyCode::end) return reply_of(ReplyCode::ok);
      if (piece.code != ReplyCode::ok) return reply_of(piece.code);
      if (piece.bytes.empty()) break;
      place_ = answer_.write(piece.bytes.view(), now);
    }
    return std::nullopt;
  }

  void wait_in(PollSet& polls, bool& ready) override {
    if (answer_.client_gone()) {
      ready = true;
    } else if (answer_.has_taken(place_)) {
      flow_.wait_in(polls, ready);
    } else {
      flow_.pause();
    }
  }

 private:
  Flow flow_;
  ClientAnswer& answer_;
  std::uint64_t place_ = 0;  ///< The place in our answer behind the last piece.
};

}  // namespace

std::unique_ptr<Operation> start_read(const Effect& effect, Bodies& bodies) {
  return std::make_unique<Read>(effect, bodies);
}

std::unique_ptr<Operation> start_collect(const Effect& effect, Bodies& bodies) {
  return std::make_unique<Collect>(effect, bodies);
}

std::unique_ptr<Operation> start_pipe(const Effect& effect, Bodies& bodies, ClientAnswer& answer) {
  Flow flow(bodies.open(effect.target), effect.max_bytes, effect.time_ms, effect.coding);
  return std::make_unique<Pipe>(std::move(flow), answer);
}

std::unique_ptr<Operation> start_passing(const Effect& effect, Bodies& bodies,
                                         ClientAnswer& answer) {
  Flow flow(bodies.open(effect.target), kNoMostBytes, kPassedStallMs);
  return std::make_unique<Pipe>(std::move(flow), answer);
}

}  // namespace fluxgate::wasi
