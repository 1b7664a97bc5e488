// ark: docs.byteplus.com/en/docs/ModelArk/1666945 and www.volcengine.com/docs/82379/1541523:
// Seedream. Keys
// belong to a region, and abroad models have other names: seedream-4-0-250828.
//
//   model  doubao-seedream-4-0-250828
//   keys   console.volcengine.com/ark, abroad console.byteplus.com/ark
//   sizes  any, of 64 to 4096 pixels a side, 16:1 at most, 921600 pixels at least
//   links  a day
#include "dialects/dialects.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr ModelFinish kFinishes[] = {
    {"seedream-5", {.formats = "png jpeg"}},
};

constexpr ModelReferences kReferences[] = {
    {"seedream-5-0-pro", 10},
    {"seedream-3", 0},
    {"seedream", 14},
    {"seededit", 1},
};

// Seeds ended with Seedream 3. Without the constant a picture says in a corner that it was made by
// a machine.
constexpr JsonShape kShape = {
    .write_members =
        [](json::Writer& json, const ImageJob& job) {
          json.key("size").string(size_text(job.size));
          write_finish(json, job, kFinishes);
          write_references(json, job, "image", ReferenceForm::data_url);
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
    .references = kReferences,
    .finishes = kFinishes,
    .ask = ask_json<kShape>,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
