// recraft: recraft.ai/docs/api-reference. It knows no seeds. Its newest models have no member for
// what must not be in the picture.
//
//   model  recraftv4_1
//   keys   app.recraft.ai/profile/api
//   sizes  1024x1024, 1536x768, 768x1536, 1280x832, 832x1280, 1216x896, 896x1216, 1152x896,
//          896x1152, 832x1344, 1280x896, 896x1280, 1344x768, 768x1344
//   links  a day
#include "base/utf8.h"
#include "dialects/dialects.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

// Source: recraft.ai/docs/api-reference/appendix
constexpr ModelSizes kSizes[] = {
    {"_pro",
     {.sizes = "2048x2048 3072x1536 1536x3072 2560x1664 1664x2560 2432x1792 1792x2432 2304x1792 "
               "1792x2304 1664x2688 2560x1792 1792x2560 2688x1536 1536x2688"}},
    {"recraftv4",
     {.sizes = "1024x1024 1536x768 768x1536 1280x832 832x1280 1216x896 896x1216 1152x896 896x1152 "
               "832x1344 1280x896 896x1280 1344x768 768x1344"}},
    {"",
     {.sizes = "1024x1024 2048x1024 1024x2048 1536x1024 1024x1536 1365x1024 1024x1365 1280x1024 "
               "1024x1280 1024x1707 1434x1024 1024x1434 1820x1024 1024x1820"}},
};

/// It takes files of less than 10 MB. Source: recraft.ai/docs/api-reference/tools/image-to-image
constexpr std::uint64_t kMaxFileBytes = 9'999'999;

constexpr ModelReferences kReferences[] = {
    {"", 1, false, kMaxFileBytes},
};

void write_form(json::Writer& json, const ImageJob& job) {
  json.key("response_format").string(job.form == WantedForm::base64 ? "b64_json" : "url");
}

void write_members(json::Writer& json, const ImageJob& job) {
  json.key("size").string(size_text(job.size));
  write_form(json, job);
}

/// A picture that goes by another has its size.
void write_picture(json::Writer& json, const ImageJob& job) {
  write_first_reference(json, job, "image", ReferenceForm::file);
  write_form(json, job);
}

constexpr JsonShape kShape = {.write_members = write_members, .constants = R"("n":1)"};
constexpr JsonShape kOldShape = {
    .write_members = write_members, .negative_prompt = "negative_prompt", .constants = R"("n":1)"};

/// Of a picture that goes by another. `strength` is how far it may be from that: 0 is nearly the
/// same, 1 any other.
constexpr std::string_view kEditConstants = R"("n":1,"strength":0.5)";
constexpr JsonShape kEdit = {.write_members = write_picture, .constants = kEditConstants};
constexpr JsonShape kOldEdit = {.write_members = write_picture,
                                .negative_prompt = "negative_prompt",
                                .constants = kEditConstants};

/// Most characters of either prompt for the older models.
constexpr std::size_t kMaxOldCharacters = 1000;

bool is_form(const ImageJob& job) {
  return !job.references.empty();
}

/// A picture that goes by another has an address of its own. Recraft's masks are of other colours
/// than OpenAI's.
Call ask(const ImageJob& job, const ProviderSettings& provider) {
  const bool is_edit = !job.references.empty();
  const bool is_old = takes_negative_prompt(recraft, job.model);
  ImageJob cut = job;
  if (is_old) {
    cut.prompt = code_point_prefix(job.prompt, kMaxOldCharacters);
    cut.negative_prompt = code_point_prefix(job.negative_prompt, kMaxOldCharacters);
  }
  if (!is_edit) return json_request(is_old ? kOldShape : kShape, cut, provider);
  Request request = json_request(is_old ? kOldEdit : kEdit, cut, provider);
  request.url = with_path_part(request.url, "/generations", "/imageToImage");
  return request;
}

}  // namespace

constinit const Dialect recraft = {
    .name = "recraft",
    .hosts = "external.api.recraft.ai",
    .base = "https://external.api.recraft.ai/v1",
    .sizes = kSizes,
    .references = kReferences,
    .takes_negative_prompt = true,
    .negative_prompt_models = "recraftv2 recraftv3",
    .is_form = is_form,
    .ask = ask,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
