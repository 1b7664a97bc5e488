#include "failover/topic.h"

#include <algorithm>

#include "base/ascii.h"

namespace fluxgate {
namespace {

struct Sign {
  std::string_view words;
  Topic topic;
};

/// Phrases that say more than the code beside them.
constexpr Sign kDecidingPhrases[] = {
    {"increase your quota limit", Topic::rate},     // DashScope, of tokens by the minute
    {"resource has been exhausted", Topic::rate},   // Google, of any limit
    {"all available credits", Topic::quota},        // xAI: permission-denied
    {"location is not supported", Topic::bad_key},  // Google: FAILED_PRECONDITION
    {"region, or territory", Topic::bad_key},       // OpenAI
    {"key is not activated", Topic::bad_key},       // WaveSpeed, before the first payment
};

/// Parts of codes; the first that occurs in the code decides.
constexpr Sign kCodeSigns[] = {
    {"content_policy", Topic::policy},
    {"contentpolicy", Topic::policy},
    {"policy_violation", Topic::policy},
    {"policyviolation", Topic::policy},
    {"moderation", Topic::policy},
    {"moderated", Topic::policy},
    {"riskdetection", Topic::policy},     // Volcengine: InputTextRiskDetection
    {"sensitivecontent", Topic::policy},  // Volcengine: OutputImageSensitiveContentDetected
    {"datainspection", Topic::policy},    // DashScope: DataInspectionFailed
    {"data_inspection", Topic::policy},
    {"content_filter", Topic::policy},
    {"contentfilter", Topic::policy},
    {"prohibited_content", Topic::policy},
    {"safety", Topic::policy},
    {"nsfw", Topic::policy},
    {"unsafe", Topic::policy},        // Google: PUBLIC_ERROR_UNSAFE_GENERATION
    {"infringement", Topic::policy},  // DashScope: IPInfringementSuspect
    {"refusal", Topic::policy},       // OpenRouter
    {"setlimit", Topic::quota},       // Volcengine: SetLimitExceeded, which stops the model
    {"prohibited", Topic::policy},
    {"in_flight", Topic::rate},  // OpenRouter: what runs has taken all the money for now
    {"ratequota", Topic::rate},  // DashScope: Throttling.RateQuota, unlike .AllocationQuota
    {"quota", Topic::quota},
    {"balance", Topic::quota},
    {"billing_auth", Topic::bad_key},  // Novita: BILLING_AUTH_FAILED
    {"billing", Topic::quota},
    {"arrear", Topic::quota},  // DashScope: Arrearage
    {"overdue", Topic::quota},
    {"payment", Topic::quota},
    {"credit", Topic::quota},
    {"suspended", Topic::blocked_account},
    {"rate_limit", Topic::rate},
    {"ratelimit", Topic::rate},
    {"throttl", Topic::rate},
    {"too_many_requests", Topic::rate},
    {"toomanyrequests", Topic::rate},
    {"limitexceeded", Topic::rate},  // Volcengine: ModelAccountIpmRateLimitExceeded
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
    {"model_not_available", Topic::unknown_model},
    {"invalid_model", Topic::unknown_model},  // Recraft
    {"invalidmodel", Topic::unknown_model},   // Runware
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
    {"resource pack depleted", Topic::quota},  // Kling
    {"余额不足", Topic::quota},
    {"欠费", Topic::quota},
    {"额度不足", Topic::quota},
    {"额度已用", Topic::quota},
    {"api key not valid", Topic::bad_key},
    {"api_key_invalid", Topic::bad_key},
    {"invalid api key", Topic::bad_key},
    {"incorrect api key", Topic::bad_key},
    {"authorization header", Topic::bad_key},
    {"account exception", Topic::blocked_account},  // Kling
    {"ip whitelisting", Topic::bad_key},            // Kling
    {"content policy", Topic::policy},
    {"content_policy", Topic::policy},
    {"content management policy", Topic::policy},
    {"content security policy", Topic::policy},   // Kling
    {"strategy of the platform", Topic::policy},  // Kling
    {"usage polic", Topic::policy},
    {"safety system", Topic::policy},
    {"safety polic", Topic::policy},
    {"safety filter", Topic::policy},
    {"safety check", Topic::policy},  // Ideogram
    {"content filter", Topic::policy},
    {"moderation", Topic::policy},
    {"nsfw", Topic::policy},
    {"sensitive content", Topic::policy},
    {"contains sensitive information", Topic::policy},  // WaveSpeed
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
    {"blocked by policy", Topic::policy},
    {"flagged as", Topic::policy},
    {"was flagged", Topic::policy},
    {"been flagged", Topic::policy},
    {"flagged by", Topic::policy},
    {"moderated", Topic::policy},  // BFL: Request Moderated
    {"harmful content", Topic::policy},
    {"explicit content", Topic::policy},
    {"敏感", Topic::policy},
    {"违规", Topic::policy},
    {"策略阻止", Topic::policy},
};

/// Whole words; the first that occurs decides. Backends call limits by the day and by the minute
/// both quotas: the first is free again tomorrow, the second in a minute.
constexpr Sign kWords[] = {
    {"daily", Topic::quota},        {"per day", Topic::quota},   {"today", Topic::quota},
    {"ipd", Topic::quota},          {"rpd", Topic::quota},       {"今日", Topic::quota},
    {"每日", Topic::quota},         {"每周", Topic::quota},      {"每月", Topic::quota},
    {"per minute", Topic::rate},    {"per second", Topic::rate}, {"rate limit", Topic::rate},
    {"rate limiting", Topic::rate}, {"rpm", Topic::rate},        {"ipm", Topic::rate},
    {"quota", Topic::quota},        {"balance", Topic::quota},   {"billing", Topic::quota},
    {"credit", Topic::quota},       {"credits", Topic::quota},   {"arrears", Topic::quota},
    {"arrearage", Topic::quota},    {"overdue", Topic::quota},   {"suspended", Topic::quota},
    {"payment", Topic::quota},      {"top up", Topic::quota},    {"top_up", Topic::quota},
    {"余额", Topic::quota},         {"额度", Topic::quota},
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

/// Is the account suspended for money? It may be for what it did.
bool is_about_money(std::string_view text) {
  for (const std::string_view word : {"spending", "billing", "payment", "balance", "credit",
                                      "credits", "quota", "invoice", "unpaid", "overdue"}) {
    if (has_word(text, word)) return true;
  }
  return false;
}

/// The first of `fates` of which the text speaks soon after one of `subjects`: "Your account has
/// been temporarily blocked". Words such as "org-0123456789abcdef is currently " may stand between.
template <std::size_t subject_count, std::size_t fate_count>
Topic fate_of(std::string_view text, const std::string_view (&subjects)[subject_count],
              const Sign (&fates)[fate_count]) {
  constexpr std::size_t kReachBytes = 60;
  for (const std::string_view subject : subjects) {
    const std::size_t at = find_ignoring_case(text, subject);
    if (at == std::string_view::npos) continue;
    const std::string_view after = text.substr(at + subject.size(), kReachBytes);
    for (const Sign& fate : fates) {
      if (has_word(after, fate.words)) return fate.topic;
    }
  }
  return Topic::none;
}

/// What the text says befell an account.
Topic fate_of_account(std::string_view text) {
  constexpr std::string_view kSubjects[] = {"account",      "organization", "resource",
                                            "subscription", "project",      "consumer",
                                            "账户",         "账号",         "帐户"};
  constexpr Sign kFates[] = {{"suspended", Topic::quota},
                             {"overdue", Topic::quota},
                             {"blocked", Topic::blocked_account},
                             {"disabled", Topic::blocked_account},
                             {"banned", Topic::blocked_account},
                             {"deactivated", Topic::blocked_account},
                             {"terminated", Topic::blocked_account},
                             {"锁定", Topic::blocked_account},
                             {"封禁", Topic::blocked_account},
                             {"冻结", Topic::blocked_account},
                             {"非活动", Topic::blocked_account}};
  const Topic fate = fate_of(text, kSubjects, kFates);
  return fate == Topic::quota && !is_about_money(text) ? Topic::blocked_account : fate;
}

/// What the text says of a model, in one sentence.
Topic fate_of_model(std::string_view text) {
  constexpr std::string_view kSubjects[] = {"model", "模型"};
  constexpr Sign kFates[] = {{"does not exist", Topic::unknown_model},
                             {"not exist", Topic::unknown_model},
                             {"not found", Topic::unknown_model},
                             {"不存在", Topic::unknown_model}};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(". ", at), text.size());
    const std::string_view sentence = text.substr(at, end - at);
    const bool names_model = has_word(sentence, "model") || sentence.find("模型") != text.npos;
    if (names_model && fate_of(sentence, kSubjects, kFates) != Topic::none) {
      return Topic::unknown_model;
    }
    at = end + 2;
  }
  for (const std::string_view phrase :
       {"not a valid model", "invalid model:", "invalid model id", "unknown model,",
        "unknown model:", "non-serverless model", "no such model", "no provider supported",
        "not supported by provider", "version does not exist"}) {
    if (find_ignoring_case(text, phrase) != text.npos) return Topic::unknown_model;
  }
  return Topic::none;
}

template <std::size_t count>
Topic first_of(std::string_view text, const Sign (&signs)[count]) {
  for (const Sign& sign : signs) {
    if (find_ignoring_case(text, sign.words) != std::string_view::npos) return sign.topic;
  }
  return Topic::none;
}

}  // namespace

Topic topic_of(std::string_view code, std::string_view text, Wording wording) {
  for (const Topic topic : {fate_of_account(text), first_of(text, kDecidingPhrases),
                            first_of(code, kCodeSigns), first_of(text, kPhrases)}) {
    if (topic != Topic::none) return topic;
  }
  // Where the account is at fault, the model may exist for others.
  if (wording == Wording::phrases) return fate_of_model(text);
  for (const Sign& sign : kWords) {
    if (has_word(text, sign.words)) return sign.topic;
  }
  return Topic::none;
}

}  // namespace fluxgate
