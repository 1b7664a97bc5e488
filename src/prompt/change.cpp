#include "prompt/change.h"

#include "base/words.h"
#include "idea/characters.h"
#include "prompt/clean_up.h"

namespace fluxgate {
namespace {

/// How changes begin.
constexpr std::string_view kChanges =
    "make it|make him|make her|make them|make the|turn it|turn the|change|add|remove|"
    "replace|put|delete|without|with more|with less|bigger|smaller|darker|brighter|"
    "lighter|but|and now|now|instead|try|give it|let it|zoom|mach|ändere|füge|"
    "entferne|ohne|jetzt|heller|dunkler|größer|kleiner|rends|ajoute|enlève|"
    "maintenant|hazlo|hazla|cambia|añade|quita|ahora|faça|deixe|mude|adicione|"
    "remova|agora|rendilo|aggiungi|togli|senza|adesso|maak|voeg|verwijder|zonder|"
    "сделай|измени|добавь|убери|без|теперь|"
    "больше|меньше|改成|换成|換成|变成|變成|加上|去掉|"
    "不要|更|再|把|もっと|変えて|追加|削除|바꿔|더 |추가|빼";
/// The same for words that begin ideas as well, when few others follow.
constexpr std::string_view kBareChanges =
    "more|less|same|use|in blue|as "
    "a|mehr|weniger|gleiche|dasselbe|plus|moins|sans|sin|más|menos|sem|"
    "mais";
constexpr std::size_t kMaxBareChangeWords = 3;
/// What asks for the same once more.
constexpr std::string_view kRepeats =
    "again|another|another one|another version|once more|one more|redo|retry|regenerate|noch "
    "einmal|"
    "nochmal|noch eins|encore|encore une|otra vez|otra|outra vez|de novo|ancora|un altro|opnieuw|"
    "ещё раз|еще раз|ещё|再来一张|再來一張|再来一次|另一个版本|重新生成|もう一度|もう一枚|다시|한 "
    "번 더";

/// Behind the word stands no hyphen: "same-sex couple" changes nothing.
bool begins_with(std::string_view text, std::string_view words) {
  if (find_any(text, words) != 0) return false;
  const std::size_t hyphen = text.find('-');
  return hyphen == std::string_view::npos || text.find(' ') < hyphen;
}

/// Is the whole text one of `words`, but for a mark behind it?
bool is_one_of(std::string_view text, std::string_view words) {
  while (!text.empty() && std::string_view(".!").find(text.back()) != std::string_view::npos) {
    text.remove_suffix(1);
  }
  bool found = false;
  each_word(words, [&](std::string_view word) {
    found = word == text;
    return !found;
  });
  return found;
}

}  // namespace

std::string with_change(std::string_view last_prompt, std::string_view change) {
  std::string prompt(last_prompt);
  const std::string_view words = trim_white_space(change);
  if (!is_one_of(lower_text(words), kRepeats)) prompt.append(", ").append(words);
  return prompt;
}

std::string changed_prompt(std::string_view last_prompt, std::string_view idea) {
  const std::string lower = lower_text(trim_white_space(idea));
  const std::size_t words = count_words(lower);
  if (last_prompt.empty() || words > kMaxChangeWords) return {};
  const bool changes = is_one_of(lower, kRepeats) || begins_with(lower, kChanges) ||
                       (words <= kMaxBareChangeWords && begins_with(lower, kBareChanges));
  return changes ? with_change(last_prompt, idea) : std::string();
}

}  // namespace fluxgate
