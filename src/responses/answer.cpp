#include "responses/answer.h"

#include <utility>

#include "base/decimal.h"
#include "json/document.h"
#include "json/member.h"
#include "json/writer.h"

namespace fluxgate {
namespace {

/// Of an event that is an object.
constexpr std::string_view kEventEnd = "}\n\n";
constexpr std::string_view kPictureEvents = "response.image_generation_call.";

/// The codes that the field has are a closed list.
std::string_view error_code(const Error& error) {
  switch (error.code) {
    case ErrorCode::content_policy_violation: return "image_content_policy_violation";
    case ErrorCode::rate_limit_exceeded:
    case ErrorCode::insufficient_quota: return "rate_limit_exceeded";
    case ErrorCode::invalid_image: return "invalid_image";
    case ErrorCode::empty_prompt:
    case ErrorCode::prompt_too_long: return "invalid_prompt";
    default: return "server_error";
  }
}

void write_error(json::Writer& json, const Error* error) {
  json.key("error");
  if (error == nullptr) {
    json.null();
    return;
  }
  json.begin_object().key("code").string(error_code(*error));
  json.key("message").string(error->message).end_object();
}

void write_usage_of_responses(json::Writer& json, const Usage& usage) {
  json.key("usage").begin_object();
  json.key("input_tokens").number(usage.prompt_token_count);
  json.key("input_tokens_details").begin_object().key("cached_tokens").number(0).end_object();
  json.key("output_tokens").number(usage.completion_token_count);
  json.key("output_tokens_details").begin_object().key("reasoning_tokens").number(0).end_object();
  json.key("total_tokens").number(usage.prompt_token_count + usage.completion_token_count);
  if (usage.cost) json.key("cost").billionths(*usage.cost);
  json.end_object();
}

void write_text_part(json::Writer& json, std::string_view text) {
  json.begin_object().key("type").string("output_text").key("text").string(text);
  json.key("annotations").begin_array().end_array().key("logprobs").begin_array().end_array();
  json.end_object();
}

void write_summary_part(json::Writer& json, std::string_view text) {
  json.begin_object().key("type").string("summary_text").key("text").string(text).end_object();
}

void write_picture_facts(json::Writer& json, const PictureItemFacts& facts) {
  json.key("size").string(facts.size).key("quality").string("auto");
  json.key("background").string("auto").key("output_format").string(facts.format);
}

}  // namespace

std::string write_deleted_response(std::string_view id) {
  std::string text;
  json::Writer json(text);
  json.begin_object().key("id").string(id).key("object").string("response");
  json.key("deleted").boolean(true).end_object();
  return text;
}

Result<ResponsesIdentity> read_identity(std::string_view object) {
  const Result<json::Document> document = json::Document::parse(object);
  if (!document) return document.error();
  const json::Value root = document->root();
  return ResponsesIdentity{{},
                           {},
                           root["created_at"].integer().value_or(0),
                           std::string(root["model"].string_or_empty()),
                           echo_of(object),
                           root["background"].boolean().value_or(false)};
}

std::string ResponsesWriter::id_of(Item item) const {
  switch (item) {
    case Item::reasoning: return "rs_" + identity_.name;
    case Item::picture: return "ig_" + identity_.name;
    default: return "msg_" + identity_.name;
  }
}

void ResponsesWriter::begin_object(std::string& out, const ResponsesState& state) const {
  json::Writer json(out);
  json.begin_object().key("id").string("resp_" + identity_.name + identity_.previous_name);
  json.key("object").string("response").key("created_at").number(identity_.created_unix_s);
  json.key("status").string(state.status).key("background").boolean(identity_.in_background);
  write_error(json, state.error);
  json.key("incomplete_details").null().key("model").string(identity_.model);
  for (const EchoedMember& member : identity_.echo) {
    json.key(member.name);
    if (member.name != "metadata" || state.facts.empty()) {
      json.raw(member.value);
      continue;
    }
    std::string facts;
    json::append_string(facts, state.facts);
    json.raw(json::with_member(member.value, "fluxgate", facts));
  }
  if (state.status == "completed") {
    write_usage_of_responses(json, state.usage);
  } else {
    json.key("usage").null();
  }
  json.key("output").begin_array();
}

std::string ResponsesWriter::empty_object(const ResponsesState& state) const {
  std::string object;
  begin_object(object, state);
  end_object(object);
  return object;
}

void ResponsesWriter::reasoning(std::string& out, std::string_view text) const {
  json::Writer json(out);
  json.begin_object().key("id").string(id_of(Item::reasoning)).key("type").string("reasoning");
  json.key("summary").begin_array();
  if (!text.empty()) write_summary_part(json, text);
  json.end_array().end_object();
}

void ResponsesWriter::begin_picture(std::string& out) const {
  out += R"({"id":")";
  out += id_of(Item::picture);
  out += R"(","type":"image_generation_call","status":"completed","result":")";
}

void ResponsesWriter::end_picture(std::string& out, const PictureItemFacts& facts) const {
  std::string members;
  json::Writer json(members);
  json.begin_object().key("revised_prompt").string(facts.prompt);
  write_picture_facts(json, facts);
  json.key("action").string(facts.is_edit ? "edit" : "generate").end_object();
  members.front() = ',';
  out.append("\"").append(members);
}

void ResponsesWriter::message(std::string& out, std::string_view text) const {
  json::Writer json(out);
  json.begin_object().key("id").string(id_of(Item::message)).key("type").string("message");
  json.key("role").string("assistant").key("status").string("completed");
  json.key("content").begin_array();
  write_text_part(json, text);
  json.end_array().end_object();
}

