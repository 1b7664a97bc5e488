#include "session_conversation.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "fuzz.h"

namespace fluxgate::fuzz {
namespace {

/// Kinds whose effects wait for a reply; respond does when more follows.
bool takes_reply(const Effect& effect) {
  switch (effect.kind) {
    case EffectKind::respond: return effect.mode == BodyMode::more;
    case EffectKind::end:
    case EffectKind::cancel:
    case EffectKind::log:
    case EffectKind::done: return false;
    default: return true;
  }
}

/// Kinds that read a body which, unless it is held, nothing else may read at that time.
bool reads_target(const Effect& effect) {
  return effect.target != kNoBody &&
         (effect.kind == EffectKind::read || effect.kind == EffectKind::collect ||
          effect.kind == EffectKind::pipe || effect.kind == EffectKind::hold);
}

}  // namespace

Conversation::Conversation(Gateway& gateway, ClientRequest request, UnixMs now_ms)
    : request_(std::move(request)),
      answer_(hex(request_.randomness), gateway.instance().signing_keys() != nullptr,
              request_.is_head),
      session_(now_ms, request_.randomness),
      bodies_{kClientBody} {
  session_.run(gateway.serve(parse_request_head(request_.head)));
  take(now_ms);
}

std::string_view Conversation::call_of(const Effect& effect) const {
  const EffectId id = effect.kind == EffectKind::fetch ? effect.id : effect.target;
  const auto found = calls_.find(id);
  return found == calls_.end() ? std::string_view() : found->second;
}

Reply Conversation::next_of_client_body(const Effect& effect) {
  std::string_view rest = std::string_view(request_.body).substr(read_bytes_);
  if (effect.kind == EffectKind::read && rest.empty()) {
    return {static_cast<std::uint32_t>(ReplyCode::end), {}};
  }
  if (effect.kind != EffectKind::hold) {
    read_bytes_ += rest.size();
    return {0, Bytes::copy_of(rest)};
  }
  // The delimiter may begin among the record's own bytes.
  const std::string held = effect.body + std::string(rest);
  const std::size_t at = effect.head.empty() ? held.npos : held.find(effect.head);
  const bool is_found = at != held.npos;
  const std::size_t used_bytes = is_found ? at + effect.head.size() : held.size();
  read_bytes_ += used_bytes - std::min(used_bytes, effect.body.size());
  const auto code = is_found ? ReplyCode::ok : ReplyCode::end;
  return {static_cast<std::uint32_t>(code), Bytes::copy_of(told_of_held(held.substr(0, at)))};
}

/// Takes the batch that a call has left.
void Conversation::take(UnixMs now_ms) {
  for (const Effect& effect : session_.next_batch()) {
    expect(!done_, "nothing comes behind done");
    take_effect(effect);
    if (!takes_reply(effect)) {
      expect(effect.id == 0, "what takes no reply has no id");
      continue;
    }
    expect(ids_.insert(effect.id).second && effect.id >= kFirstEffectId, "an id of its own");
    waiting_.push_back({effect, now_ms});
  }
  const std::uint32_t wake_in_ms = session_.wake_in_ms();
  wake_ms_ = wake_in_ms == kNoLimitMs ? kNever : session_.now_ms() + wake_in_ms;
}

void Conversation::reply(std::size_t index, Reply reply, UnixMs now_ms) {
  const Effect effect = std::move(waiting_[index].effect);
  waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(index));
  note(effect, reply);
  session_.reply(effect.id, std::move(reply), now_ms);
  take(now_ms);
}

void Conversation::reply_to_nobody(EffectId id, UnixMs now_ms) {
  for (const Waiting& each : waiting_) {
    if (each.effect.id == id) return;
  }
  session_.reply(id, Reply{200, Bytes::copy_of("x: y\n")}, now_ms);
  take(now_ms);
}

void Conversation::wake(UnixMs now_ms) {
  session_.wake(now_ms);
  take(now_ms);
}

void Conversation::client_left(UnixMs now_ms) {
  client_has_left_ = true;
  client_listens_ = false;
  session_.client_left(now_ms);
  take(now_ms);
}

