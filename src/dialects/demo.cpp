// demo: no backend (FLUXGATE_DEMO=1). The module draws a test card, now or when the picture's link
// is opened.
#include "demo/address.h"
#include "dialects/dialects.h"
#include "provider/find_picture.h"

namespace fluxgate::dialects {
namespace {

Call ask(const ImageJob& job, const ProviderSettings&) {
  if (job.form == WantedForm::base64) {
    return Made{{PictureForm::bytes, draw_demo(job.prompt, job.size)}};
  }
  return Made{{PictureForm::path, demo_address(job.prompt, job.size)}};
}

}  // namespace

constinit const Dialect demo = {
    .name = "demo",
    .ask = ask,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
