#include "failover/topic.h"

#include "base/ascii.h"

namespace fluxgate {
namespace {

struct Sign {
  std::string_view words;
  Topic topic;
};

/// Parts of codes; the first that occurs in the code decides.
constexpr Sign kCodeSigns[] = {
    {"content_policy", Topic::policy},
    {"contentpolicy", Topic::policy},
    {"policy_violation", Topic::policy},
    {"policyviolation", Topic::policy},
    {"moderation", Topic::policy},
    {"riskdetection", Topic::policy},     // Volcengine: InputTextRiskDetection
    {"sensitivecontent", Topic::policy},  // Volcengine: OutputImageSensitiveContentDetected
    {"datainspection", Topic::policy},    // DashScope: DataInspectionFailed
    {"data_inspection", Topic::policy},
    {"content_filter", Topic::policy},
    {"contentfilter", Topic::policy},
    {"prohibited_content", Topic::policy},
    {"safety", Topic::policy},
    {"nsfw", Topic::policy},
    {"unsafe", Topic::policy},  // Google: PUBLIC_ERROR_UNSAFE_GENERATION
    {"prohibited", Topic::policy},
    {"ratequota", Topic::rate},  // DashScope: Throttling.RateQuota, unlike .AllocationQuota
    {"quota", Topic::quota},
    {"balance", Topic::quota},
    {"billing", Topic::quota},
    {"arrear", Topic::quota},  // DashScope: Arrearage
    {"overdue", Topic::quota},
    {"payment", Topic::quota},
    {"credit", Topic::quota},
    {"suspended", Topic::quota},
    {"rate_limit", Topic::rate},
    {"ratelimit", Topic::rate},
    {"throttl", Topic::rate},
    {"too_many_requests", Topic::rate},
    {"toomanyrequests", Topic::rate},
    {"limitexceeded", Topic::rate},  // Volcengine: SetLimitExceeded
    {"api_key", Topic::bad_key},     // Google: API_KEY_INVALID; OpenAI: invalid_api_key
    {"apikey", Topic::bad_key},
    {"authentication", Topic::bad_key},
    {"unauthorized", Topic::bad_key},
    {"unauthenticated", Topic::bad_key},
    {"accessdenied", Topic::bad_key},
    {"access_denied", Topic::bad_key},
    {"permission", Topic::bad_key},
    {"model_not_found", Topic::unknown_model},
    {"modelnotfound", Topic::unknown_model},
    {"modelnotopen", Topic::unknown_model},
};

/// Phrases that leave no doubt, wherever they occur in the message.
constexpr Sign kPhrases[] = {
    {"insufficient balance", Topic::quota},
    {"insufficient account balance", Topic::quota},
    {"balance is insufficient", Topic::quota},
    {"balance is not enough", Topic::quota},
    {"not enough balance", Topic::quota},
    {"insufficient quota", Topic::quota},
    {"insufficient_quota", Topic::quota},
    {"exceeded your current quota", Topic::quota},
    {"insufficient credit", Topic::quota},
    {"insufficient fund", Topic::quota},
    {"out of credits", Topic::quota},
    {"billing hard limit", Topic::quota},
    {"in arrears", Topic::quota},
    {"overdue payment", Topic::quota},
    {"overdue balance", Topic::quota},
    {"余额不足", Topic::quota},
    {"欠费", Topic::quota},
    {"额度不足", Topic::quota},
    {"额度已用", Topic::quota},
    {"api key not valid", Topic::bad_key},
    {"api_key_invalid", Topic::bad_key},
    {"invalid api key", Topic::bad_key},
    {"incorrect api key", Topic::bad_key},
    {"content policy", Topic::policy},
    {"content_policy", Topic::policy},
    {"content management policy", Topic::policy},
    {"usage polic", Topic::policy},
    {"safety system", Topic::policy},
    {"safety polic", Topic::policy},
    {"safety filter", Topic::policy},
    {"content filter", Topic::policy},
    {"moderation", Topic::policy},
    {"nsfw", Topic::policy},
    {"sensitive content", Topic::policy},
    {"sensitive word", Topic::policy},
    {"inappropriate content", Topic::policy},
    {"prohibited content", Topic::policy},
    {"violates our", Topic::policy},
    {"violate our", Topic::policy},
    {"violates the", Topic::policy},
    {"violating our", Topic::policy},
    {"violation of our", Topic::policy},
    {"our policies", Topic::policy},
    {"our guidelines", Topic::policy},
    {"unsafe", Topic::policy},
    {"was blocked", Topic::policy},
    {"flagged as", Topic::policy},
    {"harmful content", Topic::policy},
    {"explicit content", Topic::policy},
    {"敏感", Topic::policy},
    {"违规", Topic::policy},
};

/// Whole words; the first that occurs decides. Backends call limits by the day and by the minute
/// both quotas: the first is free again tomorrow, the second in a minute.
constexpr Sign kWords[] = {
    {"daily", Topic::quota},        {"per day", Topic::quota},   {"today", Topic::quota},
    {"per minute", Topic::rate},    {"per second", Topic::rate}, {"rate limit", Topic::rate},
    {"rate limiting", Topic::rate}, {"rpm", Topic::rate},        {"ipm", Topic::rate},
    {"quota", Topic::quota},        {"balance", Topic::quota},   {"billing", Topic::quota},
    {"credit", Topic::quota},       {"credits", Topic::quota},   {"arrears", Topic::quota},
    {"arrearage", Topic::quota},    {"overdue", Topic::quota},   {"suspended", Topic::quota},
    {"payment", Topic::quota},      {"余额", Topic::quota},      {"额度", Topic::quota},
};

/// Does `text` hold `word` as a whole word? "balance" is not in "load balancer".
bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = 0; (at = find_ignoring_case(text, word, at)) != std::string_view::npos;
       ++at) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_alnum(text[at - 1])) && (end == text.size() || !is_alnum(text[end]))) {
      return true;
    }
  }
  return false;
}

