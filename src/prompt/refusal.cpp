#include "prompt/refusal.h"

#include "base/ascii.h"

namespace fluxgate {
namespace {

constexpr std::string_view kBeginnings[] = {
    "I'm sorry",  "I’m sorry",  "I am sorry",  "Sorry, ", "I can't", "I can’t", "I cannot",
    "I'm unable", "I’m unable", "I am unable", "抱歉",    "很抱歉",  "对不起",  "我无法",
};

}  // namespace

bool is_refusal(std::string_view answer) {
  for (const std::string_view beginning : kBeginnings) {
    if (starts_with_ignoring_case(answer, beginning)) return true;
  }
  return false;
}

}  // namespace fluxgate
