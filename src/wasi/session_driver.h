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
#include "wit/poll_set.h"
#include "wit/resource.h"

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
  static constexpr EffectId kPassing = 0;

  struct Running {
    EffectId effect;  ///< kPassing for the body that is passed on, which gets no reply.
    EffectId body;    ///< The body that goes with the operation, or kNoBody.
    std::unique_ptr<Operation> operation;
    bool is_ready;  ///< The last wait found the operation ready.
  };

  void perform_effects();
  void perform(Effect& effect);
  /// Gives the client's body its name, if the effect is the first to use it.
  void name_client_body(const Effect& effect);
  void respond(const Effect& effect);
  /// Tells the core once that the client has left; returns whether it has done so now.
  bool tell_that_client_left();
  /// The time for a call of the session.
  UnixMs tell_time();
  void start(const Effect& effect, std::unique_ptr<Operation> operation);
  std::unique_ptr<Operation> start_sending(const Effect& effect);
  void cancel(EffectId target);
  /// Drops everything that is still under way, except our answer and a body that is passed on.
  void finish();
  /// Tells the time if the core wants it now, lets each ready operation go on, and concludes those
  /// that end.
  void advance();
  /// Replies to an effect; ends our answer when its body was passed on, or could not be.
  void conclude(EffectId effect, Reply reply);
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
  Instant told_at_;           ///< When the core was last told the time.
  Instant wake_at_ = kNever;  ///< When it wants to be told next.
  bool client_body_was_named_ = false;
  bool client_has_left_ = false;
  bool is_done_ = false;
  Instant now_ = 0;  ///< When the last effect came, or the last wait was over.
};

}  // namespace fluxgate::wasi
