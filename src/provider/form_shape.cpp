#include "provider/form_shape.h"

#include <utility>

#include "http/form_writer.h"
#include "json/document.h"
#include "json/member.h"

namespace fluxgate {

void turn_into_form(Request& request) {
  FormWriter writer;
  for (const json::MemberText& member : json::members_of(request.body)) {
    const Result<json::Document> value = json::Document::parse(member.value);
    writer.field(member.name, value ? value->root().string().value_or(member.value) : member.value);
  }
  FormWriter::Form form = writer.finish();
  request.headers = {};
  request.headers.append("content-type", form.content_type).append("accept", "application/json");
  request.body = std::move(form.body);
}

}  // namespace fluxgate
