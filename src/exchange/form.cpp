#include "exchange/form.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "exchange/patience.h"
#include "http/multipart.h"

namespace fluxgate {
namespace {

Error bad_form(const char* message) {
  return Error(ErrorCode::invalid_parameters, message);
}

Task<std::string> text_of(HeldBytes held) {
  const Bytes bytes = co_await read_held(held);
  co_return std::string(bytes.view());
}

/// Reads one form from the client's body.
///
/// A delimiter is the line end in front of it, two hyphens and the boundary. The first one may
/// stand at the very start, so a line end is put in front of the body.
class FormReader {
 public:
  FormReader(std::string delimiter, std::uint32_t max_bytes)
      : delimiter_(std::move(delimiter)), max_bytes_(max_bytes), left_bytes_(max_bytes) {}

  Task<Form> read() {
    Form form;
    co_await pass_over_preamble();
    for (std::size_t count = 0; auto head = co_await next_head(); ++count) {
      if (count == kMaxFormParts) co_await bad_form("The form has more than 64 parts.");
      co_await read_part(*std::move(head), form);
    }
    co_return std::move(form);
  }

 private:
  /// What stands up to `end`, which must come.
  static Task<HeldBytes> part_up_to(std::string end, std::uint32_t max_bytes) {
    Held held = co_await hold_request_part("", std::move(end), {max_bytes, kRequestIdleMs});
    if (!held.found_delimiter) co_await bad_form("The form ends in the middle of a part.");
    co_return std::move(held.bytes);
  }

  Task<> pass_over_preamble() {
    const Held preamble =
        co_await hold_request_part("\r\n", delimiter_, {kMaxPreambleBytes, kRequestIdleMs});
    if (!preamble.found_delimiter) co_await bad_form("The body holds no part of a form.");
  }

  /// The head of the next part; nothing behind the last one. A line end stands in front of the
  /// lines.
  Task<std::optional<PartHead>> next_head() {
    Held held = co_await hold_request_part("", "\r\n\r\n", {kMaxPartHeadBytes, kRequestIdleMs});
    if (held.bytes.start().starts_with("--")) co_return std::optional<PartHead>();
    if (!held.found_delimiter) co_await bad_form("The form ends in the middle of a part.");
    std::optional<PartHead> head = read_part_head(co_await text_of(std::move(held.bytes)));
    if (!head) co_await bad_form("A part of the form has no name.");
    co_return std::move(head);
  }

  Task<> read_part(PartHead head, Form& form) {
    if (!head.is_file) {
      HeldBytes held = co_await part_up_to(delimiter_, left_field_bytes_);
      left_field_bytes_ -= static_cast<std::uint32_t>(held.length_bytes());
      form.fields.push_back({std::move(head.name), co_await text_of(std::move(held))});
      co_return;
    }
    Result<HeldBytes> held = co_await attempt(part_up_to(delimiter_, left_bytes_));
    if (!held && held.error().code == ErrorCode::request_too_large) {
      co_await Error(ErrorCode::request_too_large, "The files of the form are larger than " +
                                                       std::to_string(max_bytes_) + " bytes.");
    }
    if (!held) co_await std::move(held).error();
    if (held->length_bytes() == 0) co_return;
    left_bytes_ -= static_cast<std::uint32_t>(held->length_bytes());
    form.files.push_back({std::move(head.name), *std::move(held)});
  }

  const std::string delimiter_;
  const std::uint32_t max_bytes_;
  std::uint32_t left_bytes_;                         ///< What further files may have.
  std::uint32_t left_field_bytes_ = kMaxFieldBytes;  ///< And further fields.
};

}  // namespace

Task<Form> receive_form(Exchange& exchange, std::uint32_t max_bytes) {
  const auto boundary = boundary_in(exchange.headers().find("content-type").value_or(""));
  if (!boundary) co_await bad_form("The content type of the form names no boundary.");
  FormReader reader("\r\n--" + *boundary, max_bytes);
  co_return co_await with_deadline(reader.read(), kRequestTotalMs, [] {
    return Error(ErrorCode::request_timeout, "The request's body did not arrive in time.");
  });
}

}  // namespace fluxgate
