// The parts of a text that are not prose: web addresses and code.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace fluxgate {

/// Bytes [begin, end) of a text.
struct Span {
  std::size_t begin;
  std::size_t end;
};

/// Web addresses (`https://...`, and `example.com/...` or `example.com:8080/...` without a scheme),
/// names of the form `urn:...`, addresses like `[fe80::1:2]`, fenced code blocks and code between
/// backticks, in order and without overlap. An address ends at white space, at `<`, `>` or `"`, or
/// at full-width punctuation. A fence that is never closed reaches to the end; a single backtick
/// without its pair is a plain character. Linear in the length of the text. Sources:
/// rfc-editor.org/rfc/rfc3986#section-3, spec.commonmark.org/0.31.2/#fenced-code-blocks and
/// #code-spans. Difference: a closing fence may have words behind it, as chat users write it.
std::vector<Span> find_protected_spans(std::string_view text);

}  // namespace fluxgate
