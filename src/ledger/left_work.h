// What a request leaves behind when its client has left before all of it was done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unix_ms.h"
#include "http/message.h"
#include "json/document.h"
#include "json/writer.h"

namespace fluxgate {

/// A picture that was made, or is ordered: a repeat of the request takes it up.
struct LeftPicture {
  std::uint32_t place = 0;  ///< In the request.
  std::string stored_key =
      {};  ///< Of one that was made, in the store; empty for one that is ordered.

  // What was ordered, and of whom.
  std::string provider = {};  ///< What its settings are called.
  std::string model = {};     ///< By the backend's name.
  std::uint32_t key = 0;      ///< The place of the key in its list.
  std::string size = {};      ///< That it was asked for: "1024x576".
  UnixMs ordered_ms = 0;
  Request ask = {};                    ///< Asks for it; without the key.
  std::optional<Request> cancel = {};  ///< Calls it off; without the key.
};

struct LeftWork {
  std::string prompt = {};       ///< What all of them are made of.
  int prompt_origin = 0;         ///< The number of its PromptOrigin.
  bool changes_last = false;     ///< Prompt::changes_last
  bool changes_picture = false;  ///< TalkAnswer::changes_picture
  std::vector<LeftPicture> pictures = {};

  /// Is any picture ordered and not made?
  bool has_orders() const;
  /// That of this place; null when there is none.
  const LeftPicture* at(std::uint32_t place) const;
};

/// Appends it as a JSON object.
void write_left_work(json::Writer& json, const LeftWork& work);
/// Nothing when it is not of that form.
std::optional<LeftWork> read_left_work(json::Value value);

}  // namespace fluxgate
