// Writes the Markdown that chat programs show.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fluxgate {

/// Gives `text` as Markdown that shows the same words and forms no emphasis, code, link, image,
/// HTML, autolink or table. White space of any kind becomes single spaces, so no word can start a
/// line. (remark-gfm makes links of whole addresses, https://..., after it has resolved escapes; no
/// escape can prevent that.)
/// Source: spec.commonmark.org/0.31.2/#backslash-escapes
std::string escape_markdown(std::string_view text);

/// Writes the answer with one or several pictures: an image for each, then the prompt that made
/// them, in pieces that each make sense alone. Links must hold no Markdown markup (those of
/// link/image_link.h and data URLs hold none). Links may be megabytes: one with a capacity for
/// kPictureMarkdownBytes more is not copied.
std::vector<std::string> write_picture_answer(std::vector<std::string> links,
                                              std::string_view prompt);

}  // namespace fluxgate
