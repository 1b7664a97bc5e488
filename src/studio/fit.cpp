#include "studio/fit.h"

namespace fluxgate {

Fit fit_job(const Dialect& dialect, const ImageJob& job) {
  Fit fit;
  fit.size = nearest_size(size_rules(dialect.sizes, job.model), job.size);
  fit.keeps_shape = have_same_shape(fit.size, job.size);
  if (job.seed && !dialect.takes_seed) fit.ignored = "seed";
  if (!job.negative_prompt.empty() && !dialect.takes_negative_prompt) {
    fit.ignored.append(fit.ignored.empty() ? "" : ", ").append("negative_prompt");
  }
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
