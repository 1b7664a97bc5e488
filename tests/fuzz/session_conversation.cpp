#include "session_conversation.h"

#include <utility>

#include "fuzz.h"

namespace fluxgate::fuzz {
namespace {

std::string hex(const std::array<std::uint8_t, 16>& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace

Conversation::Conversation(Gateway& gateway, ClientRequest request, UnixMs now_ms)
    : request_(std::move(request)),
      answer_(hex(request_.randomness), request_.is_head),
      session_(now_ms, request_.randomness) {
  session_.run(gateway.serve(parse_request_head(request_.head)));
  take(now_ms);
}

std::string_view Conversation::call_of(const Effect& effect) const {
  const EffectId id = effect.kind == EffectKind::fetch ? effect.id : effect.target;
  const auto found = calls_.find(id);
  return found == calls_.end() ? std::string_view() : found->second;
}

/// Takes every effect that is there.
void Conversation::take(UnixMs now_ms) {
  while (const Effect* effect = session_.next()) {
    expect(!done_, "nothing comes behind done");
    take_effect(*effect, now_ms);
  }
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

void Conversation::take_effect(const Effect& effect, UnixMs now_ms) {
  switch (effect.kind) {
    case EffectKind::fetch:
      check_fetch(effect);
      if (effect.target != kNoBody) use_body(effect.target);
      bodies_.erase(effect.target);  // The host owns the body from now on, however the fetch ends.
      calls_[effect.id] = effect.head;
      break;
    case EffectKind::read:
    case EffectKind::collect: use_body(effect.target); break;
    case EffectKind::pipe:
      use_body(effect.target);
      answer_.pipe();
      break;
    case EffectKind::respond: answer_.respond(effect); break;
    case EffectKind::write: answer_.write(effect); break;
    case EffectKind::end: answer_.end(effect); return;
    case EffectKind::log: answer_.log(effect); return;
    case EffectKind::cancel: cancel(effect.target); return;
    case EffectKind::done: finish(); return;
    case EffectKind::sleep:
    case EffectKind::watch: break;
  }
  expect(ids_.insert(effect.id).second && effect.id >= kFirstEffectId, "an id of its own");
  waiting_.push_back({effect, now_ms});
}

/// A body must be there to be read: its response has come, and nothing has ended it.
void Conversation::use_body(EffectId body) {
  expect(body == kClientBody || bodies_.contains(body), "a body that is there is read");
}

void Conversation::cancel(EffectId target) {
  bodies_.erase(target);
  std::erase_if(waiting_, [&](const Waiting& each) { return each.effect.id == target; });
}

/// What follows from a reply, for the host and for what the client can expect.
void Conversation::note(const Effect& effect, const Reply& reply) {
  const bool ok = reply.is(ReplyCode::ok);
  switch (effect.kind) {
    case EffectKind::fetch:
      if (reply.code >= 200 && reply.code <= 599) bodies_.insert(effect.id);
      break;
    case EffectKind::read:
      if (!ok) bodies_.erase(effect.target);
      break;
    case EffectKind::collect:
      bodies_.erase(effect.target);
      if (effect.target != kClientBody || ok) break;
      client_listens_ =
          client_listens_ && (reply.is(ReplyCode::too_large) || reply.is(ReplyCode::timed_out));
      break;
    case EffectKind::pipe:
      bodies_.erase(effect.target);
      client_listens_ = client_listens_ && !reply.is(ReplyCode::client_gone);
      break;
    case EffectKind::respond:
    case EffectKind::write: client_listens_ = client_listens_ && ok; break;
    case EffectKind::watch: client_listens_ = false; break;
    default: break;
  }
}

void Conversation::finish() {
  done_ = true;
  answer_.done(client_listens_);
  expect(waiting_.empty(), "what nobody waits for is cancelled");
  expect(bodies_.empty(), "a body that nobody reads is let go");
}

}  // namespace fluxgate::fuzz
