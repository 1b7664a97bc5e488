// How large pictures may be, how many a request may make, and how much memory they take meanwhile.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fluxgate {

// ---- Pixels

/// The shortest and the longest side that image backends take.
constexpr std::uint32_t kMinSidePx = 64;
constexpr std::uint32_t kMaxSidePx = 4096;

// ---- How many

/// Most pictures that one request makes at a time. Each holds a connection to the backend while it
/// is made, and a Worker has six (developers.cloudflare.com/workers/platform/limits).
constexpr std::uint32_t kMaxPicturesAtOnce = 4;

// ---- Files

/// Largest picture that is passed on or stored: a 4096x4096 PNG of a photograph has 20-25 MB, but
/// backends send pictures under 10 MB.
constexpr std::uint32_t kMaxPictureBytes = 20 * 1024 * 1024;

/// Largest picture that comes as base64 and is not stored: chat programs keep it in their history
/// and send it back with every message.
constexpr std::size_t kMaxDataUrlBytes = 4 * 1024 * 1024;

/// Largest answer of an image backend: a picture of 18 MiB as base64.
constexpr std::size_t kMaxBackendAnswerBytes = 24 * 1024 * 1024;

// ---- Memory

/// Length of every part of an upload but the last: the shortest that R2 takes. So much of a large
/// picture is held at a time.
constexpr std::size_t kPartBytes = 5 * 1024 * 1024;

/// Most bytes of one read of a backend's answer.
constexpr std::uint32_t kBackendReadBytes = 64 * 1024;
/// Most bytes of one read while the answer has no room for its picture; the bytes wait for the
/// room.
constexpr std::uint32_t kFirstBackendReadBytes = 16 * 1024;

/// A larger picture needs room (studio/picture_room.h). While it waits for room, it holds up to
/// twice so much, with the bytes that were read last: 256 pictures hold 16 MiB.
constexpr std::size_t kSmallPictureBytes = 32 * 1024;

/// Up to here a picture's string grows by doubling, which takes three times its size for a moment.
/// A larger picture reserves all the room that it may take.
constexpr std::size_t kMostGrowingBytes = 256 * 1024;

/// The most memory that a picture takes while it is made. All but small pictures take so much from
/// the start: pieces of memory of one size replace each other.
constexpr std::size_t kPictureRoomBytes = 5632 * 1024;

/// "data:image/jpeg;base64,"
constexpr std::size_t kDataUrlHeadBytes = 32;
/// Most bytes that Markdown puts around a link, in JSON.
constexpr std::size_t kPictureMarkdownBytes = 16;

/// Most bytes of pictures inside JSON that one instance holds. Pictures wait for each other, but
/// never for the budget of texts: a request that waits for a picture may hold texts.
constexpr std::uint64_t kMaxPicturesInJsonBytes = 32 * 1024 * 1024;

static_assert(kPartBytes + kBackendReadBytes <= kPictureRoomBytes,
              "a room holds a part and what a read adds to it");
static_assert(kDataUrlHeadBytes + kMaxDataUrlBytes / 3 * 4 + 4 + kPictureMarkdownBytes <=
                  kPictureRoomBytes,
              "a room holds the largest data URL and what Markdown puts around it");
static_assert(kMaxPicturesAtOnce * kPictureRoomBytes <= kMaxPicturesInJsonBytes,
              "all pictures of a request have room");

}  // namespace fluxgate
