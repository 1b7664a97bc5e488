// The calls of the store that no face makes by itself, to a service of the host and to a bucket.
#include "gallery/store.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "exchange/exchange.h"

namespace fluxgate {
namespace {

using namespace std::literals;

constexpr Voice kSilent = {[](const Error&) { return std::string(); },
                           [](std::string&, const Error&) {}};
constexpr UnixMs kNowMs = 1'369'353'600'000;
constexpr const char* kKey = "AAAAAAAAAAAAAAAAAAAAAA.png";

struct Answer {
  std::uint32_t code;
  std::string body = {};
};

/// Runs one task about the store against these answers, in turn. Without an answer the store is
/// silent.
class StoreRun {
 public:
  using Work = Task<std::string> (*)(Exchange&);

  StoreRun(Work work, std::string_view setting, std::vector<Answer> answers)
      : work_(work), answers_(std::move(answers)), instance_(environment(setting)) {
    session_.run(run());
    while (!is_done_) {
      const std::vector<Effect> effects = session_.next_batch();
      for (const Effect& effect : effects) perform(effect);
      if (!effects.empty() || is_done_) continue;
      if (session_.wake_in_ms() == kNoLimitMs) break;
      waited_ms += session_.wake_in_ms();
      session_.wake(kNowMs + waited_ms);
    }
  }

  std::vector<std::string> calls;    ///< "METHOD URL"
  std::vector<std::string> headers;  ///< The lines of each call.
  std::uint32_t waited_ms = 0;
  std::optional<Result<std::string>> result;

  std::string code() const {
    return std::string(result->ok() ? "ok" : error_code_name(result->error().code));
  }

 private:
  static Environment environment(std::string_view setting) {
    std::string block = "FLUXGATE_DEMO=1;AUTHORIZED_API_KEY=k;" + std::string(setting);
    for (char& c : block) c = c == ';' ? '\0' : c;
    return Environment::parse(block);
  }

  Task<> run() {
    Exchange exchange({Method::post, "https://gateway.example/v1/x", {}}, session_, instance_,
                      kSilent);
    result.emplace(co_await attempt(work_(exchange)));
  }

  void perform(const Effect& effect) {
    if (effect.kind == EffectKind::done) is_done_ = true;
    if (effect.kind == EffectKind::fetch) {
      const std::size_t end = effect.head.find('\n');
      const std::size_t index = calls.size();
      calls.push_back(effect.head.substr(0, end));
      headers.push_back(effect.head.substr(end + 1));
      if (index >= answers_.size()) return;
      bodies_[effect.id] = answers_[index].body;
      session_.reply(effect.id, {answers_[index].code, Bytes()}, kNowMs);
    }
    if (effect.kind == EffectKind::collect) {
      session_.reply(effect.id, {0, Bytes::copy_of(bodies_[effect.target])}, kNowMs);
    }
  }

  Work work_;
  std::vector<Answer> answers_;
  std::map<EffectId, std::string> bodies_;
  bool is_done_ = false;
  Instance instance_;
  Session session_{kNowMs, Randomness{}};
};

constexpr std::string_view kService = "binding://IMAGES=1;";
constexpr std::string_view kBucket =
    "IMAGES_S3_URL=https://s3.example/b;IMAGES_S3_KEY_ID=id;IMAGES_S3_SECRET=secret;";

Task<std::string> drop(Exchange& exchange) {
  co_await drop_stored(exchange, kKey);
  co_return "dropped";
}

Task<std::string> find(Exchange& exchange) {
  return find_stored(exchange, std::string(kPictureNameCharacters, 'A'));
}

TEST(DropStored, AsksTheStoreOnce) {
  const StoreRun service(drop, kService, {{200}});
  EXPECT_EQ(service.calls, (std::vector<std::string>{"DELETE binding://IMAGES/"s + kKey}));
  EXPECT_EQ(service.headers, (std::vector<std::string>{""}));
  const StoreRun bucket(drop, kBucket, {{204}});
  EXPECT_EQ(bucket.calls, (std::vector<std::string>{"DELETE https://s3.example/b/"s + kKey}));
  EXPECT_NE(bucket.headers[0].find("authorization: AWS4-HMAC-SHA256 Credential=id/20130524/"
                                   "us-east-1/s3/aws4_request, SignedHeaders=host;"),
            std::string::npos);
  EXPECT_EQ(bucket.headers[0].find("secret"), std::string::npos);
}

TEST(DropStored, IsContentWhenThereIsNoSuchPicture) {
  for (const std::uint32_t status : {200u, 204u, 404u}) {
    EXPECT_EQ(StoreRun(drop, kBucket, {{status}}).code(), "ok") << status;
  }
}

TEST(DropStored, SaysWhyThePictureIsStillThere) {
  const StoreRun refused(drop, kBucket, {{403, "<Error><Code>AccessDenied</Code></Error>"}});
  ASSERT_EQ(refused.code(), "upstream_bad_status");
  EXPECT_EQ(refused.result->error().detail, "store status 403, AccessDenied");
  const StoreRun service(drop, kService, {{500, "<Code>x</Code>"}});
  ASSERT_EQ(service.code(), "upstream_bad_status");
  EXPECT_EQ(service.result->error().detail, "store status 500");
  EXPECT_EQ(StoreRun(drop, kService, {{2}}).code(), "upstream_unreachable");
  const StoreRun silent(drop, kBucket, {});
  EXPECT_EQ(silent.code(), "upstream_timeout");
  EXPECT_EQ(silent.waited_ms, 10'000u);
}

TEST(FindStored, LooksForEachTypeUntilOneIsThere) {
  for (const std::string_view store : {kService, kBucket}) {
    const StoreRun found(find, store, {{404}, {403}, {200}});
    ASSERT_EQ(found.code(), "ok");
    EXPECT_EQ(**found.result, "/i/AAAAAAAAAAAAAAAAAAAAAA.gif");
    ASSERT_EQ(found.calls.size(), 3u);
    EXPECT_TRUE(found.calls[0].starts_with("HEAD ")) << found.calls[0];
    const StoreRun gone(find, store, {{404}, {404}, {404}, {404}, {404}});
    ASSERT_EQ(gone.code(), "ok");
    EXPECT_EQ(**gone.result, "");
    EXPECT_EQ(StoreRun(find, store, {{404}, {2}}).code(), "upstream_unreachable");
  }
}

}  // namespace
}  // namespace fluxgate
