// A backend that has to be asked again until the picture is there, and one whose order must never
// be repeated.
#include "studio/call.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "exchange/exchange.h"
#include "provider/find_picture.h"

namespace fluxgate {
namespace {

using namespace std::literals;

/// Orders by POST; its answer says where to ask, until it holds a picture.
Call order(const ImageJob& job, const ProviderSettings& provider) {
  Request request;
  request.method = Method::post;
  request.url = provider.url;
  request.body = job.prompt;
  return request;
}
Result<Step> read(const BackendAnswer& answer) {
  if (answer.root["queued"].missing()) return find_picture(answer);
  Later later;
  later.ask.emplace().url = "https://backend.example/status";
  later.cancel.emplace().url = "https://backend.example/cancel";
  return Step(std::move(later));
}
constexpr Dialect kQueued = {
    .name = "queued", .key = {"x-key", "Key "}, .ask = order, .read = read};

constexpr Voice kSilent = {[](const Error&) { return std::string(); },
                           [](std::string&, const Error&) {}};

struct Answer {
  std::uint32_t code;
  std::string body;
};

/// Runs one call of the backend against these answers, in turn.
class CallRun {
 public:
  explicit CallRun(std::vector<Answer> answers) : answers_(std::move(answers)) {
    session_.run(call());
    while (!done_) {
      const std::vector<Effect> effects = session_.next_batch();
      for (const Effect& effect : effects) perform(effect);
      if (effects.empty() && !wait()) break;
    }
  }

  std::vector<std::string> heads;  ///< Of the calls.
  std::uint32_t waited_ms = 0;
  std::vector<std::uint32_t> gaps_ms;  ///< Before each question.
  std::size_t called_off = 0;          ///< Calls that would stop the job.
  ImageCall result;

 private:
  Task<> call() {
    Exchange exchange({Method::post, "https://gateway.example/v1/x", {}}, session_, instance_,
                      kSilent);
    Candidate candidate = instance_.find_model("flux")->candidates.front();
    candidate.dialect = &kQueued;
    SilentAudience nobody;
    Batch batch(exchange, nobody, {.model = nullptr, .job = {}});
    const ImageJob job{"flux", "a cat", {1024, 1024}};
    result = co_await call_image_backend(batch, candidate, job, 1);
    called_off = exchange.take_called_off().size();
  }

  /// Lets the time pass until the next question; false when something else is waited for.
  bool wait() {
    if (session_.wake_in_ms() == kNoLimitMs) return false;
    waited_ms += session_.wake_in_ms();
    gaps_ms.push_back(session_.wake_in_ms());
    session_.wake(waited_ms);
    return true;
  }

  void perform(const Effect& effect) {
    const auto reply = [&](std::uint32_t code, std::string_view data) {
      session_.reply(effect.id, {code, Bytes::copy_of(data)}, waited_ms);
    };
    const auto end = static_cast<std::uint32_t>(ReplyCode::end);
    if (effect.kind == EffectKind::done) done_ = true;
    if (effect.kind == EffectKind::fetch) {
      ASSERT_LT(heads.size(), answers_.size());
      const Answer& answer = answers_[heads.size()];
      heads.push_back(effect.head);
      bodies_[effect.id] = answer.body;
      reply(answer.code, "");
    }
    if (effect.kind == EffectKind::read || effect.kind == EffectKind::collect) {
      std::string& body = bodies_[effect.target];
      const bool is_over = body.empty() && effect.kind == EffectKind::read;
      reply(is_over ? end : 0, std::exchange(body, {}));
    }
  }

  std::vector<Answer> answers_;
  std::map<EffectId, std::string> bodies_;
  bool done_ = false;
  Instance instance_{Environment::parse(
      "IMAGE_GEN_API_BASE=https://backend.example/order\0IMAGE_GEN_MODEL=flux\0"
      "IMAGE_GEN_API_KEY=first-key-of-many-bytes-of-text,second-key\0AUTHORIZED_API_KEY=k\0"sv)};
  Session session_{0, Randomness{}};
};

const std::string kPicture = R"({"image":"https://cdn.example.net/a.png"})";

TEST(ImageCall, IsAskedAgainUntilThePictureIsThere) {
  const CallRun run({{200, R"({"queued":1})"},
                     {200, R"({"queued":1})"},
                     {202, R"({"queued":1})"},
                     {200, kPicture}});
  ASSERT_TRUE(std::holds_alternative<Picture>(run.result.result));
  EXPECT_EQ(std::get<Picture>(run.result.result).text, "https://cdn.example.net/a.png");
  EXPECT_EQ(run.gaps_ms, (std::vector<std::uint32_t>{1000, 1000, 1000}));
  EXPECT_EQ(run.called_off, 0u);
  ASSERT_EQ(run.heads.size(), 4u);
  EXPECT_EQ(
      run.heads[0],
      "POST https://backend.example/order\nuser-agent: fluxgate/0.1.0\nx-key: Key second-key\n");
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(
        run.heads[i],
        "GET https://backend.example/status\nuser-agent: fluxgate/0.1.0\nx-key: Key second-key\n");
  }
}

TEST(ImageCall, ThatIsOrderedIsNotOrderedAgain) {
  for (const Answer& failure : {Answer{401, "no"}, Answer{400, "no"}, Answer{200, "{}"}}) {
    const CallRun run({{200, R"({"queued":1})"}, failure});
    ASSERT_TRUE(std::holds_alternative<Verdict>(run.result.result)) << failure.code;
    const Verdict& verdict = std::get<Verdict>(run.result.result);
    EXPECT_EQ(verdict.remedy, Remedy::none) << failure.code;
    EXPECT_TRUE(verdict.maybe_billed) << failure.code;
    EXPECT_EQ(run.called_off, 1u);
  }
}

TEST(ImageCall, AsksAgainWhenAQuestionFails) {
  for (const Answer& fault : {Answer{500, "no"}, Answer{404, "no"}, Answer{429, "no"},
                              Answer{502, ""}, Answer{200, "{"}, Answer{2, ""}}) {
    const CallRun run({{200, R"({"queued":1})"}, fault, fault, {200, kPicture}});
    EXPECT_TRUE(std::holds_alternative<Picture>(run.result.result)) << fault.code;
    EXPECT_EQ(run.result.poll_count, 3u);
  }
  const Answer fault{500, "no"};
  const CallRun run({{200, R"({"queued":1})"}, fault, fault, fault, fault, fault, fault});
  ASSERT_TRUE(std::holds_alternative<Verdict>(run.result.result));
  EXPECT_EQ(std::get<Verdict>(run.result.result).remedy, Remedy::none);
}

TEST(ImageCall, IsGivenUpInTime) {
  const CallRun run(std::vector<Answer>(45, {200, R"({"queued":1})"}));
  ASSERT_TRUE(std::holds_alternative<Verdict>(run.result.result));
  EXPECT_EQ(std::get<Verdict>(run.result.result).event, "img_deadline");
  EXPECT_EQ(run.waited_ms, 60'000u);
  EXPECT_LE(run.heads.size(), kMaxExternalCalls);
  EXPECT_EQ(run.called_off, 1u);
}

TEST(ImageCall, ThatIsRefusedAtOnceMayBeTriedWithAnotherKey) {
  const CallRun run({{401, "no"}});
  EXPECT_EQ(std::get<Verdict>(run.result.result).remedy, Remedy::other_key);
}

}  // namespace
}  // namespace fluxgate
