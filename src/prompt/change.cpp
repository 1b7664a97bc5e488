#include "prompt/change.h"

#include "base/words.h"
#include "idea/characters.h"
#include "prompt/clean_up.h"

namespace fluxgate {
namespace {

/// A longer message describes a picture of its own.
constexpr std::size_t kMaxChangeWords = 12;

/// How changes begin.
constexpr std::string_view kChanges =
    "make it|make him|make her|make them|make the|turn it|turn the|change|add|remove|replace|put|"
    "delete|without|with more|with less|more|less|bigger|smaller|darker|brighter|lighter|but|and "
    "now|"
    "now|instead|same|try|give it|let it|use|in blue|as "
    "a|zoom|mach|ändere|füge|entferne|ohne|jetzt|"
    "heller|dunkler|größer|kleiner|mehr|weniger|gleiche|dasselbe|rends|change|ajoute|enlève|sans|"
    "plus|moins|maintenant|hazlo|hazla|cambia|añade|quita|sin|más|menos|ahora|faça|deixe|mude|"
    "adicione|remova|sem|mais|agora|rendilo|aggiungi|togli|senza|adesso|maak|voeg|verwijder|zonder|"
    "сделай|измени|добавь|убери|без|теперь|больше|меньше|改成|换成|換成|变成|變成|加上|去掉|不要|"
    "更|再|把|"
    "もっと|変えて|追加|削除|바꿔|더 |추가|빼";
/// What asks for the same once more.
constexpr std::string_view kRepeats =
    "again|another|another one|another version|once more|one more|redo|retry|regenerate|noch "
    "einmal|"
    "nochmal|noch eins|encore|encore une|otra vez|otra|outra vez|de novo|ancora|un altro|opnieuw|"
    "ещё раз|еще раз|ещё|再来一张|再來一張|再来一次|另一个版本|重新生成|もう一度|もう一枚|다시|한 "
    "번 더";

bool begins_with(std::string_view text, std::string_view words) {
  return find_any(text, words) == 0;
}

}  // namespace

std::string changed_prompt(std::string_view last_prompt, std::string_view idea) {
  const std::string lower = lower_text(trim_white_space(idea));
  if (last_prompt.empty() || count_words(lower) > kMaxChangeWords) return {};
  if (begins_with(lower, kRepeats) && count_words(lower) <= 3) return std::string(last_prompt);
  if (!begins_with(lower, kChanges)) return {};
  std::string prompt(last_prompt);
  return prompt.append(", ").append(trim_white_space(idea));
}

}  // namespace fluxgate
