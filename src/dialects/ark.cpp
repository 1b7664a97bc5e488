// ark: docs.byteplus.com/en/docs/ModelArk/1666945 and www.volcengine.com/docs/82379/1541523:
// Seedream. Keys
// belong to a region, and abroad models have other names: seedream-4-0-250828.
//
//   model  doubao-seedream-4-0-250828
//   keys   console.volcengine.com/ark, abroad console.byteplus.com/ark
//   links  a day
#include "dialects/dialects.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

// Seeds ended with Seedream 3. Without the constant a picture says in a corner that it was made by
// a machine.
constexpr JsonShape kShape = {
    .write_members =
        [](json::Writer& json, const ImageJob& job) {
          json.key("size").string(size_text(job.size));
          json.key("response_format").string(job.form == WantedForm::base64 ? "b64_json" : "url");
        },
    .constants = R"("watermark":false)",
};

}  // namespace

constinit const Dialect ark = {
    .name = "ark",
    .hosts =
        "ark.cn-beijing.volces.com ark.ap-southeast.bytepluses.com "
        "ark.eu-west.bytepluses.com",
    .base = "https://ark.cn-beijing.volces.com/api/v3",
    .ask = ask_json<kShape>,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
