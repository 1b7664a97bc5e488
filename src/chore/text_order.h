// Recognises by its shape a message that orders text, in whichever words a program asks for it.
#pragma once

#include <cstdint>
#include <string_view>

#include "chore/signs.h"

namespace fluxgate {

/// Where a message stands: an order for text looks different in each place.
enum class MessagePlace : std::uint8_t {
  user,         ///< The last message, from the user.
  system,       ///< A system message in front of the talk.
  last_system,  ///< A system message behind a talk: programs write nothing else there.
};

/// Four things tell an order for text from an idea: it names a text to be made (a title, a summary,
/// a translation, search words, a label); what it is about (this conversation, the messages above,
/// the following text, or a copy of them in tags); how it is to be written (nothing else, at most
/// five words, as JSON); and nothing that can be seen. An idea that speaks of a summary wants to
/// see it. What stands in quotation marks, tags and code is data, and says nothing. Linear in the
/// length of `text`, of which the beginning and the end are read.
/// Vectors: tests/vectors/chore/ours_orders.json.
Chore text_ordered_in(std::string_view text, MessagePlace place);

/// Does a text in lower case name what can be seen, or how pictures are made?
bool names_picture(std::string_view text);

}  // namespace fluxgate
