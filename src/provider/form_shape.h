// Calls whose body is a form: they are written as JSON, as all others, and turned into one.
#pragma once

#include "http/message.h"
#include "picture/job.h"

namespace fluxgate {

/// Makes of a body that is a JSON object a form with a field for each member: a string is its text,
/// a slot for a file (provider/reference_slots.h) is a file, a list of slots several files of that
/// name, and any other value its JSON.
void turn_into_form(Request& request, const ImageJob& job);

}  // namespace fluxgate
