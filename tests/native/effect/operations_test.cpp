// Single operations: what each asks of the host, and what it makes of the reply. Bodies that come
// with their heads need nothing of the host.
#include "effect/operations.h"
#include "effect/holding.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "conversation.h"

namespace fluxgate {
namespace {

constexpr std::uint32_t kInlineBytes = 100;
constexpr CallOptions kMayComeWhole{.inline_bytes = kInlineBytes};

std::string outcome_of(const Result<void>& result) {
  return result ? "fine" : std::string(error_code_name(result.error().code));
}

/// Gives the work's outcome as text.
Task<> note(Task<> work, std::string& outcome) {
  const Result<void> result = co_await attempt(std::move(work));
  outcome = outcome_of(result);
}

Task<> answer_at_once() {
  Session& session = co_await current_session();
  Response response;
  response.status = 404;
  response.body = "no";
  respond(session, std::move(response));
}

// --- Bodies that come with their heads ---

Task<> fetch_and_collect(std::string& body, std::uint32_t max_bytes) {
  UpstreamResponse answer = co_await fetch(Request{}, kMayComeWhole);
  const Bytes bytes = co_await collect(std::move(answer.body), {max_bytes, 1});
  body = bytes.view();
}

TEST(InlineBody, IsCollectedWithoutAnEffect) {
  std::string body;
  Conversation conversation(fetch_and_collect(body, 100));
  const Effect call = conversation.take()[0];
  EXPECT_EQ(call.inline_bytes, kInlineBytes);
  EXPECT_FALSE(call.ends_at_once);
  EXPECT_EQ(kinds_of(conversation.reply(call.id, whole_reply("a picture"))),
            Kinds{EffectKind::done});
  EXPECT_EQ(body, "a picture");
}

TEST(InlineBody, IsHeldToTheLimitsOfItsReader) {
  std::string body;
  std::string outcome;
  Conversation conversation(note(fetch_and_collect(body, 3), outcome));
  conversation.reply(conversation.take()[0].id, whole_reply("long"));
  EXPECT_EQ(outcome, "upstream_too_large");
}

Task<> fetch_and_read(std::vector<std::string>& pieces) {
  UpstreamResponse answer = co_await fetch(Request{}, kMayComeWhole);
  for (;;) {
    const Chunk chunk = co_await read_chunk(answer.body, {3, 1});
    if (chunk.end) break;
    pieces.emplace_back(chunk.bytes.view());
  }
}

TEST(InlineBody, IsReadInPieces) {
  using Pieces = std::vector<std::string>;
  for (const auto& [body, expected] : {std::pair("abcdefgh", Pieces{"abc", "def", "gh"}),
                                       std::pair("abcdef", Pieces{"abc", "def"}),
                                       std::pair("ab", Pieces{"ab"}), std::pair("", Pieces{})}) {
    Pieces pieces;
    Conversation conversation(fetch_and_read(pieces));
    const EffectId id = conversation.take()[0].id;
    EXPECT_EQ(kinds_of(conversation.reply(id, whole_reply(body))), Kinds{EffectKind::done});
    EXPECT_EQ(pieces, expected);
  }
}

Task<> read_and_collect(std::string& first, std::string& rest) {
  UpstreamResponse answer = co_await fetch(Request{}, kMayComeWhole);
  const Chunk chunk = co_await read_chunk(answer.body, {3, 1});
  first = chunk.bytes.view();
  const Bytes bytes = co_await collect(std::move(answer.body), {100, 1});
  rest = bytes.view();
}

TEST(InlineBody, GivesItsRestToTheNextReader) {
  std::string first;
  std::string rest;
  Conversation conversation(read_and_collect(first, rest));
  conversation.reply(conversation.take()[0].id, whole_reply("abcdefgh"));
  EXPECT_EQ(first, "abc");
  EXPECT_EQ(rest, "defgh");
}

Task<> fetch_and_pipe(Coding coding) {
  UpstreamResponse answer = co_await fetch(Request{}, kMayComeWhole);
  co_await pipe(std::move(answer.body), {100, 200}, coding);
}

TEST(InlineBody, IsPipedAsBytesOfOurs) {
  for (const auto& [coding, expected] :
       {std::pair(Coding::identity, "a picture!"), std::pair(Coding::base64, "YSBwaWN0dXJlIQ==")}) {
    Conversation conversation(fetch_and_pipe(coding));
    const EffectId id = conversation.take()[0].id;
    const std::vector<Effect> effects = conversation.reply(id, whole_reply("a picture!"));
    ASSERT_EQ(kinds_of(effects), Kinds{EffectKind::write});
    EXPECT_EQ(effects[0].body, expected);
    EXPECT_EQ(kinds_of(conversation.reply(effects[0].id, ok_reply())), Kinds{EffectKind::done});
  }
}

TEST(Pipe, LeavesTheCodingOfTheHostsBodyToTheHost) {
  Conversation conversation(fetch_and_pipe(Coding::base64));
  const EffectId id = conversation.take()[0].id;
  const std::vector<Effect> effects = conversation.reply(id, {200, Bytes()});
  ASSERT_EQ(kinds_of(effects), Kinds{EffectKind::pipe});
  EXPECT_EQ(effects[0].target, id);
  EXPECT_EQ(effects[0].coding, Coding::base64);
  EXPECT_EQ(effects[0].max_bytes, 100u);
  EXPECT_EQ(effects[0].time_ms, 200u);
  EXPECT_EQ(kinds_of(conversation.reply(effects[0].id, ok_reply())), Kinds{EffectKind::done});
}

Task<> fetch_and_forget() {
  co_await fetch(Request{}, kMayComeWhole);
}

TEST(InlineBody, NeedsNoLettingGo) {
  Conversation conversation(fetch_and_forget());
  const EffectId id = conversation.take()[0].id;
  EXPECT_EQ(kinds_of(conversation.reply(id, whole_reply("never read"))), Kinds{EffectKind::done});
}

// --- Fetches with bodies between their bytes ---

Request post(std::string body) {
  Request request;
  request.method = Method::post;
  request.url = "https://a.example/x";
  request.body = std::move(body);
  return request;
}

Task<> send_on(std::string& outcome) {
  UpstreamResponse answer = co_await fetch(Request{}, kMayComeWhole);
  const Result<UpstreamResponse> sent =
      co_await attempt(fetch(post("front"), std::move(answer.body), {100, 200}));
  outcome = sent ? std::to_string(sent->status) : std::string(error_code_name(sent.error().code));
}

TEST(FetchWithRest, NamesTheBodyThatFollowsItsBytes) {
  std::string outcome;
  Conversation conversation(send_on(outcome));
  const EffectId source = conversation.take()[0].id;
  const std::vector<Effect> effects = conversation.reply(source, {200, Bytes()});
  ASSERT_EQ(kinds_of(effects), Kinds{EffectKind::fetch});
  EXPECT_EQ(effects[0].body, "front");
  ASSERT_EQ(effects[0].inserts.size(), 1u);
  EXPECT_EQ(effects[0].inserts[0].place, 5u);
  EXPECT_EQ(effects[0].inserts[0].body, source);
  EXPECT_EQ(effects[0].inserts[0].coding, Coding::identity);
  EXPECT_EQ(effects[0].max_bytes, 100u);
  EXPECT_EQ(effects[0].time_ms, 200u);
  // The host has had the body since; only the answer's is let go of.
  const std::vector<Effect> after = conversation.reply(effects[0].id, {201, Bytes()});
  ASSERT_EQ(kinds_of(after), (Kinds{EffectKind::cancel, EffectKind::done}));
  EXPECT_EQ(after[0].target, effects[0].id);
  EXPECT_EQ(outcome, "201");
}

TEST(FetchWithRest, SendsABodyThatIsHereAsItsOwnBytes) {
  std::string outcome;
  Conversation conversation(send_on(outcome));
  const EffectId source = conversation.take()[0].id;
  const std::vector<Effect> effects = conversation.reply(source, whole_reply(" and rest"));
  ASSERT_EQ(kinds_of(effects), Kinds{EffectKind::fetch});
  EXPECT_EQ(effects[0].body, "front and rest");
  EXPECT_TRUE(effects[0].inserts.empty());
}

TEST(FetchWithRest, TellsWhatWasWrongWithTheRest) {
  for (const auto& [code, expected] : {std::pair(ReplyCode::too_large, "upstream_too_large"),
                                       std::pair(ReplyCode::timed_out, "upstream_timeout"),
                                       std::pair(ReplyCode::failed, "upstream_unreachable")}) {
    std::string outcome;
    Conversation conversation(send_on(outcome));
    const EffectId source = conversation.take()[0].id;
    const EffectId id = conversation.reply(source, {200, Bytes()})[0].id;
    EXPECT_EQ(kinds_of(conversation.reply(id, code_reply(code))), Kinds{EffectKind::done});
    EXPECT_EQ(outcome, expected);
  }
}

Task<> drop_a_call_with_a_rest(bool is_heard_of) {
  Session& session = co_await current_session();
  UpstreamResponse answer = co_await fetch(Request{}, kMayComeWhole);
  Task<UpstreamResponse> call = fetch(post(""), std::move(answer.body), {100, 200});
  if (is_heard_of) {
    co_await EndsWithin(call, 1);
  } else {
    call.start(session);
    co_await answer_at_once();  // Lets it run.
  }
}

TEST(FetchWithRest, LetsGoOfTheRestWhenItIsCancelled) {
  Conversation conversation(drop_a_call_with_a_rest(true));
  const EffectId source = conversation.take()[0].id;
  const EffectId id = conversation.reply(source, {200, Bytes()})[0].id;
  const std::vector<Effect> after = conversation.wake(1);
  ASSERT_EQ(kinds_of(after), (Kinds{EffectKind::cancel, EffectKind::cancel, EffectKind::done}));
  EXPECT_EQ(after[0].target, id);
  EXPECT_EQ(after[1].target, source);
}

TEST(FetchWithRest, LetsGoOfTheRestWhenTheHostNeverHeardOfIt) {
  Conversation conversation(drop_a_call_with_a_rest(false));
  const EffectId source = conversation.take()[0].id;
  const std::vector<Effect> after = conversation.reply(source, {200, Bytes()});
  ASSERT_EQ(kinds_of(after), (Kinds{EffectKind::respond, EffectKind::cancel, EffectKind::done}));
  EXPECT_EQ(after[1].target, source);
}

// --- What the host holds ---

/// A reply to `hold`: the length as u32, and the first bytes.
Reply held_reply(ReplyCode code, std::uint32_t length_bytes, std::string_view start) {
  std::string told;
  for (int i = 0; i < 4; ++i) told += static_cast<char>(length_bytes >> (8 * i) & 0xFF);
  return code_reply(code, told.append(start));
}

struct Seen {
  EffectId handle = 0;
  std::uint64_t length_bytes = 0;
  std::string start;
  bool found_delimiter = false;
};
Seen seen(const HeldBytes& held, bool found_delimiter = false) {
  return {held.handle(), held.length_bytes(), held.start(), found_delimiter};
}

Task<> hold_a_part(Seen& result) {
  const Held held = co_await hold_request_part("front", "\r\n--x", {100, 200});
  result = seen(held.bytes, held.found_delimiter);
}

TEST(HoldRequestPart, SaysWhatIsHeldAndWhetherTheDelimiterWasFound) {
  for (const ReplyCode code : {ReplyCode::ok, ReplyCode::end}) {
    Seen result;
    Conversation conversation(hold_a_part(result));
    const Effect effect = conversation.take()[0];
    EXPECT_EQ(effect.kind, EffectKind::hold);
    EXPECT_EQ(effect.target, kClientBody);
    EXPECT_EQ(effect.into, kNoBody);
    EXPECT_EQ(effect.head, "\r\n--x");
    EXPECT_EQ(effect.body, "front");
    EXPECT_EQ(effect.max_bytes, 100u);
    EXPECT_EQ(effect.time_ms, 200u);
    const std::vector<Effect> after =
        conversation.reply(effect.id, held_reply(code, 0x01020304, "\x89PNG"));
    EXPECT_EQ(result.handle, effect.id);
    EXPECT_EQ(result.length_bytes, 0x01020304u);
    EXPECT_EQ(result.start, "\x89PNG");
    EXPECT_EQ(result.found_delimiter, code == ReplyCode::ok);
    ASSERT_EQ(kinds_of(after), (Kinds{EffectKind::cancel, EffectKind::done}));
    EXPECT_EQ(after[0].target, effect.id);
  }
}

TEST(HoldRequestPart, TakesAReplyThatIsTooShort) {
  for (const auto& [told, length_bytes] :
       {std::pair(std::string(), 0u), std::pair(std::string("\x01\x01\x01"), 0u),
        std::pair(std::string("\x05\0\0\0", 4), 5u)}) {
    Seen result;
    Conversation conversation(hold_a_part(result));
    conversation.reply(conversation.take()[0].id, ok_reply(told));
    EXPECT_EQ(result.length_bytes, length_bytes);
    EXPECT_EQ(result.start, "");
  }
}

Task<> hold_a_part_or_fail() {
  co_await hold_request_part("", "--x", {100, 200});
}

TEST(HoldRequestPart, FailsAsReadingTheRequestDoes) {
  for (const auto& [code, expected] : {std::pair(ReplyCode::too_large, "request_too_large"),
                                       std::pair(ReplyCode::timed_out, "request_timeout"),
                                       std::pair(ReplyCode::client_gone, "client_closed"),
                                       std::pair(ReplyCode::failed, "client_closed")}) {
    std::string outcome;
    Conversation conversation(note(hold_a_part_or_fail(), outcome));
    const EffectId id = conversation.take()[0].id;
    EXPECT_EQ(kinds_of(conversation.reply(id, code_reply(code))), Kinds{EffectKind::done});
    EXPECT_EQ(outcome, expected);
  }
}

Task<> hold_an_answer(Seen& result) {
  UpstreamResponse answer = co_await fetch(Request{}, kMayComeWhole);
  const HeldBytes held = co_await hold("", std::move(answer.body), {100, 200});
  result = seen(held);
}

TEST(Hold, KeepsTheRestOfABody) {
  Seen result;
  Conversation conversation(hold_an_answer(result));
  const EffectId source = conversation.take()[0].id;
  const Effect effect = conversation.reply(source, {200, Bytes()})[0];
  EXPECT_EQ(effect.kind, EffectKind::hold);
  EXPECT_EQ(effect.target, source);
  EXPECT_EQ(effect.head, "");
  const std::vector<Effect> after =
      conversation.reply(effect.id, held_reply(ReplyCode::end, 9, "a picture"));
  EXPECT_EQ(result.handle, effect.id);
  EXPECT_EQ(result.length_bytes, 9u);
  EXPECT_EQ(result.start, "a picture");
  // The body that was read is gone, the one that was held is let go of.
  ASSERT_EQ(kinds_of(after), (Kinds{EffectKind::cancel, EffectKind::done}));
  EXPECT_EQ(after[0].target, effect.id);
}

TEST(Hold, GivesABodyThatIsHereToTheHost) {
  Seen result;
  Conversation conversation(hold_an_answer(result));
  const EffectId source = conversation.take()[0].id;
  const Effect effect = conversation.reply(source, whole_reply("a picture"))[0];
  EXPECT_EQ(effect.kind, EffectKind::hold);
  EXPECT_EQ(effect.target, kNoBody);
  EXPECT_EQ(effect.body, "a picture");
}

Task<> hold_bytes_twice(Seen& result) {
  HeldBytes held = co_await hold(std::string("first"));
  co_await hold_more(held, " second", 50);
  result = seen(held);
}

TEST(HoldMore, PutsBytesBehindThoseThatAreHeld) {
  Seen result;
  Conversation conversation(hold_bytes_twice(result));
  const Effect first = conversation.take()[0];
  EXPECT_EQ(first.body, "first");
  const std::vector<Effect> next =
      conversation.reply(first.id, held_reply(ReplyCode::ok, 5, "first"));
  ASSERT_EQ(kinds_of(next), Kinds{EffectKind::hold});
  EXPECT_EQ(next[0].into, first.id);
  EXPECT_EQ(next[0].target, kNoBody);
  EXPECT_EQ(next[0].body, " second");
  EXPECT_EQ(next[0].max_bytes, 50u);
  const std::vector<Effect> after =
      conversation.reply(next[0].id, held_reply(ReplyCode::ok, 12, "first second"));
  EXPECT_EQ(result.handle, first.id);
  EXPECT_EQ(result.length_bytes, 12u);
  EXPECT_EQ(result.start, "first second");
  ASSERT_EQ(kinds_of(after), (Kinds{EffectKind::cancel, EffectKind::done}));
  EXPECT_EQ(after[0].target, first.id);
}

TEST(HoldMore, HasNothingToLetGoOfWhenItFails) {
  Seen result;
  std::string outcome;
  Conversation conversation(note(hold_bytes_twice(result), outcome));
  const EffectId first = conversation.take()[0].id;
  const EffectId next = conversation.reply(first, held_reply(ReplyCode::ok, 5, "first"))[0].id;
  EXPECT_EQ(kinds_of(conversation.reply(next, code_reply(ReplyCode::too_large))),
            Kinds{EffectKind::done});
  EXPECT_EQ(outcome, "upstream_too_large");
}

Task<> hold_within(std::uint32_t limit_ms) {
  Task<HeldBytes> holding = hold(std::string("bytes"));
  co_await EndsWithin(holding, limit_ms);
}

TEST(Hold, IsCancelledAsAnyEffectIs) {
  Conversation conversation(hold_within(5));
  const EffectId id = conversation.take()[0].id;
  const std::vector<Effect> after = conversation.wake(5);
  ASSERT_EQ(kinds_of(after), (Kinds{EffectKind::cancel, EffectKind::done}));
  EXPECT_EQ(after[0].target, id);
}

Task<> send_what_is_held(int& status) {
  const HeldBytes held = co_await hold(std::string("bytes"));
  const CallOptions options{.inline_bytes = kInlineBytes, .ends_at_once = true};
  const UpstreamResponse answer =
      co_await fetch(post("<>"), {{1, held.handle(), Coding::base64}}, options);
  status = answer.status;
}

TEST(FetchWithHeldBytes, LeavesThemHeld) {
  int status = 0;
  Conversation conversation(send_what_is_held(status));
  const EffectId held = conversation.take()[0].id;
  const Effect call = conversation.reply(held, held_reply(ReplyCode::ok, 5, "bytes"))[0];
  EXPECT_EQ(call.kind, EffectKind::fetch);
  ASSERT_EQ(call.inserts.size(), 1u);
  EXPECT_EQ(call.inserts[0].place, 1u);
  EXPECT_EQ(call.inserts[0].body, held);
  EXPECT_EQ(call.inserts[0].coding, Coding::base64);
  EXPECT_EQ(call.inline_bytes, kInlineBytes);
  EXPECT_TRUE(call.ends_at_once);
  const std::vector<Effect> after = conversation.reply(call.id, whole_reply("fine"));
  ASSERT_EQ(kinds_of(after), (Kinds{EffectKind::cancel, EffectKind::done}));
  EXPECT_EQ(after[0].target, held);
  EXPECT_EQ(status, 200);
}

// --- The client's side ---

Task<> answer_with_a_body() {
  Session& session = co_await current_session();
  UpstreamResponse answer = co_await fetch(Request{});
  Response head;
  head.status = 206;
  respond_with(session, std::move(head), std::move(answer.body));
}

TEST(RespondWith, LeavesTheBodyToTheHost) {
  Conversation conversation(answer_with_a_body());
  const EffectId source = conversation.take()[0].id;
  const std::vector<Effect> effects = conversation.reply(source, {200, Bytes()});
  ASSERT_EQ(kinds_of(effects), (Kinds{EffectKind::respond, EffectKind::done}));
  EXPECT_EQ(effects[0].id, 0u);
  EXPECT_EQ(effects[0].mode, BodyMode::passed);
  EXPECT_EQ(effects[0].target, source);
  EXPECT_EQ(effects[0].status, 206u);
}

TEST(Respond, WaitsForNothing) {
  Conversation conversation(answer_at_once());
  const std::vector<Effect> effects = conversation.take();
  ASSERT_EQ(kinds_of(effects), (Kinds{EffectKind::respond, EffectKind::done}));
  EXPECT_EQ(effects[0].id, 0u);
  EXPECT_EQ(effects[0].mode, BodyMode::complete);
  EXPECT_EQ(effects[0].body, "no");
}

Task<> begin_and_write(std::uint32_t limit_ms) {
  co_await begin_response(Response{}, limit_ms);
  co_await write("piece", limit_ms);
}

TEST(Write, FailsWhenTheClientTakesNothingInItsTime) {
  std::string outcome;
  Conversation conversation(note(begin_and_write(50), outcome));
  conversation.reply(conversation.take()[0].id, ok_reply(), 10);
  EXPECT_EQ(conversation.session.wake_in_ms(), 50u);
  EXPECT_EQ(kinds_of(conversation.wake(60)), (Kinds{EffectKind::cancel, EffectKind::done}));
  EXPECT_EQ(outcome, "client_closed");
}

Task<> collect_within(std::uint32_t total_ms) {
  co_await collect_request_body({100, 200}, total_ms);
}

TEST(CollectRequestBody, FailsWhenAllOfItTakesTooLong) {
  std::string outcome;
  Conversation conversation(note(collect_within(300), outcome));
  const Effect effect = conversation.take()[0];
  EXPECT_EQ(effect.target, kClientBody);
  EXPECT_EQ(effect.time_ms, 200u);
  EXPECT_EQ(kinds_of(conversation.wake(300)), (Kinds{EffectKind::cancel, EffectKind::done}));
  EXPECT_EQ(outcome, "request_timeout");
}

// --- Promises that are not kept yet: --gtest_also_run_disabled_tests shows them ---

Task<> drop_the_call_when_the_client_leaves() {
  Task<UpstreamResponse> call = fetch(Request{});
  co_await UnlessClientLeaves(call);
}

TEST(Body, IsLetGoOfWhenItsHeadComesToADroppedCall) {
  Conversation conversation(drop_the_call_when_the_client_leaves());
  const EffectId id = conversation.take()[0].id;
  conversation.session.client_left(0);
  conversation.session.reply(id, {200, Bytes()}, 0);  // Before anybody takes a batch.
  const std::vector<Effect> after = conversation.take();
  ASSERT_EQ(kinds_of(after), (Kinds{EffectKind::cancel, EffectKind::done}));
  EXPECT_EQ(after[0].target, id);
}

Task<> pipe_at_most(std::uint32_t max_bytes) {
  UpstreamResponse answer = co_await fetch(Request{}, kMayComeWhole);
  co_await pipe(std::move(answer.body), {max_bytes, 1});
}

TEST(InlineBody, OfNoBytesIsPipedWithoutAWrite) {
  Conversation conversation(pipe_at_most(100));
  const EffectId id = conversation.take()[0].id;
  EXPECT_EQ(kinds_of(conversation.reply(id, whole_reply(""))), Kinds{EffectKind::done});
}

TEST(InlineBody, IsHeldToTheLimitOfAPipe) {
  std::string outcome;
  Conversation conversation(note(pipe_at_most(3), outcome));
  const EffectId id = conversation.take()[0].id;
  EXPECT_EQ(kinds_of(conversation.reply(id, whole_reply("four"))), Kinds{EffectKind::done});
  EXPECT_EQ(outcome, "upstream_too_large");
}

}  // namespace
}  // namespace fluxgate
