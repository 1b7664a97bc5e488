// One picture to make, as dialects read it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "picture/finish.h"
#include "picture/image_size.h"
#include "picture/reference.h"

namespace fluxgate {

/// How the picture should come. A backend that cannot do so sends it as it does.
enum class WantedForm : std::uint8_t {
  any,
  base64,
  both  ///< Any form, and from where it costs nothing the file and its address.
};

/// Its texts lie where they outlive it.
struct ImageJob {
  std::string_view model;
  std::string_view prompt;
  ImageSize size;
  std::optional<std::uint32_t> seed = {};
  std::string_view negative_prompt = {};  ///< What must not be in the picture; may be empty.
  WantedForm form = WantedForm::any;
  Finish finish = {};
  /// How many drafts the client would see while the picture is drawn. A backend that sends none
  /// answers as ever.
  std::uint32_t draft_count = 0;
  std::uint32_t place = 0;  ///< How many pictures of the same request come before this one.
  /// Unlike that of any other request, for backends that want a name for each call: with `place`
  /// and `attempt` it is one.
  std::string_view request_id = {};
  std::uint32_t attempt = 0;  ///< How many calls for the same picture come before this one.
  /// The pictures to go by; those that the backend does not take are left out.
  std::span<const Reference> references = {};
  bool leaves_picture_out = false;  ///< The client gave a picture that no candidate goes by.
  const Reference* mask = nullptr;  ///< What of the first of them is to be drawn anew; null: all.
};

}  // namespace fluxgate
