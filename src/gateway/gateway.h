// The way in for every request.
#pragma once

#include <string>

#include "effect/task.h"
#include "exchange/instance.h"
#include "http/request_head.h"

namespace fluxgate {

/// The names of all headers that anybody here reads, as src/abi/abi.md has them.
std::string header_names();

/// One instance and its door. Must outlive every Task that serve() gave.
class Gateway {
 public:
  explicit Gateway(const Environment& environment) : instance_(environment) {}

  /// Answers one request, whatever it is; never fails.
  Task<> serve(RequestHead head);

  Instance& instance() { return instance_; }

 private:
  void report_setup_once(Session& session);

  Instance instance_;
  bool setup_reported_ = false;
};

}  // namespace fluxgate
