#include "provider/form_shape.h"

#include <string>
#include <utility>

#include "http/form_writer.h"
#include "json/document.h"
#include "json/member.h"
#include "provider/reference_slots.h"

namespace fluxgate {
namespace {

/// Writes the file whose slot a value is. Gives false for any other value.
bool write_file(FormWriter& writer, const ImageJob& job, std::string_view name, json::Value value) {
  const std::string_view slot = value.string_or_empty();
  const auto index = file_in_slot(slot, job);
  if (!index) return false;
  const bool is_mask = *index == kMaskSlot;
  const ImageType type = is_mask ? job.mask->type : job.references[*index].type;
  std::string file_name = is_mask ? "mask" : "image" + std::to_string(*index);
  file_name.append(".").append(file_extension(type));
  writer.file(name, file_name, mime_type(type), slot);
  return true;
}

void write_member(FormWriter& writer, const ImageJob& job, const json::MemberText& member) {
  const Result<json::Document> document = json::Document::parse(member.value);
  if (!document) {
    writer.field(member.name, member.value);
    return;
  }
  const json::Value value = document->root();
  if (write_file(writer, job, member.name, value)) return;
  bool has_files = false;
  for (const json::Value item : value.items()) {
    has_files = write_file(writer, job, member.name, item) || has_files;
  }
  if (!has_files) writer.field(member.name, value.string().value_or(member.value));
}

}  // namespace

void turn_into_form(Request& request, const ImageJob& job) {
  FormWriter writer;
  for (const json::MemberText& member : json::members_of(request.body)) {
    write_member(writer, job, member);
  }
  FormWriter::Form form = writer.finish();
  request.headers = {};
  request.headers.append("content-type", form.content_type).append("accept", "application/json");
  request.body = std::move(form.body);
}

}  // namespace fluxgate
