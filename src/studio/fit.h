// How a job fits the backend that will do it.
#pragma once

#include <string>

#include "exchange/instance.h"
#include "picture/job.h"

namespace fluxgate {

/// What a backend is asked for, and which wishes are not used.
struct Fit {
  ImageSize size;
  bool keeps_shape = true;  ///< Does the size have the shape of the job's?
  std::string ignored;      ///< Their names, "seed, negative_prompt, reference"; may be empty.
};

Fit fit_job(const Candidate& candidate, const ImageJob& job);

/// The sentence for those who asked for another shape; empty if the shape is kept.
std::string shape_note(const Fit& fit);

/// What the fit changes, a sentence for each, as progress for those who wait; may be empty.
std::string tell_fit(const Fit& fit);

}  // namespace fluxgate
