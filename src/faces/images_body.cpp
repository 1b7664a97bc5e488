#include "faces/images_body.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "exchange/form.h"
#include "exchange/request_body.h"
#include "http/multipart.h"
#include "json/writer.h"

namespace fluxgate {
namespace {

/// The most that a form of undeclared length may have, which it takes until it has arrived: SDKs
/// declare none where they read a file as they send it. Two of them find room beside each other.
constexpr std::uint32_t kMaxUndeclaredFormBytes = 24 * 1024 * 1024;

/// What fields take of the load: their texts, and JSON of them, in which control characters have
/// six bytes.
constexpr std::uint64_t kFieldsShareBytes = 8 * kMaxFieldBytes;

/// Fields whose values are no texts, though a form has no others.
constexpr std::string_view kNumbersAndSwitches[] = {
    "n", "seed", "cache", "stream", "partial_images", "output_compression"};

/// A field of a form as a member of JSON. SDKs send the text "null" for a field that is not given.
void write_field(json::Writer& json, const FormField& field) {
  const bool is_text = std::find(std::begin(kNumbersAndSwitches), std::end(kNumbersAndSwitches),
                                 field.name) == std::end(kNumbersAndSwitches);
  const bool is_word = field.value == "true" || field.value == "false";
  const bool is_null = field.value == "null" && field.name != "prompt";
  json.text_key(field.name);
  if (is_null) {
    json.null();
  } else if (!is_text && (is_word || parse_unsigned(field.value, UINT32_MAX))) {
    json.raw(field.value);
  } else {
    json.string(field.value);
  }
}

Bytes as_json(const std::vector<FormField>& fields) {
  std::string text;
  json::Writer json(text);
  json.begin_object();
  for (const FormField& field : fields) write_field(json, field);
  json.end_object();
  return Bytes::copy_of(text);
}

/// What files are known by, of which few bytes come into the module: a repeat has the same ones.
std::string marks_of(const std::vector<FormFile>& files) {
  std::string marks;
  for (const FormFile& file : files) {
    marks.append(file.name).append(" ").append(std::to_string(file.bytes.length_bytes()));
    marks.append(" ").append(file.bytes.start()).append("\n");
  }
  return marks;
}

/// Takes "image", "image[]", "image[0]", "images" and "mask".
Result<void> take_files(std::vector<FormFile> files, References& references) {
  for (FormFile& file : files) {
    const bool is_picture = file.name.starts_with("image");
    if (!is_picture && file.name != "mask") {
      return Error(ErrorCode::invalid_parameters,
                   "The files of an edit are image, image[] and mask.");
    }
    Result<void> taken = is_picture ? references.add(std::move(file.bytes))
                                    : references.set_mask(std::move(file.bytes));
    if (!taken) return taken;
  }
  return {};
}

Task<ImagesBody> receive_form_body(Exchange& exchange, std::string_view default_prompt) {
  std::uint32_t most_bytes = exchange.config().max_upload_bytes;
  const auto declared_bytes =
      parse_unsigned(exchange.headers().find("content-length").value_or(""), most_bytes);
  most_bytes = declared_bytes ? static_cast<std::uint32_t>(*declared_bytes)
                              : std::min(most_bytes, kMaxUndeclaredFormBytes);
  Load& load = exchange.instance().load();
  Budget::Share texts = co_await load.text_bytes.take(kFieldsShareBytes);
  References references(co_await load.held_bytes.take(declared_bytes.value_or(most_bytes)));
  Form form = co_await receive_form(exchange, most_bytes);
  Bytes json = as_json(form.fields);
  // Whoever gives no key is not joined with an equal form: too little is known of its files.
  if (exchange.has_once_key()) exchange.mark_body({json.view(), marks_of(form.files)});
  co_await take_files(std::move(form.files), references);
  co_await references.make_room(0);
  ImagesRequest request = co_await read_images_request(json, default_prompt);
  co_return ImagesBody{std::move(request), std::move(texts), std::move(references)};
}

Task<ImagesBody> receive_json_body(Exchange& exchange, std::string_view default_prompt) {
  HeldBody body = co_await receive_body(exchange);
  ImagesRequest request = co_await read_images_request(body.bytes, default_prompt);
  body.bytes = {};
  co_return ImagesBody{std::move(request), std::move(body.share),
                       References(exchange.instance().load().held_bytes.take_nothing())};
}

/// Holds the pictures that stand in the request's texts.
Task<> hold_pictures(Exchange& exchange, ImagesBody& body) {
  for (std::string& source : body.request.pictures) {
    co_await add_reference(exchange, body.references, source);
    source = std::string();
  }
  if (!body.request.mask.empty()) {
    co_await add_mask(exchange, body.references, body.request.mask);
  }
  body.request.pictures.clear();
  body.request.mask = std::string();
}

}  // namespace

Task<ImagesBody> receive_images_body(Exchange& exchange, std::string_view default_prompt) {
  const bool is_form = is_multipart_form(exchange.headers().find("content-type").value_or(""));
  ImagesBody body = co_await (is_form ? receive_form_body(exchange, default_prompt)
                                      : receive_json_body(exchange, default_prompt));
  co_await hold_pictures(exchange, body);
  co_return std::move(body);
}

}  // namespace fluxgate
