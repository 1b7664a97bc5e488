// Whole sessions: one gateway, up to kMaxSessions requests, and a host that replies as the input
// says, in any order. Nothing traps, every session ends, and nothing leaves that must not.
//
// An input is a list of records (session_script.h). The first byte chooses the settings, the second
// what the host does when the records are used up.
#include <algorithm>
#include <memory>
#include <vector>

#include "fuzz.h"
#include "gateway/gateway.h"
#include "session_conversation.h"
#include "session_script.h"

namespace fluxgate::fuzz {
namespace {

constexpr std::size_t kMaxSessions = 6;
/// What a session needs at most when nothing new happens to it: a comment every 9 s for some
/// minutes, or a look for room every 50 ms for two.
constexpr int kMaxSteps = 10'000;

/// How a host goes on without a script.
enum class Manner : std::uint8_t {
  failing,  ///< Every call fails, every body ends, time passes.
  silent,   ///< No upstream ever answers or sends; the client listens.
  leaving,  ///< The client goes away.
};

/// The host of all sessions.
class Host {
 public:
  explicit Host(std::uint8_t settings)
      : gateway_(Environment::parse(environment_block(settings))) {}

  void follow(const Record& record) {
    now_ms_ += clock_step(record);
    switch (static_cast<char>(record.control(0) + '0')) {
      case 'Q': open(record); break;
      case 'X': close(record.control(1)); break;
      case 'Z':
        if (!open_.empty()) open_[0]->reply_to_nobody(record.control(1), now_ms_);
        break;
      default: reply(record);
    }
  }

  /// To the end of every session.
  void finish(Manner manner) {
    for (int step = 0; step < kMaxSteps; ++step) {
      std::erase_if(open_, [](const auto& conversation) { return conversation->is_done(); });
      if (open_.empty()) return;
      go_on(*open_.front(), manner);
    }
    expect(false, "every session ends");
  }

 private:
  void open(const Record& record) {
    std::erase_if(open_, [](const auto& conversation) { return conversation->is_done(); });
    if (open_.size() == kMaxSessions) return;
    open_.push_back(std::make_unique<Conversation>(gateway_, client_request(record), now_ms_));
  }

  /// The host may close a session at any moment.
  void close(std::size_t index) {
    if (index < open_.size()) open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
  }

  /// One thing that a session waits for.
  struct Place {
    Conversation* conversation;
    std::size_t index;
  };

  /// All of them: first calls, bodies and what the client takes, in their order; then timers; last
  /// the clients' leaving. So records can tell the usual way of a request by zeros.
  std::vector<Place> places() const {
    std::vector<Place> all;
    for (int rank = 0; rank < 3; ++rank) {
      for (const auto& conversation : open_) {
        for (std::size_t index = 0; index < conversation->waiting().size(); ++index) {
          const Place place{conversation.get(), index};
          if (rank_of(place) == rank) all.push_back(place);
        }
      }
    }
    return all;
  }

  static int rank_of(Place place) {
    const EffectKind kind = place.conversation->waiting()[place.index].effect.kind;
    return kind == EffectKind::watch ? 2 : kind == EffectKind::sleep ? 1 : 0;
  }

  void reply(const Record& record) {
    const std::vector<Place> all = places();
    if (all.empty()) return;
    const auto [conversation, index] = all[record.control(0) % all.size()];
    const Effect& effect = conversation->waiting()[index].effect;
    const bool gives_request = effect.kind == EffectKind::collect && effect.target == kClientBody &&
                               record.control(1) == 0;
    Reply reply = gives_request ? Reply{0, Bytes::copy_of(conversation->client_body())}
                                : scripted_reply(record, effect, conversation->call_of(effect));
    conversation->reply(index, std::move(reply), now_ms_);
  }

  /// When the host would answer by itself; kNever for what it leaves open.
  static constexpr UnixMs kNever = INT64_MAX;
  static UnixMs due_ms(const Conversation::Waiting& waiting, Manner manner) {
    const Effect& effect = waiting.effect;
    const bool timed = effect.time_ms > 0;
    switch (effect.kind) {
      case EffectKind::watch: return manner == Manner::leaving ? 0 : kNever;
      case EffectKind::sleep: return waiting.asked_ms + effect.time_ms;
      case EffectKind::respond:
      case EffectKind::write: return 0;
      default:
        if (manner == Manner::failing) return 0;
        return timed ? waiting.asked_ms + effect.time_ms : kNever;
    }
  }

  static Reply reply_of(const Effect& effect, Manner manner) {
    ReplyCode code = ReplyCode::ok;
    if (effect.kind == EffectKind::watch) code = ReplyCode::client_gone;
    if (effect.kind == EffectKind::fetch) code = ReplyCode::failed;
    if (effect.kind == EffectKind::read) code = ReplyCode::end;
    const bool waits_for_bytes = effect.kind != EffectKind::sleep && effect.time_ms > 0;
    if (manner != Manner::failing && waits_for_bytes) code = ReplyCode::timed_out;
    return Reply{static_cast<std::uint32_t>(code), {}};
  }

  void go_on(Conversation& conversation, Manner manner) {
    const auto& waiting = conversation.waiting();
    std::size_t next = 0;
    for (std::size_t index = 1; index < waiting.size(); ++index) {
      if (due_ms(waiting[index], manner) < due_ms(waiting[next], manner)) next = index;
    }
    const bool moves = !waiting.empty() && due_ms(waiting[next], manner) != kNever;
    expect(moves, "a session waits for nothing that never comes");
    now_ms_ = std::max(now_ms_, due_ms(waiting[next], manner));
    conversation.reply(next, reply_of(waiting[next].effect, manner), now_ms_);
  }

  UnixMs now_ms_ = kStartMs;
  Gateway gateway_;
  std::vector<std::unique_ptr<Conversation>> open_;  ///< They go before the gateway.
};

}  // namespace
}  // namespace fluxgate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes) {
  using namespace fluxgate::fuzz;
  const std::string_view input = text_of(data, size_bytes);
  if (input.size() < 2) return 0;
  // Answers may repeat the input, so it must hold no secret.
  if (holds_part_of_secret(input)) return -1;
  Host host(static_cast<std::uint8_t>(input[0] - '0'));
  const auto manner = static_cast<Manner>(static_cast<std::uint8_t>(input[1] - '0') % 3);
  for (const Record& record : records_of(input.substr(2))) host.follow(record);
  host.finish(manner);
  return 0;
}
