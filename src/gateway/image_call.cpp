#include "gateway/image_call.h"

#include <utility>

#include "base/ascii.h"
#include "gateway/blot_out.h"

namespace fluxgate {
namespace {

/// Pictures that come as base64 are answered as data URLs of 4 MiB at most, so a longer answer
/// could not be used.
constexpr ReadLimits kAnswerLimits{8 * 1024 * 1024, 15'000};
/// What a backend says of an error has some hundred bytes, and comes with the head or not at all.
constexpr ReadLimits kComplaintLimits{64 * 1024, 3'000};

bool is_coded(const Headers& headers) {
  return !equals_ignoring_case(headers.find("content-encoding").value_or("identity"), "identity");
}

BackendComplaint readable_complaint(std::string_view body, const ImageJob& job,
                                    const Config& config) {
  BackendComplaint complaint = read_complaint(body);
  for (std::string* text : {&complaint.code, &complaint.message}) {
    *text = blot_out_words(blot_out_secrets(*text, config), job.prompt);
    *text = blot_out_words(*text, job.negative_prompt);
  }
  return complaint;
}

}  // namespace

Task<ImageCall> call_image_backend(const Gateway& gateway, const Model& model, const ImageJob& job,
                                   std::size_t key) {
  Session& session = co_await current_session();
  ImageCall outcome;
  Result<UpstreamResponse> answer = co_await attempt(
      with_deadline(fetch(image_request(*model.provider, job, model.provider->keys[key])),
                    gateway.config().image_timeout_ms,
                    Error(ErrorCode::upstream_timeout, "The image backend did not answer.")));
  if (!answer) {
    outcome.result = judge_failure(std::move(answer).error(), Stage::head);
    co_return std::move(outcome);
  }
  outcome.status = answer->status;
  const bool good = outcome.status >= 200 && outcome.status <= 299;
  Result<Bytes> body =
      co_await attempt(collect(std::move(answer->body), good ? kAnswerLimits : kComplaintLimits));
  if (good && !body) {
    outcome.result = judge_failure(std::move(body).error(),
                                   is_coded(answer->headers) ? Stage::coded_body : Stage::body);
    co_return std::move(outcome);
  }
  if (good) {
    Result<BackendImage> image = read_image_answer(body->view());
    if (image) {
      outcome.result = *std::move(image);
      co_return std::move(outcome);
    }
    if (image.error().code != ErrorCode::upstream_error) {
      outcome.result = judge_failure(std::move(image).error(), Stage::content);
      co_return std::move(outcome);
    }
  }
  if (body) outcome.complaint = readable_complaint(body->view(), job, gateway.config());
  outcome.result = judge_refusal({outcome.status, outcome.complaint.code, outcome.complaint.message,
                                  std::move(answer->headers)},
                                 session.now_ms());
  co_return std::move(outcome);
}

}  // namespace fluxgate
