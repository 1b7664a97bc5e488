#include "studio/make_pictures.h"

#include <algorithm>

#include "accounts/cache.h"
#include "accounts/settle.h"
#include "base/decimal.h"
#include "exchange/patience.h"
#include "failover/attempts.h"
#include "gallery/store.h"
#include "studio/call.h"
#include "studio/call_log.h"
#include "studio/candidates.h"
#include "studio/earlier.h"

namespace fluxgate {
namespace {

/// One of the request's random numbers; enough of them for kMaxImageAttempts.
std::uint32_t random_number(const Session& session, std::size_t index) {
  const Randomness& bytes = session.randomness();
  const std::size_t at = index % 4 * 4;
  return static_cast<std::uint32_t>(bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16);
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
void tell_progress(Audience& audience, const Model& model, ImageSize size, std::size_t index) {
  audience.hear_progress("Asking " + model.id + " for a picture of " + size_text(size) +
                         ", attempt " + std::to_string(index + 1) + ".\n");
}

/// When all calls for a picture must be over.
UnixMs deadline_for(const Exchange& exchange, const Candidates& candidates, ImageSize size) {
  std::uint32_t longest_ms = 0;
  for (std::size_t index = 0; index < candidates.size(); ++index) {
    longest_ms = std::max(longest_ms, patience_ms(exchange.config(), candidates[index], size));
  }
  return exchange.session().now_ms() + longest_ms + kBeyondPatienceMs;
}

Task<MadePicture> make_picture(Batch& batch, const Candidates& candidates, const Order& order,
                               ImageJob job) {
  Exchange& exchange = batch.exchange;
  const Model& model = *order.model;
  const Session& session = exchange.session();
  const ImageSize wished_size = job.size;
  job.request_id = exchange.id();
  std::string cached;
  if (exchange.account().cache_s > 0) cached = cache_name(exchange, job);
  if (!cached.empty()) {
    std::optional<MadePicture> before =
        co_await find_made_before(batch, candidates, order, job, cached);
    if (before) co_return *std::move(before);
  }
  if (const auto& taken_up = exchange.account().taken_up) {
    const LeftPicture* left = taken_up->at(job.place);
    if (left != nullptr) co_return co_await take_up(batch, candidates, order, job, *left);
  }
  AttemptPlan plan(candidates.keys(), {deadline_for(exchange, candidates, wished_size),
                                       exchange.config().image_retry_ambiguous});
  std::vector<Task<>> tellings;
  NextStep step = plan.start(session.now_ms());
  for (std::size_t index = 0; std::holds_alternative<NextCall>(step); ++index) {
    const NextCall next = std::get<NextCall>(step);
    const Candidate& candidate = candidates[next.candidate];
    job.size = wished_size;
    job.references = order.job.references;
    job.attempt = static_cast<std::uint32_t>(index);
    Fit fit = fit_to(candidate, job);
    if (next.pause_ms > 0) co_await Sleep(next.pause_ms);
    tell_progress(batch.audience, model, job.size, index);
    const UnixMs told_ms = session.now_ms();
    co_await batch.audience.flush();
    const UnixMs asked_ms = session.now_ms();
    plan.postpone_deadline(asked_ms - told_ms);
    const UnixMs left_ms = plan.deadline_ms() - asked_ms;
    if (left_ms <= 0) {  // The host woke us late.
      step = GiveUp{failure_error(FailureClass::timeout), ""};
      break;
    }
    exchange.log().call_begins();
    ++exchange.account().open_call_count;
    Result<ImageCall> result =
        co_await attempt(with_deadline(call_image_backend(batch, candidate, job, next.key),
                                       static_cast<std::uint32_t>(left_ms), no_answer_error));
    --exchange.account().open_call_count;
    const UnixMs took_ms = session.now_ms() - asked_ms;
    if (!result && result.error().code == ErrorCode::picture_ordered) {
      log_ordered(exchange, candidate, next.key, took_ms);
      ++exchange.account().maybe_billed_count;
      batch.settle(0);
      co_return std::move(result).error();
    }
    ImageCall call = result ? *std::move(result) : cut_off(std::move(result).error());
    if (Picture* made = std::get_if<Picture>(&call.result)) {
      Result<void> published =
          co_await attempt(publish_picture(exchange, *made, job.place, order.delivery));
      if (!published) call.result = judge_failure(std::move(published).error(), Stage::content);
    }
    log_call(exchange, candidate, next.key, took_ms, call);
    if (Picture* picture = std::get_if<Picture>(&call.result)) {
      plan.succeeded();
      if (!cached.empty())
        cache_picture(exchange, std::move(cached), stored_key(exchange, *picture));
      note_made(exchange, *picture, job.place);
      batch.settle(picture->text.capacity());
      const Cost cost = call.cost ? call.cost : candidate.price;
      exchange.account().add_made(cost);
      co_return MadePicture{std::move(*picture), {&candidate, std::move(fit), cost}};
    }
    const Verdict& verdict = std::get<Verdict>(call.result);
    tellings.push_back(tell_rest(exchange, *candidate.keys, next.key, verdict));
    tellings.back().start(exchange.session());
    step = plan.failed(verdict, session.now_ms(), random_number(session, job.place + index));
  }
  batch.settle(0);
  GiveUp& end = std::get<GiveUp>(step);
  if (end.error.maybe_billed) ++exchange.account().maybe_billed_count;
  if (!end.event.empty()) exchange.log().give_up(end.event, 1000 * end.error.retry_after_s);
  co_return std::move(end.error);
}

/// Tells what the first candidate will be asked for.
void announce(Batch& batch, const Candidates& candidates, const Order& order) {
  ImageJob job = order.job;
  const Fit fit = fit_to(candidates[0], job);
  if (job.place == 0) batch.exchange.log().line().word("size", size_text(fit.size));
  if (const std::string told = tell_fit(fit); !told.empty()) batch.audience.hear_progress(told);
}

/// Of a job with pictures that no candidate takes.
Error no_candidate_error(const Model& model, ImageJob job) {
  job.mask = nullptr;
  if (!Candidates(model, job).empty()) {
    return Error(ErrorCode::mask_unsupported, "This model takes no mask.").at("mask");
  }
  if (goes_by_pictures(model)) {
    return Error(ErrorCode::image_input_unsupported, "This model takes no pictures so large.")
        .at("image");
  }
  return Error(ErrorCode::image_input_unsupported, "This model goes by no pictures.").at("image");
}

}  // namespace

void log_pictures(Exchange& exchange, std::size_t made_count, std::uint32_t lost_count, Cost cost) {
  LogLine& line = exchange.log().line();
  if (cost) line.json("cost", write_billionths(*cost));
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
  const Candidates candidates(*order.model, order.job);
  if (candidates.empty()) co_return no_candidate_error(*order.model, order.job);
  Batch batch(exchange, audience, order);
  announce(batch, candidates, order);
  ImageJob job = order.job;
  std::vector<Task<MadePicture>> runs;
  for (std::uint32_t index = 0; index < order.count; ++index) {
    runs.push_back(make_picture(batch, candidates, order, job));
    runs.back().start(exchange.session());
    ++job.place;
    if (job.seed) ++*job.seed;
  }
  Pictures made;
  std::optional<Error> first_error;
  bool maybe_billed = false;
  for (Task<MadePicture>& run : runs) {
    Result<MadePicture> picture = co_await attempt(std::move(run));
    if (picture) {
      Making& making = picture->making;
      if (made.list.empty()) {
        made.making = std::move(making);
        made.making.model = order.model;
      } else {
        made.making.cost = sum(made.making.cost, making.cost);
      }
      made.list.push_back(std::move(picture->picture));
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
  if (auto share = std::move(batch.room).share()) made.share.emplace(*std::move(share));
  co_return std::move(made);
}

}  // namespace fluxgate
