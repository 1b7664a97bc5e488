// The Markdown that chat programs show.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fluxgate {

/// `text` as Markdown that reads as the same words and can form nothing of its own: no emphasis,
/// code, link, image, HTML, autolink or table. White space of any kind becomes single spaces, so
/// nothing can start a line. (remark-gfm makes links of whole addresses, https://..., after it has
/// resolved escapes: nothing that reads the same can keep it from that.)
/// Source: spec.commonmark.org/0.31.2/#backslash-escapes
std::string escape_markdown(std::string_view text);

/// The answer of one or several pictures: an image for each, and the prompt that made them, in
/// pieces that each make sense alone. Links must hold nothing that Markdown reads as its own
/// (link/image_link.h and data URLs hold nothing such). They may be megabytes: one with the
/// capacity for kPictureMarkdownBytes more stays where it is.
std::vector<std::string> write_picture_answer(std::vector<std::string> links,
                                              std::string_view prompt);

}  // namespace fluxgate
