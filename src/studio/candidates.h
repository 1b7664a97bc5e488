// Which candidates of a model can do a job.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "exchange/instance.h"
#include "picture/job.h"

namespace fluxgate {

/// Can the candidate go by the pictures of the job, if it has any, and by its mask?
bool can_go_by_pictures(const Candidate& candidate, const ImageJob& job);

/// Can any candidate of the model go by a picture?
bool goes_by_pictures(const Model& model);

/// The candidates of a model that can, in their order. All of them for a job without pictures.
class Candidates {
 public:
  Candidates(const Model& model, const ImageJob& job);

  /// Can none of them do the job?
  bool empty() const { return is_chosen_ && keys_.empty(); }
  std::span<KeyRing* const> keys() const { return is_chosen_ ? keys_ : model_.keys; }
  const Candidate& operator[](std::size_t index) const {
    return model_.candidates[is_chosen_ ? places_[index] : index];
  }
  std::size_t size() const { return keys().size(); }

 private:
  const Model& model_;
  bool is_chosen_;                   ///< Not all of them count.
  std::vector<std::size_t> places_;  ///< In the model's list, of those that were chosen.
  std::vector<KeyRing*> keys_;       ///< Theirs.
};

}  // namespace fluxgate
