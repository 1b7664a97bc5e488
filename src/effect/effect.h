// What a session asks of its host, and what the host answers. src/abi/abi.md is the same contract
// seen from outside.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace fluxgate {

/// The numbers are part of the ABI.
enum class EffectKind : std::uint32_t {
  fetch = 1,    ///< Call an upstream; the host keeps the response's body.
  read = 2,     ///< Give the next bytes of a body.
  collect = 3,  ///< Give a whole body, at most max_bytes.
  respond = 4,  ///< Send the head of our answer and its first or only bytes, or a body behind it.
  write = 5,    ///< Send more bytes of our answer; reply when the client's stream takes more.
  pipe = 6,     ///< Send the rest of a body as part of our answer, past the module's memory.
  end = 7,      ///< End our answer, well or as a broken transfer. No reply.
  cancel = 9,   ///< Drop the effect or the body `target`. No reply.
  log = 10,     ///< Write one line into the operator's log. No reply.
  done = 11,    ///< Close the session: it is at its end. No reply.
  hold = 13,    ///< Keep bytes, and the next ones of a body, outside the module.
};

/// How the answer's body goes on after `respond` (in Effect::mode), or how it stops at `end`.
enum class BodyMode : std::uint32_t {
  complete = 0,  ///< respond: these are all the bytes. end: a good end.
  more = 1,      ///< respond: `write` or `pipe` follow, then `end`.
  broken = 2,    ///< end: the client must see that the answer is not whole.
  passed = 3,    ///< respond: the body `target` is the answer's. No reply.
};

/// How the host writes a body that it sends past the module's memory.
enum class Coding : std::uint32_t {
  identity = 0,
  base64 = 1,  ///< RFC 4648 §4, with padding.
};

/// Names an effect. Each session counts from kFirstEffectId upwards. The id of a fetch also names
/// the body of its response.
using EffectId = std::uint32_t;

constexpr EffectId kNoBody = 0;      ///< No body.
constexpr EffectId kClientBody = 1;  ///< The body of the client's request.
constexpr EffectId kFirstEffectId = 2;

/// A body that stands between the bytes of a fetch. The layout is part of the ABI.
struct Insert {
  std::uint32_t place;  ///< How many bytes of Effect::body stand before it. Places do not descend.
  EffectId body;
  Coding coding;
};

/// One thing for the host to do. Which fields count depends on the kind; the others are 0 or empty.
struct Effect {
  explicit Effect(EffectKind effect_kind) : kind(effect_kind) {}

  EffectId id = 0;  ///< 0 for what takes no reply.
  EffectKind kind;
  /// read, collect, pipe, respond (passed): the body. hold: the body whose bytes are kept. cancel:
  /// the effect or body to drop.
  EffectId target = kNoBody;
  EffectId into = kNoBody;   ///< hold: the held body that gets the bytes; none: a new one.
  std::uint32_t status = 0;  ///< respond: the HTTP status.
  BodyMode mode = BodyMode::complete;
  /// fetch: a cancel must end the call at once. Otherwise it may go on until its head comes.
  bool ends_at_once = false;
  /// collect, pipe, hold, fetch (each insert): the host stops with `too_large` beyond so many
  /// bytes. read: most bytes of the reply.
  std::uint32_t max_bytes = 0;
  /// read, collect, pipe, hold, fetch (inserts): the longest wait for the next chunk.
  std::uint32_t time_ms = 0;
  /// read: the host may hold back bytes that come within so long of the last reply, and give them
  /// in one piece.
  std::uint32_t gather_ms = 0;
  /// fetch: a body of at most so many bytes may come with its head.
  std::uint32_t inline_bytes = 0;
  Coding coding = Coding::identity;  ///< pipe.
  std::vector<Insert> inserts;       ///< fetch.
  /// fetch: "POST https://...\n" and header lines. respond: header lines. hold: the delimiter.
  std::string head;
  std::string body;  ///< fetch, respond, write, hold: the bytes. log: the line.
};

/// How an effect ended. In the reply to a fetch, a number from 200 upwards is an HTTP status
/// instead.
enum class ReplyCode : std::uint32_t {
  ok = 0,
  end = 1,          ///< read, hold: the body is at its end (and came whole).
  failed = 2,       ///< The network or the peer broke the transfer off.
  unsupported = 3,  ///< This host has no such service (a binding:// URL).
  too_large = 4,    ///< More than max_bytes.
  timed_out = 5,    ///< No byte for time_ms.
  client_gone = 6,  ///< Our client no longer listens.
  late = 7,         ///< The session's own limit has passed. No host sends it.
};

/// The host's answer to one effect.
struct Reply {
  std::uint32_t code = 0;  ///< A ReplyCode, or an HTTP status.
  Bytes data;              ///< fetch: header lines. read, collect: the bytes. hold: what is held.
  bool is_whole = false;   ///< fetch: `body` is all of the answer's body.
  Bytes body = {};

  bool is(ReplyCode expected) const { return code == static_cast<std::uint32_t>(expected); }
};

}  // namespace fluxgate
