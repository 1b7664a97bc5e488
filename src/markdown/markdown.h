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

/// What stands under the pictures of an answer.
struct PictureCaption {
  std::string prompt;  ///< That made them.
  /// Is the prompt better than the user's own words? It is called optimised then.
  bool is_optimised = false;
  std::string note = {};  ///< What else the user must know, in one sentence; may be empty.
};

/// Writes the answer with one or several pictures: an image for each, then the caption, in pieces
/// that each make sense alone. Links must hold no Markdown markup (those of link/image_link.h and
/// data URLs hold none). Links may be megabytes: one with a capacity for kPictureMarkdownBytes more
/// is not copied.
std::vector<std::string> write_picture_answer(std::vector<std::string> links,
                                              const PictureCaption& caption);

/// Takes pictures that a client has put into its Markdown as data URLs,
/// `![cat](data:image/png;base64,...)`, out of a text, which then
/// is trimmed. Gives their data URLs. Linear in the length of the text.
std::vector<std::string> take_out_pictures(std::string& text);

/// The address of the last picture in an answer of ours that a client sends back; empty when it
/// shows none. What a client sends may be anything.
std::string_view picture_in_answer(std::string_view answer);

/// No answer without these words holds a prompt of ours.
constexpr std::string_view kPromptLabelEnd = "rompt: ";

/// The prompt in an answer of ours that a client sends back: the words of its caption; empty when
/// it has none, or more than kMaxCaptionBytes. What a client sends may be anything.
constexpr std::size_t kMaxCaptionBytes = 4096;
std::string prompt_in_answer(std::string_view answer);

}  // namespace fluxgate
