// Changes one member of a JSON object without writing the rest anew.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fluxgate::json {

/// Gives the text of `object` with `value_json` as the value of every member `name`, however that
/// name is escaped. When there is no such member, a new one stands in front. Every other byte
/// stays. Members of nested values do not count. `object`: the text of one JSON object, which
/// Document::parse() has accepted. With any other text the result may be anything, but no byte
/// outside the text is read. `name`: UTF-8. Linear in the length.
std::string with_member(std::string_view object, std::string_view name,
                        std::string_view value_json);

/// Gives the text of `object` with all members of `others`: in the place of those of the same name,
/// else in front. Where both values are objects, the same holds for their members. Both texts are
/// as `object` above.
std::string with_members(std::string_view object, std::string_view others);

/// A member of an object as it stands in the text.
struct MemberText {
  std::string name;
  std::string_view value;  ///< JSON; a view into the object's text.
};

/// The members of `object`, which is as above, in their order; none of a value that is no object.
std::vector<MemberText> members_of(std::string_view object);

}  // namespace fluxgate::json
