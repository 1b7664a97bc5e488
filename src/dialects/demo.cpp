// demo: no backend (FLUXGATE_DEMO=1). The module draws a test card, now or when the picture's link
// is opened.
#include "demo/address.h"
#include "dialects/dialects.h"
#include "provider/find_picture.h"

namespace fluxgate::dialects {
namespace {

/// Without a seed the first picture has none either, the next ones have 1, 2, 3: they differ, and
/// the same request gets the same links.
std::optional<std::uint32_t> seed_of(const ImageJob& job) {
  if (job.seed || job.place == 0) return job.seed;
  return job.place;
}

Call ask(const ImageJob& job, const ProviderSettings&) {
  std::string address = demo_address(job.prompt, job.size, seed_of(job));
  if (job.form == WantedForm::any) return Made{{PictureForm::path, std::move(address)}};
  std::string bytes = draw_demo(job.prompt, job.size, seed_of(job));
  return Made{{PictureForm::bytes, std::move(bytes), std::move(address)}};
}

}  // namespace

constinit const Dialect demo = {
    .name = "demo",
    .takes_seed = true,
    .ask = ask,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
