// Where in the body of a call the pictures stand that the job goes by. Their bytes are with the
// host, which puts them there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json/writer.h"
#include "picture/job.h"
#include "picture/limits.h"

namespace fluxgate {

/// How many pictures the models of a backend go by.
struct ModelReferences {
  std::string_view name;  ///< A part of the model's name, in any ASCII case; empty: of every name.
  std::size_t most = 1;   ///< The most pictures that it takes.
  bool takes_mask =
      false;  ///< It takes a mask whose transparent parts are drawn anew, as OpenAI's.
  std::uint64_t max_bytes = kMaxPictureBytes;  ///< The largest.
};

/// How a backend wants a picture inside JSON.
enum class ReferenceForm : std::uint8_t {
  data_url,  ///< `data:image/png;base64,...`
  base64,
  file  ///< A part of its own. The JSON is to become a form (provider/form_shape.h).
};

// A slot is a text that stands for a picture in the body until the call is sent. It holds the
// request's id, so that no prompt can hold one.

/// The mask's number.
constexpr std::size_t kMaskSlot = kMaxReferences;

/// The slot of a picture of `job`: its number, or kMaskSlot.
std::string reference_slot(const ImageJob& job, std::size_t index, ReferenceForm form);

/// The number of the picture that `text`, a slot for a file and nothing else, stands for.
std::optional<std::size_t> file_in_slot(std::string_view text, const ImageJob& job);

/// Writes the picture as a string.
void write_reference(json::Writer& json, const ImageJob& job, std::size_t index,
                     ReferenceForm form);

// Members of an object. A job without pictures, or without a mask, gets none.

/// `"name":"..."`, the first picture alone.
void write_first_reference(json::Writer& json, const ImageJob& job, std::string_view name,
                           ReferenceForm form);
/// `"name":["...","..."]`
void write_references(json::Writer& json, const ImageJob& job, std::string_view name,
                      ReferenceForm form);
/// `"name":[{"item":"..."},{"item":"..."}]`
void write_reference_objects(json::Writer& json, const ImageJob& job, std::string_view name,
                             std::string_view item, ReferenceForm form);
/// `"name":"...","name2":"..."`, with `separator` in front of the number.
void write_numbered_references(json::Writer& json, const ImageJob& job, std::string_view name,
                               std::string_view separator, ReferenceForm form);
/// `"name0":"...","name1":"..."`, counted from `first` on.
void write_counted_references(json::Writer& json, const ImageJob& job, std::string_view name,
                              std::size_t first, ReferenceForm form);
/// `"name":"..."`, the mask.
void write_mask(json::Writer& json, const ImageJob& job, std::string_view name, ReferenceForm form);

/// A slot that was taken out of a body.
struct SlotPlace {
  std::size_t place;  ///< How many bytes of the body stand before it.
  std::size_t index;
  bool is_base64;
};

/// Takes all slots out of a body, in their order.
std::vector<SlotPlace> take_out_slots(std::string& body, const ImageJob& job);

}  // namespace fluxgate