void Conversation::take_effect(const Effect& effect) {
  if (reads_target(effect)) use_body(effect.target);
  switch (effect.kind) {
    case EffectKind::fetch:
      check_fetch(effect);
      take_inserts(effect);
      calls_[effect.id] = effect.head;
      break;
    case EffectKind::hold:
      expect(effect.into == kNoBody || held_.contains(effect.into), "bytes go to what is held");
      break;
    case EffectKind::pipe: answer_.pipe(); break;
    case EffectKind::respond:
      answer_.respond(effect);
      if (effect.mode == BodyMode::passed) use_body(effect.target);
      bodies_.erase(effect.target);  // The host has a body that it passes on.
      break;
    case EffectKind::write: answer_.write(effect); break;
    case EffectKind::end: answer_.end(effect); break;
    case EffectKind::log: answer_.log(effect); break;
    case EffectKind::cancel: cancel(effect.target); break;
    case EffectKind::done: finish(); break;
    case EffectKind::read:
    case EffectKind::collect: break;
  }
}

/// The host has the bodies from now on, however the fetch ends.
void Conversation::take_inserts(const Effect& effect) {
  std::size_t place = 0;
  for (const Insert& insert : effect.inserts) {
    expect(place <= insert.place && insert.place <= effect.body.size(), "an insert has a place");
    expect(insert.coding == Coding::identity || insert.coding == Coding::base64, "a coding");
    place = insert.place;
    use_body(insert.body);
    bodies_.erase(insert.body);
  }
}

/// A body must be there to be read: its response has come, nothing has ended it, and nothing else
/// reads it.
void Conversation::use_body(EffectId body) const {
  if (held_.contains(body)) return;
  expect(bodies_.contains(body), "a body that is there is read");
  for (const Waiting& each : waiting_) {
    expect(!reads_target(each.effect) || each.effect.target != body, "a body has one reader");
  }
}

/// A body goes with the effect that reads it.
void Conversation::cancel(EffectId target) {
  bodies_.erase(target);
  held_.erase(target);
  std::erase_if(waiting_, [&](const Waiting& each) {
    if (each.effect.id != target) return false;
    if (reads_target(each.effect)) bodies_.erase(each.effect.target);
    return true;
  });
}

/// What follows from a reply, for the host and for what the client can expect.
void Conversation::note(const Effect& effect, const Reply& reply) {
  const bool ok = reply.is(ReplyCode::ok);
  switch (effect.kind) {
    case EffectKind::fetch:
      if (reply.code >= 200 && reply.code <= 599 && !reply.is_whole) bodies_.insert(effect.id);
      break;
    case EffectKind::read:
      if (!ok) note_end_of(effect.target, reply);
      break;
    case EffectKind::hold:
      if (!ok) note_end_of(effect.target, reply);
      if (!ok && !reply.is(ReplyCode::end)) {
        held_.erase(effect.into);
      } else if (effect.into == kNoBody) {
        held_.insert(effect.id);
      }
      break;
    case EffectKind::collect: note_end_of(effect.target, reply); break;
    case EffectKind::pipe:
      note_end_of(effect.target, reply);
      client_listens_ = client_listens_ && !reply.is(ReplyCode::client_gone);
      break;
    case EffectKind::respond:
    case EffectKind::write: client_listens_ = client_listens_ && ok; break;
    default: break;
  }
}

/// A client whose body breaks off has gone.
void Conversation::note_end_of(EffectId body, const Reply& reply) {
  bodies_.erase(body);
  if (body != kClientBody) return;
  client_listens_ =
      client_listens_ && (reply.is(ReplyCode::ok) || reply.is(ReplyCode::end) ||
                          reply.is(ReplyCode::too_large) || reply.is(ReplyCode::timed_out));
}

void Conversation::finish() {
  done_ = true;
  answer_.done(client_listens_);
  bodies_.erase(kClientBody);  // The host lets go of it by itself.
  expect(waiting_.empty(), "what nobody waits for is cancelled");
  expect(bodies_.empty(), "a body that nobody reads is let go");
  expect(held_.empty(), "what is held is let go");
}

}  // namespace fluxgate::fuzz
