#include "studio/candidates.h"

#include <algorithm>

namespace fluxgate {

bool can_go_by_pictures(const Candidate& candidate, const ImageJob& job) {
  if (job.references.empty()) return true;
  const ModelReferences* taken = references_of(*candidate.dialect, candidate.model);
  if (taken == nullptr || (job.mask != nullptr && !taken->takes_mask)) return false;
  return std::all_of(job.references.begin(), job.references.end(), [&](const Reference& picture) {
    return picture.length_bytes <= taken->max_bytes;
  });
}

bool goes_by_pictures(const Model& model) {
  return std::any_of(model.candidates.begin(), model.candidates.end(), [](const Candidate& each) {
    return references_of(*each.dialect, each.model) != nullptr;
  });
}

Candidates::Candidates(const Model& model, const ImageJob& job)
    : model_(model), is_chosen_(!job.references.empty()) {
  if (!is_chosen_) return;
  for (std::size_t place = 0; place < model.candidates.size(); ++place) {
    if (!can_go_by_pictures(model.candidates[place], job)) continue;
    places_.push_back(place);
    keys_.push_back(model.keys[place]);
  }
}

}  // namespace fluxgate
