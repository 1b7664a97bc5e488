// What a client of the images API gets back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "openai/images_request.h"
#include "picture/cost.h"

namespace fluxgate {

/// Writes one answer, piece by piece: pictures are megabytes. In this order: begin(), for each
/// picture begin_picture(), its base64 or its link (json::escape()), and end_picture(), then end().
/// Each call appends to `out`. A picture that is not ended may be taken out of it again. Its
/// `usage` has the cost alone, if that is known: no backend's tokens are. Source:
/// platform.openai.com/docs/api-reference/images/object
class ImagesWriter {
 public:
  /// `revised_prompt`: the words that the pictures were made of, if they are not the client's own;
  /// may be empty.
  ImagesWriter(ImagesForm form, std::string_view revised_prompt);

  void begin(std::string& out, std::int64_t created_unix_s) const;
  void begin_picture(std::string& out) const;
  void end_picture(std::string& out);
  /// `note`: becomes the member `fluxgate.note`, unless it is empty. `cost` becomes `usage.cost`.
  void end(std::string& out, std::string_view note, Cost cost) const;

 private:
  std::string_view picture_head_;
  std::string picture_tail_;
  bool has_picture_ = false;
};

/// What an event tells of its picture, beside the picture.
struct ImagesEventFacts {
  std::int64_t created_unix_s;
  std::string size;                 ///< "1024x1024"
  std::string_view format;          ///< "png"
  std::string_view revised_prompt;  ///< As above.
  Cost cost;
  std::string facts;  ///< The member `fluxgate`, an object.
};

/// Writes the event of a finished picture: begin(), its base64 or its link (json::escape()), and
/// end(). Source: platform.openai.com/docs/api-reference/images-streaming
class ImagesEventWriter {
 public:
  /// `changes`: the request was an edit.
  ImagesEventWriter(ImagesForm form, bool changes) : form_(form), changes_(changes) {}

  void begin(std::string& out) const;
  void end(std::string& out, const ImagesEventFacts& facts) const;
  /// The event of a draft, which has base64 whatever the form is.
  void begin_draft(std::string& out) const;
  void end_draft(std::string& out, std::int64_t created_unix_s, std::string_view format,
                 std::uint32_t index) const;

 private:
  void begin_event(std::string& out, std::string_view name, std::string_view picture_key) const;

  ImagesForm form_;
  bool changes_;
};

}  // namespace fluxgate
