#include "studio/make_pictures.h"

#include "exchange/patience.h"
#include "failover/attempts.h"
#include "studio/call.h"

namespace fluxgate {
namespace {

/// One of the request's random numbers; enough of them for kMaxImageAttempts.
std::uint32_t random_number(const Session& session, std::size_t index) {
  const Randomness& bytes = session.randomness();
  const std::size_t at = index % 4 * 4;
  return static_cast<std::uint32_t>(bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16);
}

void log_call(Exchange& exchange, const Model& model, std::size_t key, UnixMs took_ms,
              const ImageCall& call) {
  LoggedCall logged{model.provider->name, key, took_ms, call.status};
  logged.poll_count = call.poll_count;
  if (const Verdict* verdict = std::get_if<Verdict>(&call.result)) {
    logged.failure = verdict->event;
    logged.rest_ms = verdict->rest_ms;
    logged.maybe_billed = verdict->maybe_billed;
    logged.host = split_url(model.provider->url).authority;
    logged.detail = verdict->error.detail;
    logged.upstream_code = call.complaint.code;
    logged.upstream_message = call.complaint.message;
  }
  exchange.log().add(logged);
}

/// The result of a call that ran out of the time for all calls.
ImageCall cut_off(Error error) {
  Verdict verdict = judge_failure(std::move(error), Stage::head);
  verdict.event = "img_deadline";
  ImageCall call;
  call.result = std::move(verdict);
  return call;
}

/// What those who wait may know of a call.
void tell_progress(Audience& audience, const ImageJob& job, std::size_t index) {
  audience.hear_progress("Asking " + std::string(job.model) + " for a picture of " +
                         size_text(job.size) + ", attempt " + std::to_string(index + 1) + ".\n");
}

Task<Picture> make_picture(Exchange& exchange, Audience& audience, const Order& order, ImageJob job,
                           PictureRoom& room) {
  const Model& model = *order.model;
  const Session& session = exchange.session();
  const std::size_t run = exchange.next_number();
  const UnixMs deadline_ms = session.now_ms() + kPictureMadeMs;
  AttemptPlan plan(*model.keys, {deadline_ms, exchange.config().image_retry_ambiguous});
  NextStep step = plan.start(session.now_ms());
  for (std::size_t index = 0; std::holds_alternative<NextCall>(step); ++index) {
    const NextCall next = std::get<NextCall>(step);
    if (next.pause_ms > 0) co_await Sleep(next.pause_ms);
    tell_progress(audience, job, index);
    co_await audience.flush();
    const UnixMs asked_ms = session.now_ms();
    const UnixMs left_ms = deadline_ms - asked_ms;
    if (left_ms <= 0) {  // A slow client has used up the time.
      step = GiveUp{failure_error(FailureClass::timeout), ""};
      break;
    }
    exchange.log().call_begins();
    Result<ImageCall> result =
        co_await attempt(with_deadline(call_image_backend(exchange, model, job, next.key, room),
                                       static_cast<std::uint32_t>(left_ms), no_answer_error));
    ImageCall call = result ? *std::move(result) : cut_off(std::move(result).error());
    const UnixMs took_ms = session.now_ms() - asked_ms;
    if (Picture* made = std::get_if<Picture>(&call.result)) {
      Result<void> published = co_await attempt(publish_picture(exchange, *made, order.delivery));
      if (!published) call.result = judge_failure(std::move(published).error(), Stage::content);
    }
    log_call(exchange, model, next.key, took_ms, call);
    if (Picture* picture = std::get_if<Picture>(&call.result)) {
      plan.succeeded();
      room.settle(picture->text.capacity());
      co_return std::move(*picture);
    }
    step = plan.failed(std::get<Verdict>(call.result), session.now_ms(),
                       random_number(session, run + index));
  }
  room.settle(0);
  GiveUp& end = std::get<GiveUp>(step);
  if (!end.event.empty()) exchange.log().give_up(end.event, 1000 * end.error.retry_after_s);
  co_return std::move(end.error);
}

}  // namespace

void log_pictures(Exchange& exchange, std::size_t made_count, std::uint32_t lost_count) {
  LogLine& line = exchange.log().line();
  line.number("pictures", static_cast<std::int64_t>(made_count));
  if (lost_count > 0) line.number("lost", lost_count);
}

std::string lost_note(std::uint32_t lost_count, std::uint32_t asked_count,
                      std::string_view reason) {
  if (lost_count == 0) return {};
  std::string note = std::to_string(lost_count) + " of " + std::to_string(asked_count);
  return note.append(" pictures could not be made: ").append(reason);
}

Task<Pictures> make_pictures(Exchange& exchange, Audience& audience, Order order) {
  PictureRoom room(exchange.instance().load().picture_bytes, order.count);
  ImageJob job = order.job;
  const Fit fit = fit_job(*order.model->dialect, job);
  job.size = fit.size;
  if (job.place == 0) exchange.log().line().word("size", size_text(fit.size));
  if (const std::string told = tell_fit(fit); !told.empty()) audience.hear_progress(told);
  std::vector<Task<Picture>> runs;
  for (std::uint32_t index = 0; index < order.count; ++index) {
    runs.push_back(make_picture(exchange, audience, order, job, room));
    runs.back().start(exchange.session());
    ++job.place;
    if (job.seed) ++*job.seed;
  }
  Pictures made;
  made.fit = fit;
  std::optional<Error> first_error;
  bool maybe_billed = false;
  for (Task<Picture>& run : runs) {
    Result<Picture> picture = co_await attempt(std::move(run));
    if (picture) {
      made.list.push_back(*std::move(picture));
      continue;
    }
    ++made.lost_count;
    maybe_billed = maybe_billed || picture.error().maybe_billed;
    if (!first_error) first_error = std::move(picture).error();
  }
  if (made.list.empty()) {
    first_error->maybe_billed = maybe_billed;
    co_return *std::move(first_error);
  }
  if (first_error) made.lost_reason = std::move(first_error->message);
  if (auto share = std::move(room).share()) made.share.emplace(*std::move(share));
  co_return std::move(made);
}

}  // namespace fluxgate
