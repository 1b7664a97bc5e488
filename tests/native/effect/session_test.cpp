// The effect engine: tasks, the ready queue, effects outstanding together, cancellation by
// destruction.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "effect/operations.h"
#include "effect/session.h"

namespace fluxgate {
namespace {

/// Counts the coroutine frames that are alive: one stands in each frame.
struct FrameCount {
  explicit FrameCount(int& count) : count_(count) { ++count_; }
  FrameCount(const FrameCount&) = delete;
  ~FrameCount() { --count_; }
  int& count_;
};

Error some_error(const char* message) {
  return Error(ErrorCode::upstream_error, message);
}

Reply ok_reply(std::string_view data = "") {
  return Reply{static_cast<std::uint32_t>(ReplyCode::ok), Bytes::copy_of(data)};
}

/// A session with the root under test, and the effects that it emitted so far.
class Conversation {
 public:
  explicit Conversation(Task<> root) : session(0, Randomness{}) { session.run(std::move(root)); }

  /// The effects that the session has ready now.
  std::vector<Effect> take() {
    std::vector<Effect> effects;
    while (const Effect* effect = session.next()) effects.push_back(*effect);
    return effects;
  }

  /// The kinds of take().
  std::vector<EffectKind> take_kinds() {
    std::vector<EffectKind> kinds;
    for (const Effect& effect : take()) kinds.push_back(effect.kind);
    return kinds;
  }

