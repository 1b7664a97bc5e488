#include "openai/images_answer.h"

#include "base/decimal.h"
#include "json/writer.h"

namespace fluxgate {
namespace {

/// `{` and what events say of their pictures.
void write_look(json::Writer& json, std::int64_t created_unix_s, std::string_view size,
                std::string_view format) {
  json.begin_object().key("created_at").number(created_unix_s);
  json.key("size").string(size).key("quality").string("auto");
  json.key("background").string("auto").key("output_format").string(format);
}

/// Ends the picture and the event, whose other members are `{` and `members`.
void end_event(std::string& out, std::string_view members) {
  out.append("\",").append(members.substr(1)).append("}\n\n");
}

}  // namespace

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

void ImagesEventWriter::begin_event(std::string& out, std::string_view name,
                                    std::string_view picture_key) const {
  const std::string type = (changes_ ? "image_edit." : "image_generation.") + std::string(name);
  out.append("event: ").append(type).append("\ndata: {\"type\":\"").append(type);
  out.append("\",\"").append(picture_key).append("\":\"");
}

void ImagesEventWriter::begin(std::string& out) const {
  begin_event(out, "completed", form_ == ImagesForm::url ? "url" : "b64_json");
}

void ImagesEventWriter::end(std::string& out, const ImagesEventFacts& facts) const {
  std::string members;
  json::Writer json(members);
  write_look(json, facts.created_unix_s, facts.size, facts.format);
  if (!facts.revised_prompt.empty()) json.key("revised_prompt").string(facts.revised_prompt);
  // No backend's tokens are known, but readers want the numbers.
  json.key("usage").begin_object().key("input_tokens").number(0).key("output_tokens").number(0);
  json.key("total_tokens").number(0).key("input_tokens_details").begin_object();
  json.key("text_tokens").number(0).key("image_tokens").number(0).end_object();
  if (facts.cost) json.key("cost").billionths(*facts.cost);
  json.end_object().key("fluxgate").raw(facts.facts);
  end_event(out, members);
}

void ImagesEventWriter::begin_draft(std::string& out) const {
  begin_event(out, "partial_image", "b64_json");
}

void ImagesEventWriter::end_draft(std::string& out, std::int64_t created_unix_s,
                                  std::string_view format, std::uint32_t index) const {
  std::string members;
  json::Writer json(members);
  write_look(json, created_unix_s, "auto", format);
  json.key("partial_image_index").number(index);
  end_event(out, members);
}

}  // namespace fluxgate
