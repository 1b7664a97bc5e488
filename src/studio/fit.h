// How a job fits the backend that will do it.
#pragma once

#include <cstddef>
#include <string>

#include "exchange/instance.h"
#include "picture/job.h"

namespace fluxgate {

/// What a backend is asked for, and which wishes are not used.
struct Fit {
  ImageSize size;
  bool keeps_shape = true;          ///< Does the size have the shape of the job's?
  std::size_t reference_count = 0;  ///< How many pictures it goes by.
  std::string ignored;  ///< The names of unused wishes, "seed, negative_prompt"; may be empty.
};

Fit fit_job(const Candidate& candidate, const ImageJob& job);

/// Makes `job` what this candidate takes.
Fit fit_to(const Candidate& candidate, ImageJob& job);

/// The sentence for those who asked for another shape; empty if the shape is kept.
std::string shape_note(const Fit& fit);

/// What the fit changes, a sentence for each, as progress for those who wait; may be empty.
std::string tell_fit(const Fit& fit);

}  // namespace fluxgate
