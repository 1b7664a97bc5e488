// Tells by its code and its words what a backend's complaint is about.
#pragma once

#include <cstdint>
#include <string_view>

namespace fluxgate {

enum class Topic : std::uint8_t {
  none,             ///< Nothing that the tables know.
  policy,           ///< The prompt or its picture breaks the backend's rules.
  blocked_account,  ///< The account behind the key is blocked or disabled.
  quota,            ///< Money or a long quota is used up, or the account is suspended for it.
  rate,             ///< Too many calls for the moment.
  bad_key,          ///< The key itself is not accepted.
  unknown_model,
};

/// Which parts of a message count. Backends quote prompts, and a prompt may speak of a quota or a
/// balance.
enum class Wording : std::uint8_t {
  phrases,  ///< Only phrases that leave no doubt: the status could mean anything.
  words,    ///< Single words too: the status says already that the account is at fault.
};

/// `code`: a name such as "insufficient_quota" or "AccountOverdueError", in any case; numbers tell
/// nothing. `text`: the message. A known code decides, unless the text speaks of a blocked account
/// (Azure tells users of a blocked account that their prompts broke its content policy) or says
/// plainly what the code does not. Sources: the error pages of the backends in docs/backends.md and
/// their clients' issues.
Topic topic_of(std::string_view code, std::string_view text, Wording wording);

}  // namespace fluxgate
