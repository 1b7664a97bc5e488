// Changing one member of a JSON object without writing the rest anew.
#pragma once

#include <string>
#include <string_view>

namespace fluxgate::json {

/// The text of `object` with `value_json` as the value of its member `name`: of each, when there
/// are several, however their names are escaped; a new one in front when there is none. Every other
/// byte stays. Members of values inside are not looked at.
/// `object`: the text of one JSON object, which Document::parse() has accepted. On other texts
/// nothing is promised but that reading ends within them. `name`: UTF-8. Linear in the length.
std::string with_member(std::string_view object, std::string_view name,
                        std::string_view value_json);

}  // namespace fluxgate::json
