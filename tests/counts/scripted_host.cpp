#include <deque>

#include "effect/session.h"
#include "scripted_request.h"

namespace fluxgate::counts {
namespace {

constexpr UnixMs kNowMs = 1'767'225'600'000;

/// Where one session stands in its script.
class Progress {
 public:
  explicit Progress(const ScriptedRequest& request) : request_(request) {}

  /// True when the effect is answered at once; `reply` is then what to say.
  bool answer(const Effect& effect, Reply& reply) {
    switch (effect.kind) {
      case EffectKind::fetch: return fetch(effect, reply);
      case EffectKind::collect: reply.data = Bytes::copy_of(request_.body); return true;
      case EffectKind::read: read(reply); return true;
      case EffectKind::respond: status_ = effect.status; return true;
      case EffectKind::write: ++write_count_; return true;
      case EffectKind::pipe: return true;
      default: return false;
    }
  }

  bool went_well() const {
    return status_ == request_.status && fetch_count_ == request_.answers.size() &&
           write_count_ == request_.write_count;
  }

 private:
  /// A body that is one piece and short enough comes with its head, as from real hosts.
  bool fetch(const Effect& effect, Reply& reply) {
    if (fetch_count_ == request_.answers.size()) return false;
    const ScriptedAnswer& answer = request_.answers[fetch_count_++];
    next_piece_ = 0;
    reply.code = answer.status;
    reply.data = Bytes::copy_of(answer.header_lines);
    reply.is_whole = answer.pieces.size() == 1 && answer.pieces[0].size() <= effect.inline_bytes;
    if (reply.is_whole) reply.body = Bytes::copy_of(answer.pieces[0]);
    return true;
  }

  void read(Reply& reply) {
    const auto& pieces = request_.answers[fetch_count_ - 1].pieces;
    if (next_piece_ == pieces.size()) {
      reply.code = static_cast<std::uint32_t>(ReplyCode::end);
    } else {
      reply.data = Bytes::copy_of(pieces[next_piece_++]);
    }
  }

  const ScriptedRequest& request_;
  std::size_t fetch_count_ = 0;
  std::size_t next_piece_ = 0;
  std::size_t write_count_ = 0;
  std::uint32_t status_ = 0;
};

}  // namespace

bool serve(Gateway& gateway, const ScriptedRequest& request) {
  Session session(kNowMs, Randomness{});
  session.run(gateway.serve(parse_request_head(request.head)));
  Progress progress(request);
  std::deque<std::pair<EffectId, Reply>> replies;
  for (;;) {
    for (const Effect& effect : session.next_batch()) {
      if (effect.kind == EffectKind::done) return progress.went_well();
      Reply reply;
      const bool answers = progress.answer(effect, reply);
      if (answers && effect.id != 0) replies.emplace_back(effect.id, std::move(reply));
    }
    if (replies.empty()) return false;
    session.reply(replies.front().first, std::move(replies.front().second), kNowMs);
    replies.pop_front();
  }
}

}  // namespace fluxgate::counts
