#include "provider/find_picture.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "json/document.h"
#include "picture/data_url.h"

namespace fluxgate {
namespace {

/// Some backends break their base64 into lines (RFC 2045).
std::string without_white_space(std::string_view text) {
  std::string dense;
  dense.reserve(text.size());
  for (const char c : text) {
    if (!is_space(c)) dense += c;
  }
  return dense;
}

/// The picture in an item of a list, which may be the text itself; "" when the item has none.
std::string_view picture_in(json::Value item) {
  for (const json::Value candidate : {item["url"], item["b64_json"], item}) {
    const std::string_view text = candidate.string_or_empty();
    if (!text.empty()) return text;
  }
  return {};
}

/// The first picture of the answer, wherever backends put it; "" when there is none.
std::string_view picture_of(json::Value root) {
  for (const json::Value list : {root["images"], root["data"], root["output"]}) {
    for (const json::Value item : list.items()) {
      const std::string_view text = picture_in(item);
      if (!text.empty()) return text;
    }
  }
  return root["image"].string_or_empty();
}

/// `{"error": ...}`, Ark's `{"data": [{"error": ...}]}`, or SiliconFlow's
/// `{"code": 20015, "message": ...}`.
bool is_error_answer(json::Value root) {
  return !root["error"].absent() || !root["data"].first()["error"].absent() ||
         (!root["code"].absent() && !root["message"].absent());
}

/// What the answer says that it cost.
Cost cost_in(json::Value root) {
  const json::Value usage = root["usage"];
  for (const json::Value place : {root["cost"], usage["cost"]}) {
    const Cost cost = place.billionths();
    if (cost && *cost >= 0) return cost;
  }
  if (usage.missing()) return std::nullopt;
  constexpr std::int64_t kTicksInBillionth = 10;  // Source: docs.x.ai, usage.
  const auto ticks = usage["cost_in_usd_ticks"].integer();
  if (ticks && *ticks >= 0) return *ticks / kTicksInBillionth;
  return std::nullopt;
}

}  // namespace

Error no_picture(std::string detail) {
  return Error(ErrorCode::upstream_bad_response, "The image backend's answer holds no picture.",
               std::move(detail));
}

Error refused_picture(std::string_view reason) {
  std::string message("The image backend refused the prompt or its picture");
  const bool is_name = reason.size() <= 40 && std::all_of(reason.begin(), reason.end(), [](char c) {
                         return is_alnum(c) || c == '_' || c == ' ';
                       });
  if (is_name && !reason.empty()) message.append(": ").append(reason);
  return Error(ErrorCode::content_policy_violation, message.append("."), "img_refused");
}

Result<Step> failed(std::string_view code, std::string_view message, int status) {
  return Step(Failed{std::string(code), std::string(message), status});
}

Result<Step> ask_again(JobState state) {
  return Step(Later{.state = state});
}

Result<Step> picture_from(std::string_view text) {
  if (const auto base64 = base64_of_data_url(text)) {
    return Step(Made{{PictureForm::base64, without_white_space(*base64)}});
  }
  if (text.empty() || is_data_url(text)) return no_picture("img_no_url");
  // No base64 holds a colon or a dot. A path without a host is one of the backend's own.
  if (text.find_first_of(":.") != std::string_view::npos) {
    return Step(Made{{PictureForm::url, std::string(text)}});
  }
  return Step(Made{{PictureForm::base64, without_white_space(text)}});
}

Result<Step> with_cost(Result<Step> step, json::Value cost) {
  const Cost told = cost.billionths();
  if (step && told && *told >= 0) std::get<Made>(*step).cost = told;
  return step;
}

Result<Step> find_picture(const BackendAnswer& answer) {
  const std::string_view text = picture_of(answer.root);
  if (text.empty() && is_error_answer(answer.root)) {
    return Error(ErrorCode::upstream_error, "The image backend reported an error.",
                 "img_error_in_200");
  }
  Result<Step> step = picture_from(text);
  if (step) std::get<Made>(*step).cost = cost_in(answer.root);
  return step;
}

}  // namespace fluxgate
