// demo: no backend. The module draws a test card when the picture's link is opened
// (FLUXGATE_DEMO=1).
#include "demo/address.h"
#include "dialects/dialects.h"
#include "provider/find_picture.h"

namespace fluxgate::dialects {
namespace {

Call ask(const ImageJob& job, const ProviderSettings&) {
  return Made{{.path = demo_address(job.prompt, job.size)}};
}

}  // namespace

constinit const Dialect demo = {
    .name = "demo",
    .ask = ask,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
