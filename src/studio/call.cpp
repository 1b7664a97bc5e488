#include "studio/call.h"

#include <optional>
#include <utility>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/percent.h"
#include "base/version.h"
#include "exchange/blot_out.h"
#include "exchange/complaint_body.h"
#include "exchange/patience.h"
#include "failover/reason.h"
#include "json/long_strings.h"
#include "json/member.h"
#include "picture/limits.h"
#include "studio/picture_bytes.h"

namespace fluxgate {
namespace {

bool is_coded(const Headers& headers) {
  return !equals_ignoring_case(headers.find("content-encoding").value_or("identity"), "identity");
}

/// Puts the backend's own words behind ours. A key's faults are the operator's business.
void add_reason(Verdict& verdict, std::string_view message) {
  if (verdict.kind == FailureClass::auth) return;
  const std::string reason = plain_reason(message);
  if (!reason.empty()) verdict.error.message.append(" It says: ").append(reason);
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

/// The address of a picture as a URL: backends tell some as paths of their own, with spaces in them
/// or with a line end behind them.
std::string whole_url(std::string_view asked_url, std::string_view told) {
  std::string url;
  for (const char c : resolve_reference(asked_url, trim(told))) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7F) {
      url.push_back(c);
    } else {
      url += percent_encode({&c, 1});
    }
  }
  return url;
}

/// The picture that the answer tells of.
Task<Picture> take_picture(Answer& answer, const std::string& asked_url, Picture told) {
  if (const auto index = json::LongStrings::index_of(told.text)) {
    if (!answer.picture.has(*index)) co_return no_picture_error();
    std::string path = co_await answer.picture.finish();
    if (!path.empty()) co_return Picture{PictureForm::path, std::move(path)};
    co_return Picture{PictureForm::bytes, std::move(answer.picture.bytes())};
  }
  if (told.form == PictureForm::url) told.text = whole_url(asked_url, told.text);
  if (told.form == PictureForm::base64) {
    told = {PictureForm::bytes, base64_decode(told.text).value_or("no base64")};
  }
  co_return std::move(told);
}

/// One picture's dealings with a backend, with one key.
struct Dealings {
  Exchange& exchange;
  const Model& model;
  const ImageJob& job;
  std::size_t key;
  PictureRoom& room;
  ImageCall call = {};
  std::optional<Later> later = {};  ///< When to ask again.

  Task<UpstreamResponse> send(Request request) {
    const KeyHeader header = model.key_header();
    request.headers.append("user-agent", kUserAgent);
    request.headers.append(header.name, std::string(header.prefix) + model.provider->keys[key]);
    return fetch(std::move(request), {.head_ms = exchange.config().image_timeout_ms,
                                      .late = no_answer_error,
                                      .inline_bytes = kInlineAnswerBytes});
  }

  /// What `words`, the body of an error, and the head mean.
  void judge(std::string_view words, Headers headers) {
    call.complaint = readable_complaint(words, job, exchange.config());
    Verdict verdict = judge_refusal({call.status, call.complaint, std::move(headers)},
                                    exchange.session().now_ms());
    add_reason(verdict, call.complaint.message);
    call.result = std::move(verdict);
  }
};

/// Reads a 2xx answer: the picture, or when to ask for it again. When it fails, `stage` tells
/// where. Error upstream_error: an error object, which answer.strings.rest() holds.
Task<> read_step(Dealings& dealings, UpstreamResponse response, Answer& answer, Stage& stage) {
  stage = is_coded(response.headers) ? Stage::coded_body : Stage::body;
  co_await read_answer(std::move(response.body), answer, dealings.room);
  stage = Stage::content;
  Step step = co_await dealings.model.dialect->read(
      {dealings.call.status, response.headers, answer.strings.rest()});
  if (Later* later = std::get_if<Later>(&step)) {
    dealings.later = std::move(*later);
  } else {
    dealings.call.result = co_await take_picture(answer, dealings.model.provider->url,
                                                 std::get<Made>(std::move(step)).picture);
  }
}

/// Asks once, and completes dealings.call, or says in dealings.later when to ask again.
Task<> ask(Dealings& dealings, Request request) {
  ImageCall& call = dealings.call;
  Result<UpstreamResponse> response = co_await attempt(dealings.send(std::move(request)));
  if (!response) {
    call.result = judge_failure(std::move(response).error(), Stage::head);
    co_return;
  }
  call.status = response->status;
  Headers headers = response->headers;
  if (call.status < 200 || call.status > 299) {
    const Bytes body = co_await collect_complaint(std::move(response->body));
    dealings.judge(body.view(), std::move(headers));
    co_return;
  }
  Answer answer{
      {}, PictureBytes(dealings.exchange, dealings.room, dealings.model.dialect->sends_drafts)};
  Stage stage = Stage::body;
  Result<void> read = co_await attempt(read_step(dealings, *std::move(response), answer, stage));
  if (read) co_return;
  if (read.error().code == ErrorCode::upstream_error) {
    dealings.judge(answer.strings.rest(), std::move(headers));
  } else {
    call.result = judge_failure(std::move(read).error(), stage);
  }
}

}  // namespace

Task<ImageCall> call_image_backend(Exchange& exchange, const Model& model, const ImageJob& job,
                                   std::size_t key, PictureRoom& room) {
  Dealings dealings{exchange, model, job, key, room};
  Call call = model.dialect->ask(job, *model.provider);
  if (Made* made = std::get_if<Made>(&call)) {
    dealings.call.result = std::move(made->picture);
    co_return std::move(dealings.call);
  }
  Request request = std::get<Request>(std::move(call));
  const std::string& extra = model.provider->extra;
  if (!extra.empty()) request.body = json::with_members(request.body, extra);
  co_await ask(dealings, std::move(request));
  while (std::optional<Later> later = std::exchange(dealings.later, std::nullopt)) {
    co_await Sleep(static_cast<std::uint32_t>(later->after_ms));
    ++dealings.call.poll_count;
    co_await ask(dealings, std::move(later->ask));
    // The picture is ordered: another call would order, and pay for, one more.
    Verdict* verdict = std::get_if<Verdict>(&dealings.call.result);
    if (verdict == nullptr) continue;
    verdict->remedy = Remedy::none;
    verdict->maybe_billed = true;
  }
  co_return std::move(dealings.call);
}

}  // namespace fluxgate
