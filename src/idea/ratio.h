// Finds the aspect ratio in an idea and takes it out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "picture/ratio_table.h"

namespace fluxgate {

struct RatioReading {
  /// The idea without its ratio; the idea itself, byte for byte, when it names none.
  std::string text;
  /// The size of the ratio; the table's default size when there is none.
  ImageSize size;
  /// The ratio that was taken out of the idea; numbers above 65535 count as 65535.
  std::optional<Ratio> ratio;
};

/// Reads the ratio of an idea: digits (ASCII or full-width), a colon (`:` `：` `∶`), digits, with
/// at most one space on each side of the colon. Each number may be a decimal, whose first three
/// places count.
///
/// Not a ratio: what is glued to another digit, a decimal point, a digit-colon group or an ASCII
/// letter (11:16:9, 16:9th), a flag in front (`--ar16:9`) excepted, to a hyphen with a digit
/// (1:1-5), or to a colon as in addresses (fe80::1:2, 3:4:x); what stands in an address or in code;
/// what has a leading zero or am/pm behind it, unless a flag or a ratio word introduces it.
/// Which one counts: the first that a flag or a ratio word introduces, else the first that the
/// table has or that is a usual shape of pictures (4:3, 21:9, 2.39:1, ...). Everything else (a
/// time, a score, a verse) stays in the text.
/// It is removed with what introduces it (ratio_introducer.h), and at the end of a phrase with a
/// ratio word behind it ("16:9 format") or a bare "in", "at" or the like in front. Further ratios
/// with a flag are removed too: a flag is never a part of the picture. How the sentence closes over
/// the gap: cut.h.
///
/// Linear in the length of the idea. Vectors: tests/vectors/idea/ours_ratio.json.
RatioReading read_ratio(std::string_view idea, const RatioTable& table);

}  // namespace fluxgate