/// What the text says befell an account: "Your account has been temporarily blocked". A subject
/// comes first and its fate soon after.
Topic fate_of_account(std::string_view text) {
  constexpr std::string_view kSubjects[] = {"account", "organization", "resource", "subscription",
                                            "project"};
  constexpr Sign kFates[] = {
      {"suspended", Topic::quota},           {"overdue", Topic::quota},
      {"blocked", Topic::blocked_account},   {"disabled", Topic::blocked_account},
      {"banned", Topic::blocked_account},    {"deactivated", Topic::blocked_account},
      {"terminated", Topic::blocked_account}};
  /// Words such as "org-0123456789abcdef is currently " may stand between subject and fate.
  constexpr std::size_t kReachBytes = 60;
  for (const std::string_view subject : kSubjects) {
    const std::size_t at = find_ignoring_case(text, subject);
    if (at == std::string_view::npos) continue;
    const std::string_view after = text.substr(at + subject.size(), kReachBytes);
    for (const Sign& fate : kFates) {
      if (has_word(after, fate.words)) return fate.topic;
    }
  }
  return Topic::none;
}

}  // namespace

Topic topic_of(std::string_view code, std::string_view text, Wording wording) {
  const Topic fate = fate_of_account(text);
  if (fate != Topic::none) return fate;
  for (const Sign& sign : kCodeSigns) {
    if (find_ignoring_case(code, sign.words) != std::string_view::npos) return sign.topic;
  }
  for (const Sign& sign : kPhrases) {
    if (find_ignoring_case(text, sign.words) != std::string_view::npos) return sign.topic;
  }
  if (wording == Wording::words) {
    for (const Sign& sign : kWords) {
      if (has_word(text, sign.words)) return sign.topic;
    }
  }
  return Topic::none;
}

}  // namespace fluxgate
