#include "gateway/image_call.h"

#include <utility>

#include "base/ascii.h"
#include "base/base64.h"
#include "gateway/blot_out.h"
#include "gateway/complaint_body.h"
#include "gateway/patience.h"
#include "gateway/picture_bytes.h"
#include "json/long_strings.h"
#include "picture/limits.h"

namespace fluxgate {
namespace {

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

/// A good answer, read to its end.
struct Answer {
  json::LongStrings strings;  ///< Its rest is the answer without the picture's base64.
  PictureBytes picture;
};

Task<> read_answer(Body body, Answer& answer, const PictureRoom& room) {
  std::size_t total_bytes = 0;
  for (;;) {
    const std::uint32_t read_bytes = room.is_taken() ? kBackendReadBytes : kFirstBackendReadBytes;
    const Chunk chunk = co_await read_chunk(body, {read_bytes, kBackendIdleMs});
    if (chunk.end) co_return;
    total_bytes += chunk.bytes.size_bytes();
    if (total_bytes > kMaxBackendAnswerBytes) {
      co_await Error(ErrorCode::upstream_too_large, "The image backend's answer is too large.");
    }
    answer.strings.push(chunk.bytes.view());
    for (;;) {
      const auto piece = co_await answer.strings.next();
      if (!piece) break;
      co_await answer.picture.take(*piece);
    }
  }
}

/// The picture that the answer tells of.
Task<MadePicture> find_picture(Answer& answer, BackendImage image) {
  MadePicture made;
  if (const auto index = json::LongStrings::index_of(image.url)) {
    if (!answer.picture.has(*index)) co_return no_picture_error();
    made.link = co_await answer.picture.finish();
    if (made.link.empty()) made.bytes = std::move(answer.picture.bytes());
  } else if (image.url.empty()) {
    made.bytes = base64_decode(image.base64).value_or("no base64");
  } else {
    made.url = std::move(image.url);
  }
  co_return std::move(made);
}

/// The picture of a 2xx answer. When it fails, `stage` tells where. Error upstream_error: an error
/// object, which answer.strings.rest() holds.
Task<MadePicture> read_picture(UpstreamResponse response, Answer& answer, const PictureRoom& room,
                               Stage& stage) {
  stage = is_coded(response.headers) ? Stage::coded_body : Stage::body;
  co_await read_answer(std::move(response.body), answer, room);
  stage = Stage::content;
  BackendImage image = co_await read_image_answer(answer.strings.rest());
  co_return co_await find_picture(answer, std::move(image));
}

/// What `words`, the body of an error, and the head mean.
void judge(ImageCall& call, std::string_view words, Headers headers, const ImageJob& job,
           const Config& config, UnixMs now_ms) {
  call.complaint = readable_complaint(words, job, config);
  call.result = judge_refusal(
      {call.status, call.complaint.code, call.complaint.message, std::move(headers)}, now_ms);
}

}  // namespace

Task<ImageCall> call_image_backend(Exchange& exchange, const Model& model, const ImageJob& job,
                                   std::size_t key, PictureRoom& room) {
  const Config& config = exchange.config();
  ImageCall call;
  Result<UpstreamResponse> response = co_await attempt(
      with_deadline(fetch(image_request(*model.provider, job, model.provider->keys[key])),
                    config.image_timeout_ms,
                    Error(ErrorCode::upstream_timeout, "The image backend did not answer.")));
  if (!response) {
    call.result = judge_failure(std::move(response).error(), Stage::head);
    co_return std::move(call);
  }
  call.status = response->status;
  Headers headers = response->headers;
  if (call.status < 200 || call.status > 299) {
    const Bytes body = co_await collect_complaint(std::move(response->body));
    judge(call, body.view(), std::move(headers), job, config, exchange.session().now_ms());
    co_return std::move(call);
  }
  Answer answer{{}, PictureBytes(exchange, room)};
  Stage stage = Stage::body;
  Result<MadePicture> made =
      co_await attempt(read_picture(*std::move(response), answer, room, stage));
  if (made) {
    call.result = *std::move(made);
  } else if (made.error().code == ErrorCode::upstream_error) {
    judge(call, answer.strings.rest(), std::move(headers), job, config,
          exchange.session().now_ms());
  } else {
    call.result = judge_failure(std::move(made).error(), stage);
  }
  co_return std::move(call);
}

}  // namespace fluxgate
