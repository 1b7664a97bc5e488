// openai: platform.openai.com/docs/api-reference/images/create. Many servers speak it.
#include "base/ascii.h"
#include "dialects/dialects.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

/// The shape of OpenAI's fixed sizes that is nearest to the asked one: square, or wide, or tall.
std::string_view nearest_shape(ImageSize size, std::string_view square, std::string_view wide,
                               std::string_view tall) {
  // Between square and 3:2 the border is at 5:4.
  if (size.width_px * 4 >= size.height_px * 5) return wide;
  if (size.height_px * 4 >= size.width_px * 5) return tall;
  return square;
}

/// OpenAI's own models know few sizes; servers that only speak its dialect take any.
std::string taken_size(const ImageJob& job) {
  if (starts_with_ignoring_case(job.model, "gpt-image-1")) {
    return std::string(nearest_shape(job.size, "1024x1024", "1536x1024", "1024x1536"));
  }
  if (job.model == "dall-e-3") {
    return std::string(nearest_shape(job.size, "1024x1024", "1792x1024", "1024x1792"));
  }
  if (job.model == "dall-e-2") return "1024x1024";
  return size_text(job.size);
}

// OpenAI answers 400 to a member that it does not know, and chat programs send a seed with requests
// that have no use for it: there is none for seeds and negative prompts.
constexpr JsonShape kShape = {
    .write_members =
        [](json::Writer& json, const ImageJob& job) {
          json.key("size").string(taken_size(job));
          // The gpt-image models always answer so, and refuse the member.
          if (job.form == WantedForm::base64 && job.model.starts_with("dall-e-")) {
            json.key("response_format").string("b64_json");
          }
        },
    .constants = R"("n":1)",
};

}  // namespace

constinit const Dialect openai = {
    .name = "openai",
    .hosts = "api.openai.com",
    .ask = ask_json<kShape>,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
