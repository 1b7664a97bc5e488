#include "openai/chat_chunk.h"

#include "json/writer.h"
#include "sse/encoder.h"

namespace fluxgate {
namespace {

constexpr std::string_view kDeltaStart = R"([{"index":0,"delta":{)";
constexpr std::string_view kGoesOn = R"(},"logprobs":null,"finish_reason":null}])";
constexpr std::string_view kStops = R"(},"logprobs":null,"finish_reason":"stop"}])";

}  // namespace

ChatChunkWriter::ChatChunkWriter(std::string_view id, std::int64_t created_unix_s,
                                 std::string_view model, UsageChunk usage_chunk)
    : head_(sse::kEventStart),
      tail_(usage_chunk == UsageChunk::included ? ",\"usage\":null}\n\n" : "}\n\n"),
      usage_chunk_(usage_chunk) {
  json::Writer json(head_);
  json.begin_object();
  json.key("id").string(id);
  json.key("object").raw(R"("chat.completion.chunk")");
  json.key("created").number(created_unix_s);
  json.key("model").string(model);
  json.key("choices");
}

void ChatChunkWriter::append_role(std::string& out) const {
  out.append(head_).append(kDeltaStart).append(R"("role":"assistant","content":"")");
  out.append(kGoesOn).append(tail_);
}

void ChatChunkWriter::append_reasoning(std::string& out, std::string_view text) const {
  out.append(head_).append(kDeltaStart).append(R"("reasoning_content":)");
  const std::size_t start = out.size();
  json::append_string(out, text);
  const std::size_t end = out.size();
  out.append(R"(,"reasoning":)").append(out, start, end - start);
  out.append(kGoesOn).append(tail_);
}

void ChatChunkWriter::begin_content(std::string& out) const {
  out.append(head_).append(kDeltaStart).append(R"("content":")");
}

void ChatChunkWriter::end_content(std::string& out) const {
  out.append("\"").append(kGoesOn).append(tail_);
}

void ChatChunkWriter::begin_images(std::string& out) const {
  out.append(head_).append(kDeltaStart).append(R"("images":[)");
}

void ChatChunkWriter::end_images(std::string& out) const {
  out.append("]").append(kGoesOn).append(tail_);
}

void begin_image(std::string& out, std::size_t index) {
  if (index > 0) out += ',';
  out.append(R"({"type":"image_url","index":)").append(std::to_string(index));
  out += R"(,"image_url":{"url":")";
}

void end_image(std::string& out) {
  out += "\"}}";
}

void ChatChunkWriter::append_end(std::string& out, const Usage& usage,
                                 std::string_view facts) const {
  out.append(head_).append(kDeltaStart).append(kStops);
  if (usage_chunk_ == UsageChunk::included) {
    out.append(tail_).append(head_).append(R"([],"usage":)");
    json::Writer json(out);
    write_usage(json, usage);
  }
  out.append(R"(,"fluxgate":)").append(facts).append("}").append(sse::kEventEnd);
}

}  // namespace fluxgate
