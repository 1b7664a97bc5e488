// Runs one session of the core: performs its effects, all that are under way at once, and replies.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "effect/session.h"
#include "gateway/gateway.h"
#include "wasi/bodies.h"
#include "wasi/client_answer.h"
#include "wasi/log.h"
#include "wasi/operation.h"
#include "wasi/poll_set.h"
#include "wasi/resource.h"

namespace fluxgate::wasi {

class SessionDriver {
 public:
  SessionDriver(Gateway& gateway, const Log& log, IncomingRequest request,
                ResponseOutparam outparam);
  SessionDriver(const SessionDriver&) = delete;
  SessionDriver& operator=(const SessionDriver&) = delete;

  /// Returns when the session is at its end and the client has taken its answer or was given up.
  void run();

 private:
  struct Running {
    EffectId effect;
    EffectId body;  ///< The body that the operation reads, or kNoBody.
    std::unique_ptr<Operation> operation;
    bool is_ready;  ///< The last wait found the operation ready.
  };

  void perform_effects();
  void perform(const Effect& effect);
  /// Replies to a `watch`, if the core has asked for one; returns whether it has.
  bool tell_that_client_left();
  void start(const Effect& effect, std::unique_ptr<Operation> operation);
  std::unique_ptr<Operation> start_sending(const Effect& effect);
  void cancel(EffectId target);
  /// Drops everything that is still under way, except our answer.
  void finish();
  /// Lets each ready operation go on, and replies for those that end.
  void advance();
  void reply(EffectId effect, Reply reply);
  /// False when nothing will ever be ready.
  bool wait();

  // In the order in which resources may live: a body needs the request, an operation a body.
  const Log& log_;
  IncomingRequest request_;
  std::optional<std::uint64_t> request_length_bytes_;
  ClientAnswer answer_;
  Bodies bodies_;
  PollSet polls_;
  std::vector<Running> running_;
  Session session_;
  EffectId watch_ = 0;  ///< The effect to reply to when the client goes away.
  bool client_body_was_named_ = false;
  bool is_done_ = false;
  Instant now_ = 0;  ///< When the last effect came, or the last wait was over.
};

}  // namespace fluxgate::wasi
