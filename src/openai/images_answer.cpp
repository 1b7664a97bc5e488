#include "openai/images_answer.h"

#include "base/decimal.h"
#include "json/writer.h"

namespace fluxgate {

ImagesWriter::ImagesWriter(ImagesForm form, std::string_view revised_prompt)
    : picture_head_(form == ImagesForm::url ? R"({"url":")" : R"({"b64_json":")"),
      picture_tail_("\"") {
  if (!revised_prompt.empty()) {
    picture_tail_ += R"(,"revised_prompt":)";
    json::append_string(picture_tail_, revised_prompt);
  }
  picture_tail_ += '}';
}

void ImagesWriter::begin(std::string& out, std::int64_t created_unix_s) const {
  out += R"({"created":)" + std::to_string(created_unix_s) + R"(,"data":[)";
}

void ImagesWriter::begin_picture(std::string& out) const {
  if (has_picture_) out += ',';
  out += picture_head_;
}

void ImagesWriter::end_picture(std::string& out) {
  out += picture_tail_;
  has_picture_ = true;
}

void ImagesWriter::end(std::string& out, std::string_view note, Cost cost) const {
  out += ']';
  if (cost) out.append(R"(,"usage":{"cost":)").append(write_billionths(*cost)).append("}");
  if (!note.empty()) {
    out += R"(,"fluxgate":{"note":)";
    json::append_string(out, note);
    out += '}';
  }
  out += '}';
}

}  // namespace fluxgate
