#include "studio/earlier.h"

#include <utility>

#include "accounts/cache.h"
#include "gallery/publish.h"
#include "gallery/store.h"
#include "studio/call.h"
#include "studio/call_log.h"

namespace fluxgate {
namespace {

/// The candidate that a picture was ordered of, or, for one that is made, any; null when that is
/// not set up any more.
const Candidate* candidate_of(const Candidates& candidates, const LeftPicture& left) {
  if (!left.stored_key.empty()) return &candidates[0];
  for (std::size_t index = 0; index < candidates.size(); ++index) {
    const Candidate& candidate = candidates[index];
    if (candidate.provider->name == left.provider && candidate.model == left.model &&
        left.key < candidate.provider->keys.size()) {
      return &candidate;
    }
  }
  return nullptr;
}

/// The picture that was ordered.
Task<MadePicture> wait_for_left(Batch& batch, const Candidate& candidate, ImageJob job,
                                const LeftPicture& left) {
  Exchange& exchange = batch.exchange;
  Fit fit = fit_to(candidate, job);
  const UnixMs asked_ms = exchange.session().now_ms();
  const auto took_ms = [&] { return exchange.session().now_ms() - asked_ms; };
  Result<ImageCall> call = co_await attempt(wait_for_left_picture(batch, candidate, job, left));
  if (!call) {
    log_ordered(exchange, candidate, left.key, took_ms());
    co_return std::move(call).error();
  }
  log_call(exchange, candidate, left.key, took_ms(), *call);
  if (Verdict* verdict = std::get_if<Verdict>(&call->result)) {
    verdict->error.maybe_billed = verdict->maybe_billed;
    co_return std::move(verdict->error);
  }
  const Cost cost = call->cost ? call->cost : candidate.price;
  co_return MadePicture{std::move(std::get<Picture>(call->result)),
                        {&candidate, std::move(fit), cost}};
}

}  // namespace

Task<std::optional<MadePicture>> find_made_before(Batch& batch, const Candidates& candidates,
                                                  const Order& order, ImageJob job,
                                                  std::string name) {
  Exchange& exchange = batch.exchange;
  const std::string key = co_await find_cached(exchange, std::move(name));
  if (!type_of_stored(key)) co_return std::optional<MadePicture>();
  const Result<UpstreamResponse> stored =
      co_await attempt(ask_for_stored(exchange, Method::head, key));
  if (!stored || stored->status != 200) co_return std::optional<MadePicture>();
  Fit fit = fit_to(candidates[0], job);
  Picture picture{PictureForm::path, std::string(kStoredPicturePath) + key};
  co_await publish_picture(exchange, picture, job.place, order.delivery);
  batch.settle(picture.text.capacity());
  co_return std::optional<MadePicture>(
      MadePicture{std::move(picture), {&candidates[0], std::move(fit), Cost(0)}});
}

void note_made(Exchange& exchange, const Picture& picture, std::uint32_t place) {
  if (!exchange.outlives_client()) return;
  std::string key = stored_key(exchange, picture);
  if (key.empty()) return;
  exchange.account().left_behind.pictures.push_back({.place = place, .stored_key = std::move(key)});
}

Task<MadePicture> take_up(Batch& batch, const Candidates& candidates, const Order& order,
                          ImageJob job, const LeftPicture& left) {
  Exchange& exchange = batch.exchange;
  const Candidate* candidate = candidate_of(candidates, left);
  if (candidate == nullptr) {
    co_return Error(ErrorCode::upstream_error,
                    "The backend that was drawing is not set up any more.");
  }
  MadePicture made{{PictureForm::path, std::string(kStoredPicturePath) + left.stored_key},
                   {candidate, {}, {}}};
  if (left.stored_key.empty()) {
    Result<MadePicture> ordered = co_await attempt(wait_for_left(batch, *candidate, job, left));
    if (!ordered) {
      batch.settle(0);
      co_return std::move(ordered).error();
    }
    made = *std::move(ordered);
  } else {
    made.making.fit = fit_to(*candidate, job);
  }
  co_await publish_picture(exchange, made.picture, job.place, order.delivery);
  note_made(exchange, made.picture, job.place);
  batch.settle(made.picture.text.capacity());
  co_return std::move(made);
}

void call_off_left(Exchange& exchange, const Model& model, const LeftWork& work) {
  const ImageJob job;
  const Candidates candidates(model, job);
  SilentAudience nobody;
  Batch batch(exchange, nobody, Order{&model, job});
  for (const LeftPicture& left : work.pictures) {
    const Candidate* candidate = candidate_of(candidates, left);
    if (candidate != nullptr && left.stored_key.empty()) call_off(batch, *candidate, job, left);
  }
}

}  // namespace fluxgate
