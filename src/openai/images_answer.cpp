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

void ImagesEventWriter::begin(std::string& out) const {
  const std::string type = std::string(changes_ ? "image_edit" : "image_generation") + ".completed";
  out.append("event: ").append(type).append("\ndata: {\"type\":\"").append(type);
  out.append(form_ == ImagesForm::url ? R"(","url":")" : R"(","b64_json":")");
}

void ImagesEventWriter::end(std::string& out, const ImagesEventFacts& facts) const {
  out += '"';
  std::string members;
  json::Writer json(members);
  json.begin_object().key("created_at").number(facts.created_unix_s);
  json.key("size").string(facts.size).key("quality").string("auto");
  json.key("background").string("auto").key("output_format").string(facts.format);
  if (!facts.revised_prompt.empty()) json.key("revised_prompt").string(facts.revised_prompt);
  // No backend's tokens are known, but readers want the numbers.
  json.key("usage").begin_object().key("input_tokens").number(0).key("output_tokens").number(0);
  json.key("total_tokens").number(0).key("input_tokens_details").begin_object();
  json.key("text_tokens").number(0).key("image_tokens").number(0).end_object();
  if (facts.cost) json.key("cost").billionths(*facts.cost);
  json.end_object().key("fluxgate").raw(facts.facts).end_object();
  members.front() = ',';
  out.append(members).append("\n\n");
}

}  // namespace fluxgate
