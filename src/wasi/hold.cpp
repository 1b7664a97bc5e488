#include "wasi/hold.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "wasi/flow.h"

namespace fluxgate::wasi {
namespace {

/// So many of the first held bytes are told to the core.
constexpr std::size_t kToldBytes = 32;

class Hold final : public Operation {
 public:
  Hold(const Effect& effect, Bodies& bodies)
      : bodies_(bodies),
        name_(effect.into == kNoBody ? effect.id : effect.into),
        target_(effect.target),
        is_new_(effect.into == kNoBody),
        max_bytes_(effect.max_bytes),
        delimiter_(effect.head),
        flow_(bodies.open(effect.target), kNoMostBytes, effect.time_ms),
        held_(is_new_ ? std::make_shared<Block>() : bodies.find_held(effect.into)) {
    if (!held_) return;
    own_start_ = held_->length_bytes();
    is_good_ = held_->append(effect.body);
  }

  std::optional<Reply> advance(Instant now) override {
    if (!is_good_) return fail(ReplyCode::failed);
    if (target_ == kNoBody) return succeed(ReplyCode::ok);
    if (delimiter_.empty() && flow_.left_bytes().value_or(0) > max_bytes_) {
      return fail(ReplyCode::too_large);
    }
    for (int i = 0; i < kPiecesInTurn; ++i) {
      const Piece piece = flow_.read(kMaxPieceBytes, now);
      if (piece.code == ReplyCode::end) return succeed(ReplyCode::end);
      if (piece.code != ReplyCode::ok) return fail(piece.code);
      if (piece.bytes.empty()) break;
      const std::size_t searched_bytes = held_->length_bytes();
      if (!held_->append(piece.bytes.view())) return fail(ReplyCode::failed);
      if (find_delimiter(searched_bytes)) return succeed(ReplyCode::ok);
      // The last bytes may be the beginning of the delimiter.
      if (held_->length_bytes() > max_bytes_ + partial_bytes()) return fail(ReplyCode::too_large);
    }
    return std::nullopt;
  }
  void wait_in(PollSet& polls, bool& ready) override { flow_.wait_in(polls, ready); }

 private:
  /// Most bytes at the end of what is held that may begin a delimiter.
  std::uint64_t partial_bytes() const { return delimiter_.empty() ? 0 : delimiter_.size() - 1; }

  /// Looks for the delimiter where it ends behind the first `searched_bytes`. Takes it out, and
  /// gives back what is behind it.
  bool find_delimiter(std::size_t searched_bytes) {
    if (delimiter_.empty()) return false;
    const std::size_t own_bytes = searched_bytes - own_start_;
    const std::size_t from = searched_bytes - std::min<std::size_t>(own_bytes, partial_bytes());
    const std::size_t at = held_->view().find(delimiter_, from);
    if (at == std::string_view::npos) return false;
    std::unique_ptr<Source> source = flow_.take_source();
    source->put_back(Bytes::copy_of(held_->view().substr(at + delimiter_.size())));
    bodies_.close(target_, std::move(source));
    held_->shrink_to(at);
    return true;
  }

  Reply succeed(ReplyCode code) {
    if (held_->length_bytes() > max_bytes_) return fail(ReplyCode::too_large);
    const auto length_bytes = static_cast<std::uint32_t>(held_->length_bytes());
    std::string told;
    for (int shift = 0; shift < 32; shift += 8) told += static_cast<char>(length_bytes >> shift);
    told += held_->view().substr(0, kToldBytes);
    if (is_new_) bodies_.put(name_, std::move(held_));
    return reply_of(code, Bytes::copy_of(told));
  }

  Reply fail(ReplyCode code) {
    bodies_.let_go(name_);
    if (bodies_.find_held(target_) == nullptr) bodies_.let_go(target_);
    return reply_of(code);
  }

  Bodies& bodies_;
  EffectId name_;  ///< Of the held body.
  EffectId target_;
  bool is_new_;
  std::uint64_t max_bytes_;
  std::string delimiter_;
  Flow flow_;
  std::shared_ptr<Block> held_;
  std::size_t own_start_ = 0;  ///< How many bytes were held before.
  bool is_good_ = false;
};

}  // namespace

std::unique_ptr<Operation> start_hold(const Effect& effect, Bodies& bodies) {
  return std::make_unique<Hold>(effect, bodies);
}

}  // namespace fluxgate::wasi
