#include "studio/call.h"

#include <optional>
#include <utility>
#include <vector>

#include "accounts/once.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "base/percent.h"
#include "exchange/complaint_body.h"
#include "exchange/patience.h"
#include "json/long_strings.h"
#include "json/member.h"
#include "picture/limits.h"
#include "provider/event_answer.h"
#include "provider/form_shape.h"
#include "provider/json_shape.h"
#include "provider/patience.h"
#include "studio/dealings.h"
#include "studio/picture_bytes.h"
#include "studio/poll_plan.h"

namespace fluxgate {
namespace {

bool is_coded(const Headers& headers) {
  return !equals_ignoring_case(headers.find("content-encoding").value_or("identity"), "identity");
}

/// A good answer, read to its end.
struct Answer {
  json::LongStrings strings;  ///< Its rest is the answer without the picture's base64.
  PictureBytes picture;
};

/// Is the answer the picture itself?
bool is_file(const Headers& headers) {
  const std::string_view type = headers.find("content-type").value_or("");
  return starts_with_ignoring_case(type, "image/") ||
         starts_with_ignoring_case(type, "application/octet-stream");
}

/// The form of a backend's answer.
enum class AnswerKind : std::uint8_t {
  json,
  file,   ///< The picture itself.
  events  ///< JSON in events; drafts may come before the picture.
};

AnswerKind kind_of(const Headers& headers) {
  const std::string_view type = headers.find("content-type").value_or("");
  if (starts_with_ignoring_case(type, "text/event-stream")) return AnswerKind::events;
  return is_file(headers) ? AnswerKind::file : AnswerKind::json;
}

/// A draft that has just ended is shown to those who wait; one that is stored in parts is not.
Task<> show_draft(Audience& audience, Answer& answer, const json::LongStrings::Piece& piece) {
  if (!piece.ends || !is_in_draft(answer.strings.rest())) return nothing();
  if (!answer.picture.has(piece.index) || answer.picture.stores()) return nothing();
  return audience.see_draft(answer.picture.bytes());
}

/// Between events a backend draws, and may be silent for as long as it may take for the whole.
Task<> read_answer(Body body, Answer& answer, AnswerKind kind, Dealings& dealings) {
  Batch& batch = dealings.batch;
  const PictureRoom& room = batch.room;
  const bool is_events = kind == AnswerKind::events;
  const bool shows_drafts = is_events && dealings.job.draft_count > 0;
  const std::uint32_t idle_ms =
      is_events ? patience_ms(batch.exchange.config(), dealings.candidate, dealings.job.size)
                : kBackendIdleMs;
  std::size_t total_bytes = 0;
  for (;;) {
    const std::uint32_t read_bytes = room.is_taken() ? kBackendReadBytes : kFirstBackendReadBytes;
    const Chunk chunk = co_await read_chunk(body, {read_bytes, idle_ms});
    if (chunk.end) co_return;
    total_bytes += chunk.bytes.size_bytes();
    if (total_bytes > kMaxBackendAnswerBytes) {
      co_await Error(ErrorCode::upstream_too_large, "The image backend's answer is too large.");
    }
    if (kind == AnswerKind::file) {
      co_await answer.picture.take_file(chunk.bytes.view());
      continue;
    }
    answer.strings.push(chunk.bytes.view());
    for (;;) {
      const auto piece = co_await answer.strings.next();
      if (!piece) break;
      co_await answer.picture.take(*piece);
      if (shows_drafts) co_await show_draft(batch.audience, answer, *piece);
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

Task<Picture> whole_picture(PictureBytes& picture) {
  std::string path = co_await picture.finish();
  if (!path.empty()) co_return Picture{PictureForm::path, std::move(path)};
  co_return Picture{PictureForm::bytes, std::move(picture.bytes())};
}

/// The answer as JSON.
std::string text_of(const Answer& answer, AnswerKind kind) {
  const std::string_view rest = answer.strings.rest();
  return kind == AnswerKind::events ? whole_answer(rest) : std::string(rest);
}

/// The picture that the answer tells of.
Task<Picture> take_picture(Answer& answer, const std::string& asked_url, Picture told) {
  if (const auto index = json::LongStrings::index_of(told.text)) {
    if (!answer.picture.has(*index)) co_return no_picture_error();
    co_return co_await whole_picture(answer.picture);
  }
  if (told.form == PictureForm::url) told.text = whole_url(asked_url, told.text);
  if (told.form == PictureForm::base64) {
    told = {PictureForm::bytes, base64_decode(told.text).value_or("no base64")};
  }
  co_return std::move(told);
}

/// Reads a 2xx answer: the picture, or when to ask for it again. When it fails, `stage` tells
/// where. Error upstream_error: an error object, which answer.strings.rest() holds.
Task<> read_step(Dealings& dealings, UpstreamResponse response, Answer& answer, Stage& stage) {
  stage = is_coded(response.headers) ? Stage::coded_body : Stage::body;
  const AnswerKind kind = kind_of(response.headers);
  co_await read_answer(std::move(response.body), answer, kind, dealings);
  stage = Stage::content;
  if (kind == AnswerKind::file) {
    dealings.end_order();
    dealings.call.result = co_await whole_picture(answer.picture);
    co_return;
  }
  std::optional<Picture> told = co_await dealings.take(
      read_answer_text(*dealings.candidate.dialect, text_of(answer, kind), dealings.call.status,
                       response.headers, dealings.asked_url),
      response.headers);
  if (told) {
    dealings.call.result = co_await take_picture(answer, dealings.asked_url, *std::move(told));
  }
}

/// Takes the slots of pictures out of an order's body: the host puts the pictures there.
std::vector<Insert> take_inserts(Request& request, const ImageJob& job,
                                 const References* references) {
  std::vector<Insert> inserts;
  std::uint64_t length_bytes = 0;
  for (const SlotPlace& slot : take_out_slots(request.body, job)) {
    const HeldBytes& bytes = references->bytes(slot.index);
    inserts.push_back({static_cast<std::uint32_t>(slot.place), bytes.handle(),
                       slot.is_base64 ? Coding::base64 : Coding::identity});
    length_bytes += slot.is_base64 ? (bytes.length_bytes() + 2) / 3 * 4 : bytes.length_bytes();
  }
  if (inserts.empty()) return inserts;
  length_bytes += request.body.size();
  request.headers.append("content-length", std::to_string(length_bytes));
  return inserts;
}

Task<UpstreamResponse> send(Request request, std::vector<Insert> inserts, std::uint32_t head_ms) {
  const CallOptions options{
      .head_ms = head_ms, .late = no_answer_error, .inline_bytes = kInlineAnswerBytes};
  if (inserts.empty()) return fetch(std::move(request), options);
  return fetch(std::move(request), std::move(inserts), options);
}

/// Asks once, and completes dealings.call, or leaves dealings.order to be asked for.
Task<> ask(Dealings& dealings, Request request, std::vector<Insert> inserts,
           std::uint32_t head_ms) {
  ImageCall& call = dealings.call;
  dealings.asked_url = request.url;
  call.status = 0;
  Result<UpstreamResponse> response =
      co_await attempt(send(std::move(request), std::move(inserts), head_ms));
  if (!response) {
    call.result = judge_failure(std::move(response).error(), Stage::head);
    co_return;
  }
  call.status = response->status;
  Headers headers = response->headers;
  if (call.status < 200 || call.status > 299) {
    const Bytes body = co_await collect_complaint(std::move(response->body));
    dealings.judge(read_complaint(body.view()), std::move(headers));
    co_return;
  }
  Answer answer{{},
                PictureBytes(dealings.batch.exchange, dealings.batch.room, dealings.job.place,
                             dealings.candidate.dialect->sends_drafts ||
                                 kind_of(headers) == AnswerKind::events)};
  Stage stage = Stage::body;
  Result<void> read = co_await attempt(read_step(dealings, *std::move(response), answer, stage));
  if (read) co_return;
  if (read.error().code == ErrorCode::upstream_error) {
    dealings.judge(read_complaint(text_of(answer, kind_of(headers))), std::move(headers));
  } else {
    call.result = judge_failure(std::move(read).error(), stage);
  }
}

/// How many questions in a row may fail before the picture is given up. A rate limit and a restart
/// of the backend's servers pass sooner.
constexpr std::uint32_t kMaxFailedPolls = 5;

/// Has the question failed, and not the job? Then it may be asked again.
bool is_fault_of_poll(const Verdict& verdict, int status) {
  switch (verdict.kind) {
    case FailureClass::connect:
    case FailureClass::reset:
    case FailureClass::timeout:
    case FailureClass::server:
    case FailureClass::rate:
    case FailureClass::model_not_found:  // Not all servers know of a new order at once.
      return status < 200 || status > 299 || verdict.event == "img_body_timeout";
    case FailureClass::bad_answer:
      return verdict.event == "img_truncated" || verdict.event == "img_bad_encoding" ||
             verdict.error.detail == "img_bad_json" || verdict.error.detail == "img_ask_again";
    default: return false;
  }
}

/// Tells those who wait how far the picture is, once for each state.
Task<> tell_state(Audience& audience, const Later& later, std::string& told) {
  std::string line = later.state == JobState::queued ? "The picture is in the queue" : "Drawing";
  if (later.percent) line.append(": ").append(std::to_string(*later.percent)).append(" %");
  line.append(".\n");
  if (line == told || later.state == JobState::ready) co_return;
  told = line;
  audience.hear_progress(line);
  co_await audience.flush();
}

/// The picture was not there in time, or was asked for too often.
Verdict too_late() {
  Verdict verdict = judge_failure(no_answer_error(), Stage::head);
  verdict.event = "img_deadline";
  return verdict;
}

/// How often in a row a backend may say that the picture waits elsewhere.
constexpr std::uint32_t kMaxReadySteps = 3;

/// Asks for an ordered picture until it is there, or is given up. One that is ready is fetched at
/// once, even when the time is over: it is paid for.
Task<> wait_for_picture(Dealings& dealings, UnixMs ordered_ms, UnixMs end_ms) {
  const Session& session = dealings.session();
  const bool may_leave_order = dealings.batch.exchange.account().leaves_orders;
  std::uint32_t failed_count = 0;
  std::uint32_t ready_count = 0;
  std::string told;
  while (dealings.order != nullptr) {
    const Later& later = dealings.order->later;
    const bool leaves_orders = may_leave_order && dealings.order->can_be_left();
    co_await tell_state(dealings.batch.audience, later, told);
    const auto gap_ms =
        next_poll_gap_ms(ordered_ms, end_ms, session.now_ms(), dealings.batch.polls_left());
    const bool is_ready = later.state == JobState::ready && failed_count == 0;
    ready_count = is_ready ? ready_count + 1 : 0;
    const bool is_fetched = is_ready && ready_count <= kMaxReadySteps;
    if (!later.ask || (!gap_ms && !is_fetched)) {
      dealings.call.result = too_late();
      co_return;
    }
    const bool was_asked_for = dealings.is_new || dealings.call.poll_count > 0;
    if (!is_fetched && leaves_orders && was_asked_for) {
      co_await Error(ErrorCode::picture_ordered, "The picture is ordered.");
    }
    if (!is_fetched && !leaves_orders) co_await Sleep(*gap_ms);
    ++dealings.call.poll_count;
    dealings.call.result = Picture();
    dealings.call.complaint = {};
    co_await ask(dealings, *later.ask, {}, kPollHeadMs);
    const Verdict* verdict = std::get_if<Verdict>(&dealings.call.result);
    if (verdict == nullptr) {
      failed_count = 0;
    } else if (!is_fault_of_poll(*verdict, dealings.call.status) ||
               ++failed_count > kMaxFailedPolls) {
      co_return;
    }
  }
}

/// The call that orders the picture; none where it is there at once.
Task<> order(Dealings& dealings, std::uint32_t wait_ms) {
  const Candidate& candidate = dealings.candidate;
  Call call = candidate.dialect->ask(dealings.job, *candidate.provider);
  if (Made* made = std::get_if<Made>(&call)) {
    dealings.call.result = std::move(made->picture);
    return nothing();
  }
  Request request = std::get<Request>(std::move(call));
  const std::string& extra = candidate.provider->extra;
  if (!extra.empty()) request.body = json::with_members(request.body, extra);
  const auto is_form = candidate.dialect->is_form;
  if (is_form != nullptr && is_form(dealings.job)) turn_into_form(request, dealings.job);
  if (candidate.dialect->is_in_list) turn_into_list(request);
  const Result<void> completed = dealings.complete(request);
  if (!completed) {
    dealings.call.result = judge_failure(completed.error(), Stage::content);
    return nothing();
  }
  std::vector<Insert> inserts = take_inserts(request, dealings.job, dealings.batch.references);
  return ask(dealings, std::move(request), std::move(inserts), wait_ms);
}

/// The picture is ordered: another call would order, and pay for, one more.
void end_of_order(Dealings& dealings) {
  Verdict* verdict = std::get_if<Verdict>(&dealings.call.result);
  if (verdict == nullptr) return;
  verdict->remedy = Remedy::none;
  verdict->maybe_billed = verdict->kind != FailureClass::policy;
  verdict->rest_ms = 0;  // The key was good for the order.
}

}  // namespace

std::uint32_t patience_ms(const Config& config, const Candidate& candidate, ImageSize size) {
  return config.image_timeout_ms.value_or(usual_patience_ms(candidate.patience_ms, size));
}

Task<ImageCall> call_image_backend(Batch& batch, const Candidate& candidate, const ImageJob& job,
                                   std::size_t key) {
  Dealings dealings{batch, candidate, job, key};
  const std::uint32_t wait_ms = patience_ms(batch.exchange.config(), candidate, job.size);
  const UnixMs ordered_ms = batch.exchange.session().now_ms();
  Task<> ordering = order(dealings, wait_ms);
  co_await std::move(ordering);
  if (dealings.order == nullptr) co_return std::move(dealings.call);
  co_await wait_for_picture(dealings, ordered_ms, ordered_ms + wait_ms);
  end_of_order(dealings);
  co_return std::move(dealings.call);
}

Task<ImageCall> wait_for_left_picture(Batch& batch, const Candidate& candidate, const ImageJob& job,
                                      const LeftPicture& left) {
  Dealings dealings{batch, candidate, job, left.key};
  const std::uint32_t wait_ms = patience_ms(batch.exchange.config(), candidate, job.size);
  const UnixMs now_ms = batch.exchange.session().now_ms();
  dealings.take_up(left);
  if (batch.exchange.account().leaves_orders) {
    co_await wait_for_picture(dealings, left.ordered_ms, left.ordered_ms + kLeftWorkKeptMs);
  } else {  // It may be long since it was ordered, and it may be there.
    co_await wait_for_picture(dealings, now_ms, now_ms + wait_ms);
  }
  end_of_order(dealings);
  co_return std::move(dealings.call);
}

void call_off(Batch& batch, const Candidate& candidate, const ImageJob& job,
              const LeftPicture& left) {
  Dealings dealings{batch, candidate, job, left.key};
  dealings.take_up(left);
}

}  // namespace fluxgate
