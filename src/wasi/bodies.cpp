#include "wasi/bodies.h"

#include <algorithm>

namespace fluxgate::wasi {
namespace {

/// Reads held bytes; those that are added meanwhile are none of its own.
class HeldReader final : public Source {
 public:
  explicit HeldReader(std::shared_ptr<const Block> held)
      : held_(std::move(held)), end_(held_->length_bytes()) {}

  Piece read(std::uint32_t max_bytes, Instant) override {
    if (at_ == end_) return {ReplyCode::end, {}};
    const std::size_t from = at_;
    at_ += std::min<std::size_t>({max_bytes, kMaxPieceBytes, end_ - from});
    return {ReplyCode::ok, Bytes::copy_of(held_->view().substr(from, at_ - from))};
  }
  void wait_in(PollSet&, bool& ready) override { ready = true; }
  std::optional<std::uint64_t> left_bytes() const override { return end_ - at_; }
  void put_back(Bytes bytes) override { at_ -= bytes.size_bytes(); }

 private:
  std::shared_ptr<const Block> held_;
  std::size_t at_ = 0;
  std::size_t end_;
};

}  // namespace

std::unique_ptr<Source> Bodies::open(EffectId name) {
  if (std::shared_ptr<Block> held = find_held(name)) {
    return std::make_unique<HeldReader>(std::move(held));
  }
  std::unique_ptr<Source> opened;
  for (auto& [known, body] : streams_) {
    if (known == name) opened = std::move(body);
  }
  std::erase_if(streams_, [](const auto& body) { return body.second == nullptr; });
  return opened;
}

}  // namespace fluxgate::wasi
