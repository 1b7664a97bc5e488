// The component's one export, wasi:http/incoming-handler. With one instance a host may serve one
// request, or several one after the other; the gateway keeps between them what it has learned of
// its keys.
#include <string>
#include <utility>

#include "config/environment.h"
#include "wasi/session_driver.h"

namespace fluxgate::wasi {
namespace {

/// The settings, from wasi:cli/environment.
Environment read_environment() {
  RawList list;
  wasi_get_environment(&list);
  std::string block;
  for (const Pair& variable : take_pairs(list)) {
    block.append(variable.name.view()).append("=").append(variable.value.view()).push_back('\0');
  }
  return Environment::parse(block);
}

/// The parts that outlive a request.
struct Served {
  Served() { gateway.instance().load().holds_inside = true; }

  Gateway gateway{read_environment()};
  Log log;
};

Served& served() {
  static Served* const made = new Served;  // Never destroyed: the instance goes as a whole.
  return *made;
}

}  // namespace
}  // namespace fluxgate::wasi

extern "C" __attribute__((export_name("wasi:http/incoming-handler@0.2.0#handle"), used)) void
wasi_incoming_handler_handle(fluxgate::wasi::Handle request, fluxgate::wasi::Handle outparam) {
  using namespace fluxgate::wasi;
  SessionDriver(served().gateway, served().log, IncomingRequest(request),
                ResponseOutparam(outparam))
      .run();
}
