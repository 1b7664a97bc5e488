#include "studio/fit.h"

#include <algorithm>

namespace fluxgate {

Fit fit_job(const Candidate& candidate, const ImageJob& job) {
  const Dialect& dialect = *candidate.dialect;
  Fit fit;
  fit.size = nearest_size(candidate.sizes, job.size);
  fit.keeps_shape = have_same_shape(fit.size, job.size);
  const auto ignore = [&](bool is_wished, const char* name) {
    if (is_wished) fit.ignored.append(fit.ignored.empty() ? "" : ", ").append(name);
  };
  ignore(job.seed && !takes_seed(dialect, candidate.model), "seed");
  ignore(!job.negative_prompt.empty() && !takes_negative_prompt(dialect, candidate.model),
         "negative_prompt");
  if (job.finish != Finish()) {
    const auto [quality, format, background] = job.finish;
    const FinishRules rules = finish_rules(dialect.finishes, candidate.model);
    ignore(quality != Quality::any && quality_word(rules, quality).empty(), "quality");
    ignore(format != FileFormat::any && format_word(rules, format).empty(), "output_format");
    ignore(background != Background::any && background_word(rules, background).empty(),
           "background");
  }
  const ModelReferences* references = references_of(dialect, candidate.model);
  const std::size_t most = references == nullptr ? 0 : references->most;
  fit.reference_count = std::min(most, job.references.size());
  ignore(job.leaves_picture_out || fit.reference_count < job.references.size(), "reference");
  return fit;
}

Fit fit_to(const Candidate& candidate, ImageJob& job) {
  job.model = candidate.model;
  Fit fit = fit_job(candidate, job);
  job.size = fit.size;
  job.references = job.references.first(fit.reference_count);
  return fit;
}

std::string shape_note(const Fit& fit) {
  if (fit.keeps_shape) return {};
  return "The model does not make that shape; it draws " + size_text(fit.size) + ".";
}

std::string tell_fit(const Fit& fit) {
  std::string text = shape_note(fit);
  if (!text.empty()) text += '\n';
  if (!fit.ignored.empty()) text += "The backend has no fields for: " + fit.ignored + ".\n";
  return text;
}

}  // namespace fluxgate
