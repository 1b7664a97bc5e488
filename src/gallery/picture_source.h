// The bytes of a picture, piece by piece, wherever it lies.
#pragma once

#include <cstddef>
#include <string>

#include "exchange/exchange.h"
#include "picture/picture.h"

namespace fluxgate {

/// Length of all pieces but the last: a multiple of three, so that their base64 can be joined, and
/// 64 KiB as base64.
constexpr std::size_t kPieceBytes = 48 * 1024;

/// Reads one picture.
///
///   PictureSource source = co_await open_picture(exchange, std::move(picture));
///   for (std::string piece = co_await source.next(); !piece.empty();
///        piece = co_await source.next()) { ... }
///
/// Whoever needs no more of it in hand leaves the rest to the host:
///
///   if (source.has_rest()) co_await pipe(source.take_rest(), source.limits(), Coding::base64);
class PictureSource {
 public:
  explicit PictureSource(std::string bytes) : pending_(std::move(bytes)), is_all_(true) {}
  PictureSource(std::string start, Body rest, ReadLimits limits)
      : pending_(std::move(start)), rest_(std::move(rest)), limits_(limits) {}

  /// The next kPieceBytes, the last ones, or nothing behind them. Errors: upstream_bad_response
  /// (broken off), upstream_timeout, upstream_too_large.
  Task<std::string> next();

  /// Is there more, and none of it in hand?
  bool has_rest() const { return !is_all_ && taken_bytes_ == pending_.size(); }
  Body take_rest() { return std::move(rest_); }
  /// What reading the rest may take.
  ReadLimits limits() const { return limits_; }

 private:
  std::string pending_;
  std::size_t taken_bytes_ = 0;  ///< Of pending_.
  bool is_all_ = false;          ///< Nothing follows pending_.
  Body rest_;
  ReadLimits limits_{};
};

/// Asks its host or the store for a picture that is not in hand. Errors: those of gallery/fetch.h,
/// and image_gone for a store that has it no more.
Task<PictureSource> open_picture(Exchange& exchange, Picture picture);

/// The whole picture, if it has at most `most_bytes` and there is room for it; else nothing, and
/// nothing when it cannot be had: there is a link to it. `share`, of Load::text_bytes, grows by
/// what it takes. `picture` and `share` must outlive the Task.
Task<std::string> read_small_picture(Exchange& exchange, const Picture& picture,
                                     std::size_t most_bytes, Budget::Share& share);

}  // namespace fluxgate
