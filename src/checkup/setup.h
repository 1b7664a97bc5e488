// What is set up, and what is odd about it, in the operator's words.
#pragma once

#include <string>
#include <vector>

#include "exchange/instance.h"
#include "json/writer.h"

namespace fluxgate {

/// Names of hosts are for the operator's log, not for clients.
enum class HostNames { hidden, shown };

/// Writes the object that tells what is set up: backends, language model, store, client keys. It
/// names variables, models and numbers of keys, never a key.
void write_setup(json::Writer& json, const Instance& instance, HostNames hosts);

/// What the operator should know or may want to change: a wrong setting first, then what is odd.
/// Each text is a sentence that names the variable.
std::vector<std::string> setup_advice(const Instance& instance);

/// The line "config" for the log, under 8 KiB.
std::string setup_line(const Instance& instance);

}  // namespace fluxgate
