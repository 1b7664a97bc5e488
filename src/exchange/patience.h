// How long we wait, for whom, and why. Rests of keys and pauses between calls are failover's.
#pragma once

#include <cstdint>

#include "base/unix_ms.h"

namespace fluxgate {

// ---- Our client

/// Longest wait for the next piece of a request's body.
constexpr std::uint32_t kRequestIdleMs = 30'000;
/// Longest time for all of it: 8 MiB at 70 KB/s. A body holds its share of the load while it
/// arrives, and three of the largest hold all that there is.
constexpr std::uint32_t kRequestTotalMs = 120'000;
/// Longest wait for a client to take what was sent: it holds a place, and connections to upstreams.
constexpr std::uint32_t kClientTakesMs = 60'000;
/// Longest silence of a stream. Programs and proxies give up after 30-100 s without a byte; a
/// second below 10, because timers come late.
constexpr UnixMs kStreamSilenceMs = 9'000;

// ---- The language model

/// A server that takes longer for its headers has too long a queue for the picture to wait.
constexpr std::uint32_t kLlmHeadersMs = 15'000;
constexpr UnixMs kLlmIdleMs = 15'000;
/// All waiting for the server; a client that reads its thinking slowly takes nothing of it.
constexpr UnixMs kLlmTotalMs = 30'000;
/// The same for a model that thinks.
constexpr UnixMs kThinkingLlmTotalMs = 90'000;
/// Thinking is passed on at most once in the time of a screen's frame: a fast model sends a delta
/// each millisecond, and nobody sees them sooner.
constexpr std::uint32_t kThinkingFrameMs = 16;

/// Text that only the language model can give: a model that answers whole sends nothing before it
/// is done.
constexpr std::uint32_t kTextHeadersMs = 60'000;
constexpr std::uint32_t kTextIdleMs = 30'000;
/// For all of it: a long text of a slow model.
constexpr std::uint32_t kTextTotalMs = 300'000;
/// As long, until the read that is under way then, the beginning of an answer may be unclear.
constexpr UnixMs kTextUnclearMs = 9'000;

/// What an upstream says of its failure, all of it: a server that trickles would hold the request
/// for days.
constexpr std::uint32_t kComplaintTotalMs = 3'000;

// ---- Image backends. Their headers: IMAGE_TIMEOUT_MS (config/config.h).

/// Longest wait for the next bytes of an answer.
constexpr std::uint32_t kBackendIdleMs = 15'000;
/// All calls for one picture, pauses included.
constexpr UnixMs kPictureMadeMs = 120'000;
/// Between two looks whether there is room for a picture: others need about a second for a part.
constexpr std::uint32_t kRoomPollMs = 50;

// ---- Pictures that are there already: their hosts answer soon or not at all.

constexpr std::uint32_t kPictureHeadersMs = 10'000;
constexpr std::uint32_t kPictureIdleMs = 10'000;
/// Longest time for a picture on its way to a client, redirects included: 20 MiB at 3 Mbit/s.
constexpr std::uint32_t kPictureTotalMs = 60'000;
/// Copying a picture into the store, all in all: the client is waiting for it.
constexpr std::uint32_t kPictureStoredMs = 30'000;

}  // namespace fluxgate
