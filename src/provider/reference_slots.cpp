#include "provider/reference_slots.h"

#include <charconv>
#include <utility>

#include "picture/data_url.h"

namespace fluxgate {
namespace {

// "fluxgate-reference-ID-07b": two digits, and what is put there: base64 or the file itself.
constexpr std::string_view kStart = "fluxgate-reference-";
constexpr std::size_t kTailBytes = 4;

std::string slot_start(const ImageJob& job) {
  return std::string(kStart).append(job.request_id);
}

/// Reads what stands behind the start of a slot: "-07b".
std::optional<SlotPlace> read_tail(std::string_view tail, std::size_t place) {
  if (tail.size() < kTailBytes || tail[0] != '-') return std::nullopt;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(tail.data() + 1, tail.data() + 3, index);
  if (error != std::errc() || end != tail.data() + 3) return std::nullopt;
  return SlotPlace{place, index, tail[3] == 'b'};
}

}  // namespace

std::string reference_slot(const ImageJob& job, std::size_t index, ReferenceForm form) {
  std::string slot = slot_start(job).append("-");
  slot.push_back(static_cast<char>('0' + index / 10));
  slot.push_back(static_cast<char>('0' + index % 10));
  slot.push_back(form == ReferenceForm::file ? 'f' : 'b');
  return slot;
}

std::optional<std::size_t> file_in_slot(std::string_view text, const ImageJob& job) {
  const std::string start = slot_start(job);
  if (!text.starts_with(start) || text.size() != start.size() + kTailBytes) return std::nullopt;
  const auto slot = read_tail(text.substr(start.size()), 0);
  if (!slot || slot->is_base64) return std::nullopt;
  return slot->index;
}

void write_reference(json::Writer& json, const ImageJob& job, std::size_t index,
                     ReferenceForm form) {
  const ImageType type = index == kMaskSlot ? job.mask->type : job.references[index].type;
  std::string text;
  if (form == ReferenceForm::data_url) text = data_url_head(type);
  json.string(text.append(reference_slot(job, index, form)));
}

void write_first_reference(json::Writer& json, const ImageJob& job, std::string_view name,
                           ReferenceForm form) {
  if (!job.references.empty()) write_reference(json.key(name), job, 0, form);
}

void write_references(json::Writer& json, const ImageJob& job, std::string_view name,
                      ReferenceForm form) {
  if (job.references.empty()) return;
  json.key(name).begin_array();
  for (std::size_t index = 0; index < job.references.size(); ++index) {
    write_reference(json, job, index, form);
  }
  json.end_array();
}

void write_reference_objects(json::Writer& json, const ImageJob& job, std::string_view name,
                             std::string_view item, ReferenceForm form) {
  if (job.references.empty()) return;
  json.key(name).begin_array();
  for (std::size_t index = 0; index < job.references.size(); ++index) {
    write_reference(json.begin_object().key(item), job, index, form);
    json.end_object();
  }
  json.end_array();
}

void write_numbered_references(json::Writer& json, const ImageJob& job, std::string_view name,
                               std::string_view separator, ReferenceForm form) {
  for (std::size_t index = 0; index < job.references.size(); ++index) {
    std::string key(name);
    if (index > 0) key.append(separator).append(std::to_string(index + 1));
    write_reference(json.key(key), job, index, form);
  }
}

void write_counted_references(json::Writer& json, const ImageJob& job, std::string_view name,
                              std::size_t first, ReferenceForm form) {
  for (std::size_t index = 0; index < job.references.size(); ++index) {
    json.key(std::string(name).append(std::to_string(first + index)));
    write_reference(json, job, index, form);
  }
}

void write_mask(json::Writer& json, const ImageJob& job, std::string_view name,
                ReferenceForm form) {
  if (job.mask != nullptr) write_reference(json.key(name), job, kMaskSlot, form);
}

std::vector<SlotPlace> take_out_slots(std::string& body, const ImageJob& job) {
  std::vector<SlotPlace> slots;
  if (job.references.empty()) return slots;
  const std::string start = slot_start(job);
  std::string rest;
  std::size_t taken = 0;
  for (std::size_t at = body.find(start); at != body.npos; at = body.find(start, at + 1)) {
    const std::string_view tail = std::string_view(body).substr(at + start.size());
    const auto slot = read_tail(tail, rest.size() + at - taken);
    if (!slot) continue;
    rest.append(body, taken, at - taken);
    taken = at + start.size() + kTailBytes;
    slots.push_back(*slot);
  }
  rest.append(body, taken);
  body = std::move(rest);
  return slots;
}

}  // namespace fluxgate