  Session session;
};

/// The sleep of that length among `effects`; 0 when there is none.
EffectId sleep_of(const std::vector<Effect>& effects, std::uint32_t time_ms) {
  for (const Effect& effect : effects) {
    if (effect.kind == EffectKind::sleep && effect.time_ms == time_ms) return effect.id;
  }
  return 0;
}

using Kinds = std::vector<EffectKind>;

Task<int> give(int value) {
  co_return value;
}
Task<int> refuse(const char* message) {
  co_return some_error(message);
}
Task<int> give_after(std::uint32_t time_ms, int value) {
  co_await sleep(time_ms);
  co_return value;
}
Task<> log_number(int value) {
  Session& session = co_await current_session();
  session.log(std::to_string(value));
}

// --- Values and errors ---

Task<> add_two_numbers(int& sum) {
  const int a = co_await give(2);
  const int b = co_await give(3);
  sum = a + b;
}

TEST(Task, GivesItsValueToTheOneThatAwaitsIt) {
  int sum = 0;
  Conversation conversation(add_two_numbers(sum));
  EXPECT_EQ(conversation.take_kinds(), Kinds{EffectKind::done});
  EXPECT_EQ(sum, 5);
}

Task<> stop_at_an_error(int& reached) {
  reached = 1;
  co_await refuse("no");
  reached = 2;
}
Task<> look_at_the_end_of(Task<> task, std::string& message) {
  Result<void> result = co_await attempt(std::move(task));
  message = result ? "fine" : result.error().message;
}

TEST(Task, EndsTheAwaitingCoroutineWithTheErrorOfTheAwaited) {
  int reached = 0;
  std::string message;
  Conversation conversation(look_at_the_end_of(stop_at_an_error(reached), message));
  conversation.take();
  EXPECT_EQ(reached, 1);
  EXPECT_EQ(message, "no");
}

Task<> await_a_result(Result<int> result, int& value) {
  value = co_await std::move(result);
}

TEST(Task, TakesAResultLikeATask) {
  int value = 0;
  std::string message;
  Conversation good(look_at_the_end_of(await_a_result(7, value), message));
  good.take();
  EXPECT_EQ(value, 7);
  EXPECT_EQ(message, "fine");
  Conversation bad(look_at_the_end_of(await_a_result(some_error("bad"), value), message));
  bad.take();
  EXPECT_EQ(message, "bad");
}

Task<> attempt_both(std::vector<std::string>& seen) {
  Result<int> good = co_await attempt(give(1));
  seen.push_back(good ? std::to_string(*good) : good.error().message);
  Result<int> bad = co_await attempt(refuse("bad"));
  seen.push_back(bad ? std::to_string(*bad) : bad.error().message);
}

TEST(Task, HandsTheErrorOverToWhomItIsAttempted) {
  std::vector<std::string> seen;
  Conversation conversation(attempt_both(seen));
  conversation.take();
  EXPECT_EQ(seen, (std::vector<std::string>{"1", "bad"}));
}

Task<std::unique_ptr<int>> give_owned() {
  co_return std::make_unique<int>(4);
}
Task<> take_owned(int& value) {
  value = *co_await give_owned();
}

TEST(Task, MovesValuesThatCannotBeCopied) {
  int value = 0;
  Conversation conversation(take_owned(value));
  conversation.take();
  EXPECT_EQ(value, 4);
}

// --- The stack stays flat ---

std::uintptr_t stack_position() {
  return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
}

struct StackSpan {
  std::uintptr_t lowest = UINTPTR_MAX;
  std::uintptr_t highest = 0;
  void note() {
    lowest = std::min(lowest, stack_position());
    highest = std::max(highest, stack_position());
  }
};

Task<int> note_stack(StackSpan& span, int value) {
  span.note();
  co_return value;
}
Task<> await_in_a_loop(int count, StackSpan& span, std::int64_t& sum) {
  for (int i = 0; i < count; ++i) {
    sum += co_await note_stack(span, i);
    span.note();
  }
}

TEST(Task, AHundredThousandSynchronousAwaitsLeaveTheStackFlat) {
  StackSpan span;
  std::int64_t sum = 0;
  Conversation conversation(await_in_a_loop(100'000, span, sum));
  EXPECT_EQ(conversation.take_kinds(), Kinds{EffectKind::done});
  EXPECT_EQ(sum, 100'000LL * 99'999 / 2);
  EXPECT_LT(span.highest - span.lowest, 4096u);
}

Task<int> nest(int depth, int& alive, StackSpan& span) {
  FrameCount count(alive);
  span.note();
  if (depth == 0) co_return co_await give_after(1, 0);
  co_return 1 + co_await nest(depth - 1, alive, span);
}
Task<> run_nested(int depth, int& alive, StackSpan& span, int& result) {
  result = co_await nest(depth, alive, span);
}

TEST(Task, DeepNestingResumesWithAFlatStack) {
  int alive = 0;
  int result = 0;
  StackSpan span;
  Conversation conversation(run_nested(1000, alive, span, result));
  const std::vector<Effect> effects = conversation.take();
  ASSERT_EQ(effects.size(), 1u);
  EXPECT_EQ(alive, 1001);
  conversation.session.reply(effects[0].id, ok_reply(), 1);
  conversation.take();
  EXPECT_EQ(result, 1000);
  EXPECT_EQ(alive, 0);
  EXPECT_LT(span.highest - span.lowest, 4096u);
}

// --- Effects ---

Task<> log_twice() {
  co_await log_number(1);
  co_await log_number(2);
}

TEST(Session, EmitsEffectsInOrderAndDoneLast) {
  Conversation conversation(log_twice());
  EXPECT_EQ(conversation.take_kinds(), (Kinds{EffectKind::log, EffectKind::log, EffectKind::done}));
  EXPECT_EQ(conversation.session.next(), nullptr);
}

Task<> fetch_and_collect(std::string& body, std::string& type) {
  Request request;
  request.method = Method::post;
  request.url = "https://a.example/x";
  request.headers.append("accept", "text/plain");
  request.body = "hello";
  UpstreamResponse answer = co_await fetch(std::move(request));
  type = answer.headers.find("content-type").value_or("none");
  const Bytes bytes = co_await collect(std::move(answer.body), {100, 200});
  body = bytes.view();
}

TEST(Session, ResumesExactlyWhereTheReplyBelongs) {
  std::string body;
  std::string type;
  Conversation conversation(fetch_and_collect(body, type));
  std::vector<Effect> effects = conversation.take();
  ASSERT_EQ(effects.size(), 1u);
  EXPECT_EQ(effects[0].kind, EffectKind::fetch);
  EXPECT_EQ(effects[0].head, "POST https://a.example/x\naccept: text/plain\n");
  EXPECT_EQ(effects[0].body, "hello");
  const EffectId fetch_id = effects[0].id;
  conversation.session.reply(fetch_id, {200, Bytes::copy_of("content-type: text/css\n")}, 5);
  effects = conversation.take();
  ASSERT_EQ(effects.size(), 1u);
  EXPECT_EQ(effects[0].kind, EffectKind::collect);
  EXPECT_EQ(effects[0].target, fetch_id);
  EXPECT_EQ(effects[0].max_bytes, 100u);
  EXPECT_EQ(effects[0].time_ms, 200u);
  conversation.session.reply(effects[0].id, ok_reply("world"), 6);
  EXPECT_EQ(conversation.take_kinds(), Kinds{EffectKind::done});
  EXPECT_EQ(type, "text/css");
  EXPECT_EQ(body, "world");
  EXPECT_EQ(conversation.session.now_ms(), 6);
}

TEST(Session, IgnoresRepliesThatNobodyWaitsFor) {
  Conversation conversation(sleep(5));
  const std::vector<Effect> effects = conversation.take();
  conversation.session.reply(effects[0].id + 7, ok_reply("stray"), 1);
  EXPECT_TRUE(conversation.take().empty());
  conversation.session.reply(effects[0].id, ok_reply(), 2);
  conversation.session.reply(effects[0].id, ok_reply(), 3);
  EXPECT_EQ(conversation.take_kinds(), Kinds{EffectKind::done});
}

TEST(Session, KeepsItsClockWhenTheHostsStepsBack) {
  Conversation conversation(sleep(5));
  const EffectId id = conversation.take()[0].id;
  conversation.session.reply(id, ok_reply(), 1000);
  conversation.session.reply(id, ok_reply(), 10);
  EXPECT_EQ(conversation.session.now_ms(), 1000);
}

Task<> fetch_with_failure(ErrorCode& code) {
  Result<UpstreamResponse> answer = co_await attempt(fetch(Request{}));
  code = answer ? ErrorCode::internal_error : answer.error().code;
}

TEST(Session, AFailedFetchIsAnErrorOfItsKind) {
  for (const auto& [reply, expected] :
       {std::pair(ReplyCode::failed, ErrorCode::upstream_unreachable),
        std::pair(ReplyCode::unsupported, ErrorCode::unsupported_by_host),
        std::pair(ReplyCode::ok, ErrorCode::upstream_unreachable)}) {
    ErrorCode code = ErrorCode::internal_error;
    Conversation conversation(fetch_with_failure(code));
    conversation.session.reply(conversation.take()[0].id,
                               {static_cast<std::uint32_t>(reply), Bytes()}, 1);
    conversation.take();
    EXPECT_EQ(code, expected);
  }
}

Task<> stream_an_answer(ErrorCode& code) {
  Response head;
  head.status = 200;
  head.body = "a";
  co_await begin_response(std::move(head));
  co_await write("b");
  const Result<void> last = co_await attempt(write("c"));
  code = last ? ErrorCode::internal_error : last.error().code;
  Session& session = co_await current_session();
  session.end_body(BodyMode::broken);
}

TEST(Session, AnAnswerIsWrittenPieceByPieceUntilTheClientIsGone) {
  ErrorCode code = ErrorCode::internal_error;
  Conversation conversation(stream_an_answer(code));
  std::vector<Effect> effects = conversation.take();
  ASSERT_EQ(effects.size(), 1u);
  EXPECT_EQ(effects[0].kind, EffectKind::respond);
  EXPECT_EQ(effects[0].mode, BodyMode::more);
  EXPECT_EQ(effects[0].body, "a");
  for (const char* piece : {"b", "c"}) {
    conversation.session.reply(effects[0].id, ok_reply(), 1);
    effects = conversation.take();
    ASSERT_EQ(effects.size(), 1u);
    EXPECT_EQ(effects[0].kind, EffectKind::write);
    EXPECT_EQ(effects[0].body, piece);
  }
  conversation.session.reply(effects[0].id,
                             {static_cast<std::uint32_t>(ReplyCode::client_gone), Bytes()}, 2);
  effects = conversation.take();
  ASSERT_EQ(effects.size(), 2u);
  EXPECT_EQ(effects[0].kind, EffectKind::end);
  EXPECT_EQ(effects[0].mode, BodyMode::broken);
  EXPECT_EQ(code, ErrorCode::client_closed);
}

// --- Several at once ---

Task<> race(std::size_t& first, int& first_value, int& second_value) {
  Task<int> slow = give_after(20, 1);
  Task<int> quick = give_after(10, 2);
  first = co_await when_any(slow, quick);
  first_value = co_await std::move(quick);
  second_value = co_await std::move(slow);
}

TEST(WhenAny, GivesTheFirstAndLetsTheOthersGoOn) {
  std::size_t first = 9;
  int quick = 0;
  int slow = 0;
  Conversation conversation(race(first, quick, slow));
  const std::vector<Effect> effects = conversation.take();
  ASSERT_EQ(effects.size(), 2u);  // Both are outstanding together.
  conversation.session.reply(effects[1].id, ok_reply(), 10);
  EXPECT_TRUE(conversation.take().empty());
  EXPECT_EQ(first, 1u);
  EXPECT_EQ(quick, 2);
  EXPECT_EQ(slow, 0);
  conversation.session.reply(effects[0].id, ok_reply(), 20);
  EXPECT_EQ(conversation.take_kinds(), Kinds{EffectKind::done});
  EXPECT_EQ(slow, 1);
}

TEST(WhenAny, BothReadyAtOnceGivesTheOneThatEndedFirst) {
  std::size_t first = 9;
  int quick = 0;
  int slow = 0;
  Conversation conversation(race(first, quick, slow));
  const std::vector<Effect> effects = conversation.take();
  conversation.session.reply(effects[1].id, ok_reply(), 10);
  conversation.session.reply(effects[0].id, ok_reply(), 10);
  EXPECT_EQ(conversation.take_kinds(), Kinds{EffectKind::done});
  EXPECT_EQ(first, 1u);
  EXPECT_EQ(quick + slow, 3);
}

Task<> count_ticks_beside(int& ticks, int& value) {
  Task<int> work = give_after(1000, 5);
  for (;;) {
    Task<> tick = sleep(10);
    if (co_await when_any(work, tick) == 0) break;
    ++ticks;
  }
  value = co_await std::move(work);
}

TEST(WhenAny, CanBeAwaitedAgainWithTheSameTask) {
  int ticks = 0;
  int value = 0;
  Conversation conversation(count_ticks_beside(ticks, value));
  std::vector<Effect> effects = conversation.take();
  ASSERT_EQ(effects.size(), 2u);
  const EffectId work = sleep_of(effects, 1000);
  EffectId tick = sleep_of(effects, 10);
  for (int i = 0; i < 3; ++i) {
    conversation.session.reply(tick, ok_reply(), 10);
    effects = conversation.take();
    // The tick that has rung is dropped, the next one starts; the work is not asked for again.
    tick = sleep_of(effects, 10);
    ASSERT_NE(tick, 0u);
    ASSERT_EQ(sleep_of(effects, 1000), 0u);
  }
  conversation.session.reply(work, ok_reply(), 1000);
  effects = conversation.take();
  ASSERT_EQ(effects.size(), 2u);
  EXPECT_EQ(effects[0].kind, EffectKind::cancel);
  EXPECT_EQ(effects[0].target, tick);
  EXPECT_EQ(effects[1].kind, EffectKind::done);
  EXPECT_EQ(ticks, 3);
  EXPECT_EQ(value, 5);
}

Task<> race_with_one_that_is_done(std::size_t& first) {
  Task<int> waiting = give_after(5, 1);
  Task<int> ready = give(2);
  ready.start(co_await current_session());
  co_await give(0);  // Lets it run.
  first = co_await when_any(waiting, ready);
}

TEST(WhenAny, DoesNotWaitForWhatIsDoneAlready) {
  std::size_t first = 9;
  Conversation conversation(race_with_one_that_is_done(first));
  EXPECT_EQ(conversation.take_kinds(), Kinds{EffectKind::done});
  EXPECT_EQ(first, 1u);
}

Task<> with_limit(Task<int> work, std::string& outcome) {
  Result<int> result = co_await attempt(with_deadline(std::move(work), 50, some_error("late")));
  outcome = result ? std::to_string(*result) : result.error().message;
}

TEST(WithDeadline, CancelsTheWorkThatIsLate) {
  std::string outcome;
  Conversation conversation(with_limit(give_after(100, 1), outcome));
  const std::vector<Effect> effects = conversation.take();
  ASSERT_EQ(effects.size(), 2u);
  conversation.session.reply(sleep_of(effects, 50), ok_reply(), 50);
  const std::vector<Effect> after = conversation.take();
  ASSERT_EQ(after.size(), 2u);
  EXPECT_EQ(after[0].kind, EffectKind::cancel);
  EXPECT_EQ(after[0].target, sleep_of(effects, 100));
  EXPECT_EQ(after[1].kind, EffectKind::done);
  EXPECT_EQ(outcome, "late");
}

TEST(WithDeadline, CancelsTheTimerOfWorkThatIsInTime) {
  std::string outcome;
  Conversation conversation(with_limit(give_after(10, 3), outcome));
  const std::vector<Effect> effects = conversation.take();
  conversation.session.reply(sleep_of(effects, 10), ok_reply(), 10);
  const std::vector<Effect> after = conversation.take();
  ASSERT_EQ(after.size(), 2u);
  EXPECT_EQ(after[0].kind, EffectKind::cancel);
  EXPECT_EQ(after[0].target, sleep_of(effects, 50));
  EXPECT_EQ(outcome, "3");
}

TEST(WithDeadline, PassesOnTheErrorOfTheWork) {
  std::string outcome;
  Conversation conversation(with_limit(refuse("no"), outcome));
  conversation.take();
  EXPECT_EQ(outcome, "no");
}

// --- Cancellation ---

Task<int> counted_sleep(int& alive) {
  FrameCount count(alive);
  co_await sleep(1);
  co_return 0;
}
Task<> sleep_in_three_frames(int& alive) {
  FrameCount count(alive);
  Task<int> a = counted_sleep(alive);
  Task<int> b = counted_sleep(alive);
  co_await when_any(a, b);
  co_await std::move(a);
  co_await std::move(b);
}

TEST(Session, EveryFrameGoesWhenItIsClosedEarly) {
  int alive = 0;
  for (int reply_count = 0; reply_count < 3; ++reply_count) {
    auto conversation = std::make_unique<Conversation>(sleep_in_three_frames(alive));
    const std::vector<Effect> effects = conversation->take();
    EXPECT_EQ(alive, 3);
    for (int i = 0; i < reply_count; ++i) {
      conversation->session.reply(effects[i].id, ok_reply(), 1);
      if (i == 0) conversation->take();  // The second reply is still unread when the session goes.
    }
    conversation.reset();
    EXPECT_EQ(alive, 0);
  }
}

TEST(Session, MayBeClosedBeforeItsFirstStep) {
  int alive = 0;
  { Conversation conversation(sleep_in_three_frames(alive)); }
  EXPECT_EQ(alive, 0);
}

Task<> drop_a_task_that_waits() {
  {
    Task<int> dropped = give_after(100, 1);
    Task<> tick = sleep(1);
    co_await when_any(dropped, tick);
  }
  co_await log_number(1);
}

TEST(Session, TellsTheHostOfEffectsThatAreNoLongerWanted) {
  Conversation conversation(drop_a_task_that_waits());
  const std::vector<Effect> effects = conversation.take();
  conversation.session.reply(effects[1].id, ok_reply(), 1);
  const std::vector<Effect> after = conversation.take();
  ASSERT_EQ(after.size(), 3u);
  EXPECT_EQ(after[0].kind, EffectKind::cancel);
  EXPECT_EQ(after[0].target, effects[0].id);
  EXPECT_EQ(after[1].kind, EffectKind::log);
}

Task<> fetch_and_forget() {
  UpstreamResponse answer = co_await fetch(Request{});
  co_await log_number(answer.status);
}

TEST(Session, AnUnreadBodyIsGivenBack) {
  Conversation conversation(fetch_and_forget());
  const EffectId id = conversation.take()[0].id;
  conversation.session.reply(id, {404, Bytes()}, 1);
  const std::vector<Effect> after = conversation.take();
  ASSERT_EQ(after.size(), 3u);
  EXPECT_EQ(after[0].kind, EffectKind::log);
  EXPECT_EQ(after[1].kind, EffectKind::cancel);
  EXPECT_EQ(after[1].target, id);
}

Task<> fetch_beside_a_timer() {
  Task<UpstreamResponse> answer = fetch(Request{});
  Task<> timer = sleep(1);
  co_await when_any(timer, answer);
}

TEST(Session, ABodyThatArrivesWhenNobodyWaitsAnyMoreIsGivenBackToo) {
  Conversation conversation(fetch_beside_a_timer());
  const std::vector<Effect> effects = conversation.take();
  const EffectId fetch_id = effects[0].kind == EffectKind::fetch ? effects[0].id : effects[1].id;
  const EffectId sleep_id = effects[0].kind == EffectKind::fetch ? effects[1].id : effects[0].id;
  conversation.session.reply(sleep_id, ok_reply(), 1);
  conversation.session.reply(fetch_id, {200, Bytes()}, 1);  // Arrived, but not read yet.
  const std::vector<Effect> after = conversation.take();
  ASSERT_EQ(after.size(), 2u);
  EXPECT_EQ(after[0].kind, EffectKind::cancel);
  EXPECT_EQ(after[0].target, fetch_id);
}

}  // namespace
}  // namespace fluxgate
