#include "gallery/picture_source.h"

#include <algorithm>
#include <utility>

#include "exchange/patience.h"
#include "gallery/fetch.h"
#include "gallery/store.h"

namespace fluxgate {

Task<std::string> PictureSource::next() {
  if (taken_bytes_ > 0 && !is_all_) pending_.erase(0, std::exchange(taken_bytes_, 0));
  while (!is_all_ && pending_.size() < kPieceBytes) {
    const auto wanted_bytes = static_cast<std::uint32_t>(kPieceBytes - pending_.size());
    const Chunk chunk = co_await read_chunk(rest_, {wanted_bytes, limits_.idle_ms});
    is_all_ = chunk.end;
    if (chunk.bytes.size_bytes() > limits_.max_bytes) {
      co_return Error(ErrorCode::upstream_too_large, "The picture is larger than 20 MiB.",
                      "px_size");
    }
    limits_.max_bytes -= static_cast<std::uint32_t>(chunk.bytes.size_bytes());
    pending_ += chunk.bytes.view();
  }
  std::string piece = pending_.substr(taken_bytes_, kPieceBytes);
  taken_bytes_ += piece.size();
  co_return std::move(piece);
}

Task<PictureSource> open_picture(Exchange& exchange, Picture picture) {
  if (picture.form == PictureForm::bytes) co_return PictureSource(std::move(picture.text));
  if (picture.form == PictureForm::path) {
    UpstreamResponse stored = co_await ask_for_stored(
        exchange, Method::get, picture.text.substr(kStoredPicturePath.size()));
    if (stored.status != 200) {
      co_return Error(ErrorCode::image_gone, "This picture is not there.",
                      "store status " + std::to_string(stored.status));
    }
    co_return PictureSource("", std::move(stored.body), {kMaxPictureBytes, kPictureIdleMs});
  }
  FetchedPicture fetched = co_await fetch_picture(exchange, std::move(picture.text));
  const ReadLimits limits = fetched.limits();
  if (fetched.is_all) co_return PictureSource(std::move(fetched.start));
  co_return PictureSource(std::move(fetched.start), std::move(fetched.rest), limits);
}

Task<std::string> read_small_picture(Exchange& exchange, const Picture& picture,
                                     std::size_t most_bytes, Budget::Share& share) {
  Result<PictureSource> source = co_await attempt(open_picture(exchange, picture));
  const std::uint64_t taken_bytes = share.amount();
  std::string bytes;
  while (source) {
    const Result<std::string> piece = co_await attempt(source->next());
    if (!piece || bytes.size() + piece->size() > most_bytes) break;
    if (piece->empty()) co_return std::move(bytes);
    const std::uint64_t grown_bytes = 2 * (bytes.size() + piece->size());  // By doubling.
    if (!share.resize(taken_bytes + grown_bytes, kMaxTextBytesForExtras)) break;
    bytes += *piece;
  }
  share.shrink_to(taken_bytes);
  co_return std::string();
}

}  // namespace fluxgate