void ResponsesWriter::begin_event(std::string& out, std::string_view type) {
  out.append("event: ").append(type).append("\ndata: {\"type\":\"").append(type);
  out.append("\",\"sequence_number\":").append(std::to_string(sequence_number_++));
}

/// The members of an event about the item that is open.
void ResponsesWriter::begin_item_event(std::string& out, std::string_view type) {
  begin_event(out, type);
  out.append(",\"output_index\":").append(std::to_string(output_index_));
  out.append(",\"item_id\":\"").append(id_of(open_)).append("\"");
}

/// Begins an item whose first form is `item_json`.
void ResponsesWriter::add_item(std::string& out, Item item, std::string_view item_json) {
  end_item(out);
  open_ = item;
  begin_event(out, "response.output_item.added");
  out.append(",\"output_index\":").append(std::to_string(output_index_));
  out.append(",\"item\":").append(item_json).append(kEventEnd);
}

/// Begins the event that ends the open item: its last form and kEventEnd follow.
void ResponsesWriter::begin_item_done(std::string& out) {
  begin_event(out, "response.output_item.done");
  out.append(",\"output_index\":").append(std::to_string(output_index_)).append(",\"item\":");
}

/// An event about the only part of the open item; `member`: its text under that name.
void ResponsesWriter::part_event(std::string& out, std::string_view type, std::string_view member,
                                 std::string_view text) {
  begin_item_event(out, type);
  const bool is_summary = open_ == Item::reasoning;
  out.append(is_summary ? R"(,"summary_index":0,")" : R"(,"content_index":0,")");
  out.append(member).append("\":");
  json::Writer json(out);
  if (member != "part") {
    json.string(text);
    if (!is_summary) out += R"(,"logprobs":[])";
  } else if (is_summary) {
    write_summary_part(json, text);
  } else {
    write_text_part(json, text);
  }
  out += kEventEnd;
}

void ResponsesWriter::created(std::string& out) {
  for (const std::string_view type : {"response.created", "response.in_progress"}) {
    begin_event(out, type);
    out += R"(,"response":)";
    begin_object(out, {"in_progress"});
    end_object(out);
    out += kEventEnd;
  }
}

void ResponsesWriter::reasoning_delta(std::string& out, std::string_view delta) {
  if (!text_.empty()) return;
  if (open_ != Item::reasoning) {
    std::string item;
    reasoning(item, {});
    add_item(out, Item::reasoning, item);
    part_event(out, "response.reasoning_summary_part.added", "part", {});
  }
  reasoning_ += delta;
  part_event(out, "response.reasoning_summary_text.delta", "delta", delta);
}

void ResponsesWriter::text_delta(std::string& out, std::string_view delta) {
  if (open_ != Item::message) {
    std::string item = R"({"id":")" + id_of(Item::message);
    item += R"(","type":"message","role":"assistant","status":"in_progress","content":[]})";
    add_item(out, Item::message, item);
    part_event(out, "response.content_part.added", "part", {});
  }
  text_ += delta;
  part_event(out, "response.output_text.delta", "delta", delta);
}

void ResponsesWriter::picture_event(std::string& out, std::string_view name) {
  begin_item_event(out, std::string(kPictureEvents).append(name));
  out += kEventEnd;
}

void ResponsesWriter::picture_call(std::string& out) {
  if (open_ == Item::picture) return;
  std::string item = R"({"id":")" + id_of(Item::picture);
  item += R"(","type":"image_generation_call","status":"in_progress"})";
  add_item(out, Item::picture, item);
  picture_event(out, "in_progress");
  picture_event(out, "generating");
}

void ResponsesWriter::begin_partial(std::string& out) {
  begin_item_event(out, std::string(kPictureEvents).append("partial_image"));
  out.append(R"(,"partial_image_index":)").append(std::to_string(partial_index_));
  out += R"(,"partial_image_b64":")";
}

void ResponsesWriter::end_partial(std::string& out, const PictureItemFacts& facts) {
  ++partial_index_;
  std::string members;
  json::Writer json(members);
  json.begin_object();
  write_picture_facts(json, facts);
  json.end_object();
  members.front() = ',';
  out.append("\"").append(members).append("\n\n");
}

void ResponsesWriter::begin_picture_done(std::string& out) {
  picture_event(out, "completed");
  begin_item_done(out);
  begin_picture(out);
}

void ResponsesWriter::end_picture_done(std::string& out, const PictureItemFacts& facts) {
  end_picture(out, facts);
  out += kEventEnd;
  close_item();
}

void ResponsesWriter::end_item(std::string& out) {
  if (open_ == Item::none || open_ == Item::picture) return;
  const bool is_summary = open_ == Item::reasoning;
  const std::string_view kind = is_summary ? "response.reasoning_summary_" : "response.";
  const std::string& text = is_summary ? reasoning_ : text_;
  const auto type = [&](std::string_view name) { return std::string(kind).append(name); };
  part_event(out, type(is_summary ? "text.done" : "output_text.done"), "text", text);
  part_event(out, type(is_summary ? "part.done" : "content_part.done"), "part", text);
  begin_item_done(out);
  if (is_summary) {
    reasoning(out, text);
  } else {
    message(out, text);
  }
  out += kEventEnd;
  close_item();
}

void ResponsesWriter::close_item() {
  open_ = Item::none;
  ++output_index_;
}

void ResponsesWriter::begin_last(std::string& out, const ResponsesState& state) {
  begin_event(out, std::string("response.").append(state.status));
  out += R"(,"response":)";
}

void ResponsesWriter::end_last(std::string& out) const {
  out += kEventEnd;
}

}  // namespace fluxgate
