// Greetings, thanks and tests of the connection.
#pragma once

#include <string_view>

namespace fluxgate {

/// What to answer, in the same language, to a message that is nothing but a greeting, thanks, a
/// test of the connection, an order to say something, or a question about whom one talks to. Empty
/// for all others: a message with one more word than that, a name excepted, may be an idea. In
/// twenty languages. Vectors: tests/vectors/chore/ours_orders.json.
std::string_view small_talk_answer(std::string_view message);

}  // namespace fluxgate
