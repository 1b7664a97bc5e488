#include "failover/classify.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace fluxgate {
namespace {

/// 2026-01-01T00:00:00Z
constexpr UnixMs kNowMs = 1'767'225'600'000;

Verdict judge(int status, std::string code = "", std::string message = "",
              std::string headers = "") {
  return judge_refusal({status, {code, message}, Headers::from_lines(headers)}, kNowMs);
}

Error failure(ErrorCode code, std::string detail = "") {
  return Error(code, "Ours.", std::move(detail));
}

TEST(Refusal, MeansWhatEveryVectorSays) {
  std::ifstream in(FLUXGATE_VECTORS_DIR "/failover/ours_refusals.json");
  const nlohmann::json file = nlohmann::json::parse(in, nullptr, false);
  ASSERT_GE(file["cases"].size(), 70u);
  for (const auto& example : file["cases"]) {
    const nlohmann::json& given = example["in"];
    const Verdict verdict = judge(given["status"].get<int>(), given.value("code", ""),
                                  given.value("message", ""), given.value("headers", ""));
    const nlohmann::json& out = example["out"];
    EXPECT_EQ(error_code_name(verdict.error.code), out["error"].get<std::string>())
        << example["name"];
    EXPECT_EQ(verdict.event, out["event"].get<std::string>()) << example["name"];
    EXPECT_EQ(verdict.rest_ms, out["rest_ms"].get<UnixMs>()) << example["name"];
    EXPECT_EQ(verdict.error.message.find("quota metric"), std::string::npos);
  }
}

TEST(Refusal, NeverHandsTheBackendsWordsOn) {
  for (int status = 200; status <= 599; ++status) {
    const Verdict verdict = judge(status, "sk-secret-code", "sk-secret-message");
    EXPECT_EQ(verdict.error.message.find("secret"), std::string::npos) << status;
    EXPECT_EQ(verdict.error.detail.find("secret"), std::string::npos) << status;
    EXPECT_FALSE(verdict.error.message.empty()) << status;
    EXPECT_EQ(verdict.event.substr(0, 4), "img_") << status;
  }
}

TEST(Refusal, F02_ABadCertificateIsNotTriedAgain) {
  EXPECT_EQ(judge(525).remedy, Remedy::once_more);
  EXPECT_EQ(judge(526).remedy, Remedy::none);
}

TEST(Refusal, F33_AShortRetryAfterOfA503IsHonoured) {
  EXPECT_EQ(judge(503, "", "", "retry-after: 3\n").pause_ms, 3000);
  EXPECT_EQ(judge(503, "", "", "retry-after: 4\n").pause_ms, 0);
  EXPECT_EQ(judge(502, "", "", "retry-after: 3\n").pause_ms, 0);
  EXPECT_EQ(judge(503).error.retry_after_s, 2u);
}

TEST(Refusal, F34_ALostConnectionMayHaveBeenBilledAndOneThatNeverStoodWasNot) {
  EXPECT_TRUE(judge(520).maybe_billed);
  EXPECT_TRUE(judge(524).maybe_billed);
  for (const int status : {521, 522, 523, 525, 526, 530, 429, 401, 503, 529}) {
    EXPECT_FALSE(judge(status).maybe_billed) << status;
  }
}

TEST(Failure, F01_F03_F06_NoAnswerIsAConnectionThatFailedAndMayHaveBeenBilled) {
  const Verdict verdict = judge_failure(failure(ErrorCode::upstream_unreachable), Stage::head);
  EXPECT_EQ(verdict.kind, FailureClass::connect);
  EXPECT_EQ(verdict.remedy, Remedy::once_more);
  EXPECT_EQ(verdict.event, "img_connect");
  EXPECT_EQ(verdict.rest_ms, 0);
  EXPECT_TRUE(verdict.maybe_billed);
}

TEST(Failure, F04_F05_F07_F35_F36_AreFinal) {
  struct Row {
    ErrorCode code;
    Stage stage;
    std::string_view event;
  };
  const Row rows[] = {
      {ErrorCode::upstream_timeout, Stage::head, "img_headers_timeout"},
      {ErrorCode::upstream_timeout, Stage::body, "img_body_timeout"},
      {ErrorCode::upstream_timeout, Stage::coded_body, "img_body_timeout"},
      {ErrorCode::upstream_bad_response, Stage::body, "img_truncated"},
      {ErrorCode::upstream_too_large, Stage::body, "img_too_large"},
      {ErrorCode::upstream_bad_response, Stage::coded_body, "img_bad_encoding"},
      {ErrorCode::upstream_too_large, Stage::coded_body, "img_too_large"},
  };
  for (const Row& row : rows) {
    const Verdict verdict = judge_failure(failure(row.code), row.stage);
    EXPECT_EQ(verdict.error.code, row.code) << row.event;
    EXPECT_EQ(verdict.event, row.event);
    EXPECT_EQ(verdict.remedy, Remedy::none) << row.event;
    EXPECT_EQ(verdict.rest_ms, 0) << row.event;
    EXPECT_TRUE(verdict.maybe_billed) << row.event;
  }
}

TEST(Failure, F08_F09_F12_F13_F16_AnswersOfNoUseKeepTheirErrors) {
  struct Row {
    ErrorCode code;
    std::string_view detail;
    std::string_view event;
  };
  const Row rows[] = {
      {ErrorCode::upstream_bad_response, "img_bad_json", "img_bad_json"},
      {ErrorCode::upstream_bad_response, "img_no_url", "img_no_url"},
      {ErrorCode::upstream_bad_url, "U5", "img_bad_url"},
      {ErrorCode::upstream_not_an_image, "", "img_not_an_image"},
      {ErrorCode::upstream_too_large, "", "img_too_large"},
      {ErrorCode::unsupported_by_host, "", "img_unsupported"},
      {ErrorCode::too_many_calls, "", "img_call_limit"},
  };
  for (const Row& row : rows) {
    const Verdict verdict =
        judge_failure(failure(row.code, std::string(row.detail)), Stage::content);
    EXPECT_EQ(verdict.error.code, row.code);
    EXPECT_EQ(verdict.error.message, "Ours.");
    EXPECT_EQ(verdict.error.detail, row.detail);
    EXPECT_EQ(verdict.event, row.event);
    EXPECT_EQ(verdict.remedy, Remedy::none);
    EXPECT_EQ(verdict.rest_ms, 0);
    const bool is_sent = row.event != "img_unsupported" && row.event != "img_call_limit";
    EXPECT_EQ(verdict.maybe_billed, is_sent) << row.event;
  }
}

TEST(Failure, F18_ARefusalThatAReaderFoundIsARefusal) {
  const Verdict verdict =
      judge_failure(failure(ErrorCode::content_policy_violation), Stage::content);
  EXPECT_EQ(verdict.kind, FailureClass::policy);
  EXPECT_EQ(verdict.remedy, Remedy::none);
  EXPECT_EQ(verdict.event, "img_policy");
}

}  // namespace
}  // namespace fluxgate
