// How large pictures may be, how many there may be, and what they take while they are made.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fluxgate {

// ---- Pixels

/// The sides that image backends take.
constexpr std::uint32_t kMinSidePx = 64;
constexpr std::uint32_t kMaxSidePx = 4096;

// ---- How many

/// Most pictures that one request makes at a time. Each holds a connection to the backend while it
/// is made, and a Worker has six (developers.cloudflare.com/workers/platform/limits).
constexpr std::uint32_t kMaxPicturesAtOnce = 4;

// ---- Files

/// Largest picture that is passed on or stored: a 4096x4096 PNG of a photograph has 20-25 MB, what
/// backends send has under 10.
constexpr std::uint32_t kMaxPictureBytes = 20 * 1024 * 1024;

/// Largest picture that comes as base64 and is not stored: chat programs keep it in their history
/// and send it back with every message.
constexpr std::size_t kMaxDataUrlBytes = 4 * 1024 * 1024;

/// Largest answer of an image backend: a picture of 18 MiB as base64.
constexpr std::size_t kMaxBackendAnswerBytes = 24 * 1024 * 1024;

// ---- Memory

/// Length of all parts of an upload but the last, the least that R2 takes: as much of a large
/// picture is held at a time.
constexpr std::size_t kPartBytes = 5 * 1024 * 1024;

/// One read of a backend's answer.
constexpr std::uint32_t kBackendReadBytes = 64 * 1024;
/// One read as long as there is no room for a picture: what was read waits for it.
constexpr std::uint32_t kFirstBackendReadBytes = 16 * 1024;

/// A picture beyond this needs room (studio/picture_room.h). While it waits it holds twice as much,
/// with what was read last: 16 MiB for 256 of them.
constexpr std::size_t kSmallPictureBytes = 32 * 1024;

/// Up to here a picture's string grows by doubling, which takes three times its size for a moment.
/// Beyond, all the room that a picture may take is reserved.
constexpr std::size_t kMostGrowingBytes = 256 * 1024;

/// The most that a picture in hand takes. All that are not small take so much at once: pieces of
/// memory of one size replace each other.
constexpr std::size_t kPictureRoomBytes = 5632 * 1024;

/// "data:image/jpeg;base64,"
constexpr std::size_t kDataUrlHeadBytes = 32;
/// The most that Markdown puts around a link, in JSON.
constexpr std::size_t kPictureMarkdownBytes = 16;

/// Most bytes of pictures inside JSON that one instance holds. They wait for each other, but never
/// for texts: whoever waits here may hold texts until it has its picture.
constexpr std::uint64_t kMaxPicturesInJsonBytes = 32 * 1024 * 1024;

static_assert(kPartBytes + kBackendReadBytes <= kPictureRoomBytes,
              "a room holds a part and what a read adds to it");
static_assert(kDataUrlHeadBytes + kMaxDataUrlBytes / 3 * 4 + 4 + kPictureMarkdownBytes <=
                  kPictureRoomBytes,
              "a room holds the largest data URL and what Markdown puts around it");
static_assert(kMaxPicturesAtOnce * kPictureRoomBytes <= kMaxPicturesInJsonBytes,
              "all pictures of a request have room");

}  // namespace fluxgate
