// The effect engine: tasks, the ready queue, batches, effects outstanding together, cancellation by
// destruction. timers_test.cpp is about time, operations_test.cpp about single operations.
#include "effect/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "conversation.h"
#include "effect/operations.h"

namespace fluxgate {
namespace {

/// Counts the coroutine frames that are alive: one stands in each frame.
struct FrameCount {
  explicit FrameCount(int& count) : count_(count) { ++count_; }
  FrameCount(const FrameCount&) = delete;
  ~FrameCount() { --count_; }
  int& count_;
};

Task<int> give(int value) {
  co_return value;
}
Task<int> refuse(const char* message) {
  co_return some_error(message);
}
Task<int> give_after(std::uint32_t time_ms, int value) {
  co_await Sleep(time_ms);
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
  EXPECT_TRUE(conversation.take().empty());
  EXPECT_EQ(alive, 1001);
  conversation.wake(1);
  EXPECT_EQ(result, 1000);
  EXPECT_EQ(alive, 0);
  EXPECT_LT(span.highest - span.lowest, 4096u);
}

// --- Effects ---

Task<> ask_for_all_at_once() {
  Session& session = co_await current_session();
  Task<UpstreamResponse> one = fetch(Request{});
  Task<UpstreamResponse> two = fetch(Request{});
  one.start(session);
  two.start(session);
  co_await log_number(1);
  co_await begin_response(Response{});
  co_await log_number(2);
}

TEST(Session, ABatchHoldsAllThatIsAskedInItsOrderAndDoneLast) {
  Conversation conversation(ask_for_all_at_once());
  const std::vector<Effect> effects = conversation.take();
  EXPECT_EQ(kinds_of(effects),
            (Kinds{EffectKind::fetch, EffectKind::fetch, EffectKind::log, EffectKind::respond}));
  EXPECT_EQ(effects[0].id, kFirstEffectId);
  EXPECT_EQ(effects[1].id, kFirstEffectId + 1);
  EXPECT_EQ(effects[2].id, 0u);
  EXPECT_EQ(effects[3].id, kFirstEffectId + 2);
  EXPECT_TRUE(conversation.take().empty());
  // The calls that nobody has taken an answer of are given up.
  EXPECT_EQ(kinds_of(conversation.reply(effects[3].id, ok_reply())),
            (Kinds{EffectKind::log, EffectKind::cancel, EffectKind::cancel, EffectKind::done}));
  EXPECT_TRUE(conversation.take().empty());
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
  effects = conversation.reply(fetch_id, {200, Bytes::copy_of("content-type: text/css\n")}, 5);
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

Task<> collect_twice() {
  co_await collect_request_body({1, 1}, kNoLimitMs);
  co_await collect_request_body({1, 1}, kNoLimitMs);
}

TEST(Session, IgnoresRepliesThatNobodyWaitsFor) {
  Conversation conversation(collect_twice());
  const EffectId first = conversation.take()[0].id;
  EXPECT_TRUE(conversation.reply(first + 7, ok_reply("stray"), 1).empty());
  EXPECT_TRUE(conversation.reply(0, ok_reply("for nothing"), 1).empty());
  const EffectId second = conversation.reply(first, ok_reply(), 2)[0].id;
  EXPECT_TRUE(conversation.reply(first, ok_reply(), 3).empty());
  EXPECT_EQ(kinds_of(conversation.reply(second, ok_reply(), 4)), Kinds{EffectKind::done});
  EXPECT_TRUE(conversation.reply(second, ok_reply(), 5).empty());
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

Task<> fetch_often(std::string url, std::uint32_t times, ErrorCode& code) {
  for (std::uint32_t i = 0; i < times; ++i) {
    Request request;
    request.url = url;
    Result<UpstreamResponse> answer = co_await attempt(fetch(std::move(request)));
    if (!answer) code = answer.error().code;
  }
}

TEST(Session, CallsOtherServersNotMoreThanItMay) {
  struct Row {
    std::string url;
    std::uint32_t times;
    std::uint32_t seen;
    ErrorCode code;
  };
  const Row rows[] = {
      {"https://a.example/", kMaxExternalCalls, kMaxExternalCalls, ErrorCode::internal_error},
      {"https://a.example/", kMaxExternalCalls + 2, kMaxExternalCalls, ErrorCode::too_many_calls},
      {"binding://IMAGES/a", kMaxExternalCalls + 2, kMaxExternalCalls + 2,
       ErrorCode::internal_error},
  };
  for (const Row& row : rows) {
    ErrorCode code = ErrorCode::internal_error;
    std::uint32_t seen = 0;
    Conversation conversation(fetch_often(row.url, row.times, code));
    for (auto effects = conversation.take(); effects.back().kind == EffectKind::fetch;) {
      ++seen;
      effects = conversation.reply(effects.back().id, whole_reply(""));
    }
    EXPECT_EQ(seen, row.seen) << row.url;
    EXPECT_EQ(code, row.code) << row.url;
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
  EXPECT_TRUE(conversation.take().empty());
  EXPECT_TRUE(conversation.wake(10).empty());
  EXPECT_EQ(first, 1u);
  EXPECT_EQ(quick, 2);
  EXPECT_EQ(slow, 0);
  EXPECT_EQ(kinds_of(conversation.wake(20)), Kinds{EffectKind::done});
  EXPECT_EQ(slow, 1);
}

TEST(WhenAny, BothReadyAtOnceGivesTheOneThatEndedFirst) {
  std::size_t first = 9;
  int quick = 0;
  int slow = 0;
  Conversation conversation(race(first, quick, slow));
  conversation.take();
  conversation.session.wake(10);
  conversation.session.wake(20);
  EXPECT_EQ(conversation.take_kinds(), Kinds{EffectKind::done});
  EXPECT_EQ(first, 1u);
  EXPECT_EQ(quick + slow, 3);
}

Task<> count_ticks_beside(int& ticks, int& value) {
  Task<int> work = give_after(1000, 5);
  for (;;) {
    Task<int> tick = give_after(10, 0);
    if (co_await when_any(work, tick) == 0) break;
    ++ticks;
  }
  value = co_await std::move(work);
}

TEST(WhenAny, CanBeAwaitedAgainWithTheSameTask) {
  int ticks = 0;
  int value = 0;
  Conversation conversation(count_ticks_beside(ticks, value));
  conversation.take();
  for (int i = 1; i <= 3; ++i) {
    EXPECT_TRUE(conversation.wake(10 * i).empty());
    EXPECT_EQ(ticks, i);
    EXPECT_EQ(conversation.session.wake_in_ms(), 10u);
  }
  // Both are due; the tick was due before.
  EXPECT_EQ(kinds_of(conversation.wake(1000)), Kinds{EffectKind::done});
  EXPECT_EQ(ticks, 4);
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
  Result<int> result =
      co_await attempt(with_deadline(std::move(work), 50, [] { return some_error("late"); }));
  outcome = result ? std::to_string(*result) : result.error().message;
}

Task<int> fetch_status() {
  const UpstreamResponse answer = co_await fetch(Request{});
  co_return answer.status;
}

TEST(WithDeadline, CancelsTheWorkThatIsLate) {
  std::string outcome;
  Conversation conversation(with_limit(fetch_status(), outcome));
  const EffectId fetch_id = conversation.take()[0].id;
  EXPECT_EQ(conversation.session.wake_in_ms(), 50u);
  const std::vector<Effect> after = conversation.wake(50);
  ASSERT_EQ(kinds_of(after), (Kinds{EffectKind::cancel, EffectKind::done}));
  EXPECT_EQ(after[0].target, fetch_id);
  EXPECT_EQ(outcome, "late");
}

TEST(WithDeadline, ForgetsTheTimeOfWorkThatIsInTime) {
  std::string outcome;
  Conversation conversation(with_limit(give_after(10, 3), outcome));
  conversation.take();
  EXPECT_EQ(conversation.session.wake_in_ms(), 10u);
  EXPECT_EQ(kinds_of(conversation.wake(10)), Kinds{EffectKind::done});
  EXPECT_EQ(conversation.session.wake_in_ms(), kNoLimitMs);
  EXPECT_EQ(outcome, "3");
}

TEST(WithDeadline, PassesOnTheErrorOfTheWork) {
  std::string outcome;
  Conversation conversation(with_limit(refuse("no"), outcome));
  conversation.take();
  EXPECT_EQ(outcome, "no");
}

// --- Cancellation ---

Task<int> counted_call(int& alive) {
  FrameCount count(alive);
  (void)co_await attempt(fetch(Request{}));
  co_return 0;
}
Task<> call_in_three_frames(int& alive) {
  FrameCount count(alive);
  Task<int> a = counted_call(alive);
  Task<int> b = counted_call(alive);
  co_await when_any(a, b);
  co_await std::move(a);
  co_await std::move(b);
}

TEST(Session, EveryFrameGoesWhenItIsClosedEarly) {
  int alive = 0;
  for (int reply_count = 0; reply_count < 3; ++reply_count) {
    auto conversation = std::make_unique<Conversation>(call_in_three_frames(alive));
    const std::vector<Effect> effects = conversation->take();
    EXPECT_EQ(alive, 3);
    for (int i = 0; i < reply_count; ++i) {
      conversation->session.reply(effects[i].id, code_reply(ReplyCode::failed), 1);
      if (i == 0) conversation->take();  // The second reply is still unread when the session goes.
    }
    conversation.reset();
    EXPECT_EQ(alive, 0);
  }
}

TEST(Session, MayBeClosedBeforeItsFirstStep) {
  int alive = 0;
  { Conversation conversation(call_in_three_frames(alive)); }
  EXPECT_EQ(alive, 0);
}

Task<> drop_a_task_that_waits() {
  {
    Task<int> dropped = fetch_status();
    Task<int> tick = give_after(1, 0);
    co_await when_any(dropped, tick);
  }
  co_await log_number(1);
}

TEST(Session, TellsTheHostOfEffectsThatAreNoLongerWanted) {
  Conversation conversation(drop_a_task_that_waits());
  const EffectId fetch_id = conversation.take()[0].id;
  const std::vector<Effect> after = conversation.wake(1);
  ASSERT_EQ(kinds_of(after), (Kinds{EffectKind::cancel, EffectKind::log, EffectKind::done}));
  EXPECT_EQ(after[0].target, fetch_id);
  EXPECT_TRUE(conversation.reply(fetch_id, {200, Bytes()}, 2).empty());  // It crossed its cancel.
}

/// Lets a task ask for what it will, gives it up in the same step, and asks for something else.
Task<> give_up_at_once(Task<> task) {
  Session& session = co_await current_session();
  {
    Task<> dropped = std::move(task);
    dropped.start(session);
    co_await log_number(1);  // Lets it run.
  }
  co_await Perform(Effect(EffectKind::collect));
}
Task<> call_and_wait() {
  co_await fetch(Request{});
}
Task<> begin_and_wait() {
  co_await Perform(Effect(EffectKind::respond));
}
Task<> write_and_wait() {
  co_await Perform(Effect(EffectKind::write));
}

TEST(Session, ACallThatTheHostHasNotHeardOfIsNotMade) {
  Conversation conversation(give_up_at_once(call_and_wait()));
  const std::vector<Effect> effects = conversation.take();
  ASSERT_EQ(kinds_of(effects), (Kinds{EffectKind::log, EffectKind::collect}));
  EXPECT_EQ(effects[1].id, kFirstEffectId + 1);  // The call had had the first.
}

TEST(Session, WhatIsOnItsWayToTheClientStaysSo) {
  for (const bool begins : {true, false}) {
    Conversation conversation(give_up_at_once(begins ? begin_and_wait() : write_and_wait()));
    const std::vector<Effect> effects = conversation.take();
    const EffectKind kind = begins ? EffectKind::respond : EffectKind::write;
    ASSERT_EQ(kinds_of(effects),
              (Kinds{kind, EffectKind::log, EffectKind::cancel, EffectKind::collect}));
    EXPECT_EQ(effects[2].target, effects[0].id);
  }
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
  Task<int> timer = give_after(1, 0);
  co_await when_any(timer, answer);
}

TEST(Session, ABodyThatArrivesWhenNobodyWaitsAnyMoreIsGivenBackToo) {
  Conversation conversation(fetch_beside_a_timer());
  const EffectId fetch_id = conversation.take()[0].id;
  conversation.session.wake(1);
  conversation.session.reply(fetch_id, {200, Bytes()}, 1);  // Arrived, but not read yet.
  const std::vector<Effect> after = conversation.take();
  ASSERT_EQ(kinds_of(after), (Kinds{EffectKind::cancel, EffectKind::done}));
  EXPECT_EQ(after[0].target, fetch_id);
}

TEST(Session, ABodyThatArrivesWithTheEndOfItsTimeIsGivenBackToo) {
  Conversation conversation(fetch_beside_a_timer());
  const EffectId fetch_id = conversation.take()[0].id;
  const std::vector<Effect> after = conversation.reply(fetch_id, {200, Bytes()}, 1);
  ASSERT_EQ(kinds_of(after), (Kinds{EffectKind::cancel, EffectKind::done}));
  EXPECT_EQ(after[0].target, fetch_id);
}

}  // namespace
}  // namespace fluxgate
