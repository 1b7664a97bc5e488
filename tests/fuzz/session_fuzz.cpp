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
#include "session_services.h"

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
      : gateway_(Environment::parse(environment_block(settings))),
        services_work_(services_work(settings)) {}

  void follow(const Record& record) {
    serve();
    now_ms_ += clock_step(record);
    switch (static_cast<char>(record.control(0) + '0')) {
      case 'Q': open(record); break;
      case 'X': close(record.control(1)); break;
      case 'Z':
        if (!open_.empty()) open_[0]->reply_to_nobody(record.control(1), now_ms_);
        break;
      default: act(record);
    }
  }

  /// To the end of every session.
  void finish(Manner manner) {
    for (int step = 0; step < kMaxSteps; ++step) {
      serve();
      std::erase_if(open_, [](const auto& conversation) { return conversation->is_done(); });
      if (open_.empty()) {
        expect(has_closed_ || services_.is_settled(), "what is reserved is settled");
        return;
      }
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
    if (index >= open_.size()) return;
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
    has_closed_ = true;
  }

  /// Lets the services that work answer.
  void serve() {
    if (!services_work_) return;
    for (const auto& each : open_) {
      for (std::size_t index = 0; index < each->waiting().size();) {
        auto reply = services_.answer(each->waiting()[index].effect, now_ms_);
        if (reply) each->reply(index, *std::move(reply), now_ms_);
        index = reply ? 0 : index + 1;
      }
    }
  }

  /// One thing that a session waits for: a reply, a time, or that the client goes away.
  enum class What : std::uint8_t { reply, time, leaving };
  struct Place {
    Conversation* conversation;
    What what;
    std::size_t index;  ///< Of the effect in waiting().
  };

  /// All of them: first calls, bodies and what the client takes, in their order; then times; last
  /// the clients' leaving. So records can tell the usual way of a request by zeros.
  std::vector<Place> places() const {
    std::vector<Place> all;
    for (const auto& each : open_) {
      for (std::size_t index = 0; index < each->waiting().size(); ++index) {
        all.push_back({each.get(), What::reply, index});
      }
    }
    for (const auto& each : open_) {
      if (each->wake_ms() != kNever) all.push_back({each.get(), What::time, 0});
    }
    for (const auto& each : open_) {
      if (each->client_is_there()) all.push_back({each.get(), What::leaving, 0});
    }
    return all;
  }

  void act(const Record& record) {
    const std::vector<Place> all = places();
    if (all.empty()) return;
    const Place& place = all[record.control(0) % all.size()];
    switch (place.what) {
      case What::reply: reply(record, *place.conversation, place.index); break;
      case What::time: wake(record, *place.conversation); break;
      case What::leaving: place.conversation->client_left(now_ms_); break;
    }
  }

  void reply(const Record& record, Conversation& conversation, std::size_t index) {
    const Effect& effect = conversation.waiting()[index].effect;
    const bool gives_request = effect.target == kClientBody && effect.kind != EffectKind::fetch &&
                               record.control(1) == 0 && record.field(2).empty();
    Reply reply = gives_request ? conversation.next_of_client_body(effect)
                                : scripted_reply(record, effect, conversation.call_of(effect));
    conversation.reply(index, std::move(reply), now_ms_);
  }

  /// When it wants to be woken, or up to a second later, or at any other time.
  void wake(const Record& record, Conversation& conversation) {
    constexpr UnixMs kLateMs[] = {0, 1, 500, 1000};
    const std::uint8_t number = record.control(1);
    if (number < std::size(kLateMs)) {
      now_ms_ = std::max(now_ms_, conversation.wake_ms() + kLateMs[number]);
    }
    conversation.wake(now_ms_);
  }

  /// When the host would answer by itself; kNever for what it leaves open.
  static UnixMs due_ms(const Conversation::Waiting& waiting, Manner manner) {
    const Effect& effect = waiting.effect;
    if (effect.kind == EffectKind::respond || effect.kind == EffectKind::write) return 0;
    if (manner == Manner::failing) return 0;
    return effect.time_ms > 0 ? waiting.asked_ms + effect.time_ms : kNever;
  }

  static Reply reply_of(const Effect& effect, Manner manner) {
    ReplyCode code = ReplyCode::ok;
    if (effect.kind == EffectKind::fetch) code = ReplyCode::failed;
    if (effect.kind == EffectKind::read) code = ReplyCode::end;
    if (manner != Manner::failing && effect.time_ms > 0) code = ReplyCode::timed_out;
    return Reply{static_cast<std::uint32_t>(code), {}};
  }

  void go_on(Conversation& conversation, Manner manner) {
    if (manner == Manner::leaving && conversation.client_is_there()) {
      conversation.client_left(now_ms_);
      return;
    }
    const auto& waiting = conversation.waiting();
    std::size_t next = waiting.size();  // None: the session is woken.
    UnixMs next_ms = conversation.wake_ms();
    for (std::size_t index = waiting.size(); index-- > 0;) {
      if (due_ms(waiting[index], manner) > next_ms) continue;
      next = index;
      next_ms = due_ms(waiting[index], manner);
    }
    expect(next_ms != kNever, "a session waits for nothing that never comes");
    now_ms_ = std::max(now_ms_, next_ms);
    if (next == waiting.size()) {
      conversation.wake(now_ms_);
    } else {
      conversation.reply(next, reply_of(waiting[next].effect, manner), now_ms_);
    }
  }

  UnixMs now_ms_ = kStartMs;
  Gateway gateway_;
  bool services_work_;
  bool has_closed_ = false;  ///< A session that was closed settles nothing.
  Services services_;
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
