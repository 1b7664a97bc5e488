// One session, and what the host knows of it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "effect/session.h"
#include "gateway/gateway.h"
#include "session_answer.h"
#include "session_script.h"

namespace fluxgate::fuzz {

/// Later than any time of a host.
constexpr UnixMs kNever = INT64_MAX;

/// Opens a session for one request, takes its batches, gives it replies, and breaks off when it
/// asks for what no host could do: a body that is not there or is being read, an id twice, anything
/// behind `done`; or when it ends without having let go of all that it had under way.
class Conversation {
 public:
  /// `gateway` must outlive this.
  Conversation(Gateway& gateway, ClientRequest request, UnixMs now_ms);

  /// What the host is asked and has not answered.
  struct Waiting {
    Effect effect;
    UnixMs asked_ms;
  };

  bool is_done() const { return done_; }
  /// In the order asked.
  const std::vector<Waiting>& waiting() const { return waiting_; }
  /// When the session wants to be woken; kNever: it does not.
  UnixMs wake_ms() const { return wake_ms_; }
  /// Can the client still go away before its answer is whole?
  bool client_is_there() const { return !done_ && !client_has_left_; }
  /// What the host has for an effect that reads the client's body to its end or its delimiter.
  Reply next_of_client_body(const Effect& effect);
  /// The head of the fetch that the effect is, or whose body it is about.
  std::string_view call_of(const Effect& effect) const;

  /// Replies to waiting()[index].
  void reply(std::size_t index, Reply reply, UnixMs now_ms);
  /// A reply that nobody has asked for.
  void reply_to_nobody(EffectId id, UnixMs now_ms);
  void wake(UnixMs now_ms);
  void client_left(UnixMs now_ms);

 private:
  void take(UnixMs now_ms);
  void take_effect(const Effect& effect);
  void take_inserts(const Effect& effect);
  void use_body(EffectId body) const;
  void cancel(EffectId target);
  void note(const Effect& effect, const Reply& reply);
  void note_end_of(EffectId body, const Reply& reply);
  void finish();

  ClientRequest request_;
  std::size_t read_bytes_ = 0;  ///< Of its body.
  Answer answer_;
  Session session_;
  std::vector<Waiting> waiting_;
  std::set<EffectId>
      bodies_;               ///< The client's and those of responses: there, and not at their end.
  std::set<EffectId> held_;  ///< Bodies that the host keeps.
  std::set<EffectId> ids_;
  std::map<EffectId, std::string> calls_;
  UnixMs wake_ms_ = kNever;
  bool client_listens_ = true;
  bool client_has_left_ = false;
  bool done_ = false;
};

}  // namespace fluxgate::fuzz
