// Time in a session: it passes only when the host tells it. And the client's leaving, which is
// waited for as a time is.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "conversation.h"
#include "effect/operations.h"
#include "effect/session.h"

namespace fluxgate {
namespace {

// --- Sleep ---

Task<> sleep_twice(int& slept) {
  co_await Sleep(5);
  ++slept;
  co_await Sleep(7);
  ++slept;
}

TEST(Sleep, EndsWhenItsTimeHasComeAndNotSooner) {
  int slept = 0;
  Conversation conversation(sleep_twice(slept));
  EXPECT_TRUE(conversation.take().empty());
  EXPECT_EQ(conversation.session.wake_in_ms(), 5u);
  EXPECT_TRUE(conversation.wake(4).empty());
  EXPECT_EQ(slept, 0);
  EXPECT_EQ(conversation.session.wake_in_ms(), 1u);
  EXPECT_TRUE(conversation.wake(900).empty());  // Late: the next sleep begins now.
  EXPECT_EQ(slept, 1);
  EXPECT_EQ(conversation.session.wake_in_ms(), 7u);
  EXPECT_EQ(kinds_of(conversation.wake(907)), Kinds{EffectKind::done});
  EXPECT_EQ(conversation.session.wake_in_ms(), kNoLimitMs);
}

TEST(Sleep, EndsWithAnyCallThatTellsItsTime) {
  int slept = 0;
  Conversation conversation(sleep_twice(slept));
  conversation.take();
  EXPECT_TRUE(conversation.reply(99, ok_reply(), 5).empty());
  EXPECT_EQ(slept, 1);
  EXPECT_EQ(kinds_of(conversation.client_left(12)), Kinds{EffectKind::done});
}

TEST(Sleep, AClockThatStepsBackStandsStill) {
  int slept = 0;
  Conversation conversation(sleep_twice(slept));
  conversation.take();
  conversation.wake(3);
  conversation.wake(-1000);
  EXPECT_EQ(conversation.session.now_ms(), 3);
  EXPECT_EQ(conversation.session.wake_in_ms(), 2u);
  EXPECT_EQ(slept, 0);
  conversation.wake(5);
  EXPECT_EQ(slept, 1);
}

Task<> sleep_for_nothing() {
  co_await Sleep(0);
}

TEST(Sleep, OfNoTimeWantsToBeWokenAtOnce) {
  Conversation conversation(sleep_for_nothing());
  EXPECT_TRUE(conversation.take().empty());
  EXPECT_EQ(conversation.session.wake_in_ms(), 0u);
  EXPECT_EQ(kinds_of(conversation.wake(0)), Kinds{EffectKind::done});
}

// --- Perform with a limit ---

Task<> perform(std::optional<Reply>& reply, std::uint32_t limit_ms) {
  reply = co_await Perform(Effect(EffectKind::collect), limit_ms);
}

TEST(Perform, WithoutALimitWantsNoWaking) {
  std::optional<Reply> reply;
  Conversation conversation(perform(reply, kNoLimitMs));
  EXPECT_EQ(conversation.take_kinds(), Kinds{EffectKind::collect});
  EXPECT_EQ(conversation.session.wake_in_ms(), kNoLimitMs);
  EXPECT_TRUE(conversation.wake(INT32_MAX).empty());
}

TEST(Perform, BeyondItsLimitIsLateAndCancelled) {
  std::optional<Reply> reply;
  Conversation conversation(perform(reply, 50));
  const EffectId id = conversation.take()[0].id;
  EXPECT_TRUE(conversation.wake(49).empty());
  EXPECT_FALSE(reply);
  const std::vector<Effect> after = conversation.wake(50);
  ASSERT_EQ(kinds_of(after), (Kinds{EffectKind::cancel, EffectKind::done}));
  EXPECT_EQ(after[0].target, id);
  EXPECT_TRUE(reply->is(ReplyCode::late));
}

TEST(Perform, TakesAReplyThatComesInOneCallWithItsLimit) {
  std::optional<Reply> reply;
  Conversation conversation(perform(reply, 50));
  const EffectId id = conversation.take()[0].id;
  EXPECT_EQ(kinds_of(conversation.reply(id, ok_reply("just so"), 60)), Kinds{EffectKind::done});
  ASSERT_TRUE(reply->is(ReplyCode::ok));
  EXPECT_EQ(reply->data.view(), "just so");
}

TEST(Perform, InTimeForgetsItsLimit) {
  std::optional<Reply> reply;
  Conversation conversation(perform(reply, 50));
  conversation.reply(conversation.take()[0].id, ok_reply(), 10);
  EXPECT_EQ(conversation.session.wake_in_ms(), kNoLimitMs);
}

TEST(Perform, WithNoTimeIsAskedAllTheSame) {
  std::optional<Reply> reply;
  Conversation conversation(perform(reply, 0));
  EXPECT_EQ(conversation.take_kinds(), Kinds{EffectKind::collect});
  EXPECT_EQ(conversation.session.wake_in_ms(), 0u);
  EXPECT_EQ(kinds_of(conversation.wake(0)), (Kinds{EffectKind::cancel, EffectKind::done}));
}

Task<> fetch_in(std::uint32_t head_ms, std::string& outcome) {
  const CallOptions options{.head_ms = head_ms, .late = [] { return some_error("late"); }};
  const Result<UpstreamResponse> answer = co_await attempt(fetch(Request{}, options));
  outcome = answer ? std::to_string(answer->status) : answer.error().message;
}

TEST(Perform, MakesAFetchFailWithTheErrorOfItsCaller) {
  std::string outcome;
  Conversation conversation(fetch_in(100, outcome));
  conversation.take();
  EXPECT_EQ(kinds_of(conversation.wake(100)), (Kinds{EffectKind::cancel, EffectKind::done}));
  EXPECT_EQ(outcome, "late");
}

TEST(Perform, TakesANumberThatNoHostSaysForAFailure) {
  constexpr auto kLate = static_cast<std::uint32_t>(ReplyCode::late);
  for (const std::uint32_t code : {kLate, kLate + 1, 199u, 600u, UINT32_MAX}) {
    std::optional<Reply> reply;
    Conversation conversation(perform(reply, kNoLimitMs));
    conversation.reply(conversation.take()[0].id, Reply{code, {}}, 10);
    EXPECT_TRUE(reply->is(ReplyCode::failed)) << code;
  }
}

// --- wake_in_ms() ---

Task<int> give_after(std::uint32_t time_ms, int value) {
  co_await Sleep(time_ms);
  co_return value;
}
Task<> wait_for_three() {
  Task<int> a = give_after(30, 0);
  Task<int> b = give_after(10, 0);
  Task<int> c = give_after(20, 0);
  co_await when_any(a, b, c);
  co_await std::move(c);
  co_await std::move(a);
}

TEST(WakeInMs, IsTheTimeUntilTheFirstThatIsDue) {
  Conversation conversation(wait_for_three());
  conversation.take();
  EXPECT_EQ(conversation.session.wake_in_ms(), 10u);
  conversation.wake(4);
  EXPECT_EQ(conversation.session.wake_in_ms(), 6u);
  conversation.wake(10);
  EXPECT_EQ(conversation.session.wake_in_ms(), 10u);
  conversation.wake(25);
  EXPECT_EQ(conversation.session.wake_in_ms(), 5u);
  EXPECT_EQ(kinds_of(conversation.wake(30)), Kinds{EffectKind::done});
}

// --- EndsWithin ---

Task<> look_within(Task<int> task, std::uint32_t limit_ms, std::optional<bool>& ended) {
  ended = co_await EndsWithin(task, limit_ms);
  if (!*ended) ended = co_await EndsWithin(task, limit_ms);
}

TEST(EndsWithin, SaysThatTheTaskHasEnded) {
  std::optional<bool> ended;
  Conversation conversation(look_within(give_after(10, 1), 50, ended));
  conversation.take();
  EXPECT_EQ(conversation.session.wake_in_ms(), 10u);
  EXPECT_EQ(kinds_of(conversation.wake(10)), Kinds{EffectKind::done});
  EXPECT_EQ(ended, true);
}

TEST(EndsWithin, LetsTheTaskGoOn) {
  std::optional<bool> ended;
  Conversation conversation(look_within(give_after(60, 1), 50, ended));
  conversation.take();
  EXPECT_TRUE(conversation.wake(50).empty());
  EXPECT_EQ(ended, false);
  EXPECT_EQ(conversation.session.wake_in_ms(), 10u);
  EXPECT_EQ(kinds_of(conversation.wake(60)), Kinds{EffectKind::done});
  EXPECT_EQ(ended, true);
}

TEST(EndsWithin, GivesATaskThatEndsTogetherWithTheTimeAsEnded) {
  std::optional<bool> ended;
  Conversation conversation(look_within(give_after(50, 1), 50, ended));
  conversation.take();
  EXPECT_EQ(kinds_of(conversation.wake(50)), Kinds{EffectKind::done});
  EXPECT_EQ(ended, true);
}

Task<int> give(int value) {
  co_return value;
}
Task<> look_at_a_finished_task(std::optional<bool>& ended, int& value) {
  Task<int> task = give(3);
  task.start(co_await current_session());
  co_await give(0);  // Lets it run.
  ended = co_await EndsWithin(task, 50);
  value = co_await std::move(task);
}

TEST(EndsWithin, DoesNotWaitForATaskThatHasEnded) {
  std::optional<bool> ended;
  int value = 0;
  Conversation conversation(look_at_a_finished_task(ended, value));
  EXPECT_EQ(conversation.take_kinds(), Kinds{EffectKind::done});
  EXPECT_EQ(ended, true);
  EXPECT_EQ(value, 3);
}

Task<> look_and_leave(std::optional<bool>& ended) {
  Task<int> task = give_after(100, 1);
  ended = co_await EndsWithin(task, 50);
}

TEST(EndsWithin, ForgetsTheTaskThatIsDropped) {
  std::optional<bool> ended;
  Conversation conversation(look_and_leave(ended));
  conversation.take();
  EXPECT_EQ(kinds_of(conversation.wake(50)), Kinds{EffectKind::done});
  EXPECT_EQ(conversation.session.wake_in_ms(), kNoLimitMs);
  EXPECT_EQ(ended, false);
}

TEST(EndsWithin, MayBeClosedInTheMiddle) {
  std::optional<bool> ended;
  {
    Conversation conversation(look_within(give_after(10, 1), 50, ended));
    conversation.take();
  }
  EXPECT_FALSE(ended);
}

// --- UnlessClientLeaves ---

Task<int> call() {
  const UpstreamResponse answer = co_await fetch(Request{});
  co_return answer.status;
}
Task<> unless_client_leaves(Task<int> work, std::optional<bool>& ended) {
  Task<int> task = std::move(work);
  ended = co_await UnlessClientLeaves(task);
}

TEST(UnlessClientLeaves, SaysThatTheTaskHasEnded) {
  std::optional<bool> ended;
  Conversation conversation(unless_client_leaves(call(), ended));
  const EffectId id = conversation.take()[0].id;
  EXPECT_EQ(kinds_of(conversation.reply(id, whole_reply("x"))), Kinds{EffectKind::done});
  EXPECT_EQ(ended, true);
  EXPECT_TRUE(conversation.client_left().empty());
}

TEST(UnlessClientLeaves, SaysThatTheClientHasLeft) {
  std::optional<bool> ended;
  Conversation conversation(unless_client_leaves(call(), ended));
  const EffectId id = conversation.take()[0].id;
  const std::vector<Effect> after = conversation.client_left();
  ASSERT_EQ(kinds_of(after), (Kinds{EffectKind::cancel, EffectKind::done}));
  EXPECT_EQ(after[0].target, id);
  EXPECT_EQ(ended, false);
}

Task<int> call_without_looking() {
  co_await Perform(Effect(EffectKind::fetch));
  co_return 0;
}

TEST(UnlessClientLeaves, GivesATaskThatEndsTogetherWithTheLeavingAsEnded) {
  std::optional<bool> ended;
  Conversation conversation(unless_client_leaves(call_without_looking(), ended));
  const EffectId id = conversation.take()[0].id;
  conversation.session.reply(id, whole_reply("x"), 0);
  conversation.session.client_left(0);
  EXPECT_EQ(conversation.take_kinds(), Kinds{EffectKind::done});
  EXPECT_EQ(ended, true);
}

TEST(UnlessClientLeaves, DoesNotWaitForATaskWhoseReplyComesAfterTheClientLeft) {
  std::optional<bool> ended;
  Conversation conversation(unless_client_leaves(call(), ended));
  const EffectId id = conversation.take()[0].id;
  conversation.session.client_left(0);
  conversation.session.reply(id, whole_reply("x"), 0);
  EXPECT_EQ(conversation.take_kinds(), (Kinds{EffectKind::cancel, EffectKind::done}));
  EXPECT_EQ(ended, false);
}

Task<> wait_for_client_after(std::uint32_t time_ms, Task<int> work, std::optional<bool>& ended) {
  Task<int> task = std::move(work);
  co_await Sleep(time_ms);
  ended = co_await UnlessClientLeaves(task);
}

TEST(UnlessClientLeaves, KnowsOfAClientThatLeftBefore) {
  std::optional<bool> ended;
  Conversation conversation(wait_for_client_after(5, call(), ended));
  conversation.take();
  EXPECT_TRUE(conversation.client_left(1).empty());
  // The call is asked for and given up in one step: nobody hears of it.
  EXPECT_EQ(kinds_of(conversation.wake(5)), Kinds{EffectKind::done});
  EXPECT_EQ(ended, false);
}

TEST(UnlessClientLeaves, LetsATaskThatNeedsNobodyEndEvenThen) {
  std::optional<bool> ended;
  Conversation conversation(wait_for_client_after(5, give(1), ended));
  conversation.take();
  conversation.client_left(1);
  EXPECT_EQ(kinds_of(conversation.wake(5)), Kinds{EffectKind::done});
  EXPECT_EQ(ended, true);
}

Task<> go_on_after_the_client_left(int& status) {
  Task<int> task = call();
  if (!co_await UnlessClientLeaves(task)) status = co_await std::move(task);
}

TEST(UnlessClientLeaves, LetsTheTaskGoOnThatIsStillAwaited) {
  int status = 0;
  Conversation conversation(go_on_after_the_client_left(status));
  const EffectId id = conversation.take()[0].id;
  EXPECT_TRUE(conversation.client_left().empty());
  EXPECT_EQ(kinds_of(conversation.reply(id, whole_reply("x"))), Kinds{EffectKind::done});
  EXPECT_EQ(status, 200);
}

}  // namespace
}  // namespace fluxgate
