// How long we wait, for whom, and why. failover/ says how long keys rest and calls pause.
#pragma once

#include <cstdint>

#include "base/unix_ms.h"

namespace fluxgate {

// ---- Our client

/// Longest wait for the next piece of a request's body.
constexpr std::uint32_t kRequestIdleMs = 30'000;
/// Longest time for the whole body: 8 MiB at 70 KB/s. A body holds its share of the load while it
/// arrives, and three of the largest hold the whole budget.
constexpr std::uint32_t kRequestTotalMs = 120'000;
/// Longest wait for a client to take a piece: meanwhile its request holds a place, and connections
/// to upstreams.
constexpr std::uint32_t kClientTakesMs = 60'000;
/// Longest silence of a stream to a client. Programs and proxies give up after 30-100 s without a
/// byte. We aim at 10 s, and timers may be late by a second.
constexpr UnixMs kStreamSilenceMs = 9'000;

/// Longest silence of a whole answer, where white space may break it (KEEP_ALIVE_WHITE_SPACE). Most
/// answers are there by then, and have their own status.
constexpr std::uint32_t kAnswerSilenceMs = 20'000;

// ---- The language model

/// Longest wait for the server's headers: a server that takes longer has a queue too long for a
/// picture to wait.
constexpr std::uint32_t kLlmHeadersMs = 15'000;
constexpr UnixMs kLlmIdleMs = 15'000;
/// Longest wait for the server, all in all. The time that a client takes to read the thinking does
/// not count.
constexpr UnixMs kLlmTotalMs = 30'000;
/// kLlmTotalMs for a model that thinks.
constexpr UnixMs kThinkingLlmTotalMs = 90'000;
/// Thinking is passed on once in this time, a screen's frame: a fast model sends a delta each
/// millisecond, and nobody sees them sooner.
constexpr std::uint32_t kThinkingFrameMs = 16;

/// Longest wait for the headers of a text answer: a model that does not stream sends nothing before
/// it is done.
constexpr std::uint32_t kTextHeadersMs = 60'000;
constexpr std::uint32_t kTextIdleMs = 30'000;
/// Longest time for a whole text answer: a long text of a slow model.
constexpr std::uint32_t kTextTotalMs = 300'000;
/// How long the beginning of a text answer may stay unclear; after the next read it is passed on.
constexpr UnixMs kTextUnclearMs = 9'000;

/// Longest time for the whole body of an answer that is an error: a server that trickles would hold
/// the request for days.
constexpr std::uint32_t kComplaintTotalMs = 3'000;

// ---- Image backends. IMAGE_TIMEOUT_MS (config/config.h), else what the model usually takes
// (provider/patience.h), is the longest wait for their headers and for an ordered picture.

/// Longest wait for the next bytes of an answer.
constexpr std::uint32_t kBackendIdleMs = 15'000;
/// Longest wait for the head of an answer about an ordered picture: servers answer it at once.
constexpr std::uint32_t kPollHeadMs = 15'000;
/// Longest time for calling off the work that nobody waits for any more.
constexpr std::uint32_t kCallOffMs = 2'000;
/// What all calls for one picture, pauses included, may take beyond the longest wait for one.
constexpr UnixMs kBeyondPatienceMs = 30'000;
/// Pause between two looks whether there is room for a picture: other requests need about a second
/// for a part.
constexpr std::uint32_t kRoomPollMs = 50;

// ---- Checks (GET /v1/health?check=1)

/// Longest wait for the answer to a question that costs nothing: servers answer it at once.
constexpr std::uint32_t kProbeMs = 8'000;

// ---- Pictures that exist already: their hosts answer soon or not at all.

constexpr std::uint32_t kPictureHeadersMs = 10'000;
constexpr std::uint32_t kPictureIdleMs = 10'000;
/// Longest time for a picture on its way to a client, redirects included: 20 MiB at 3 Mbit/s.
constexpr std::uint32_t kPictureTotalMs = 60'000;
/// Longest time for copying a picture into the store: the client is waiting for it.
constexpr std::uint32_t kPictureStoredMs = 30'000;
/// Longest time for all pictures that a request gives by their addresses, the mask included: their
/// request has a place meanwhile.
constexpr std::uint32_t kReferencesMs = 60'000;

}  // namespace fluxgate
