#include "answer/speech.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "base/ascii.h"
#include "base/utf8.h"
#include "base/words.h"
#include "idea/characters.h"
#include "idea/quotations.h"

namespace fluxgate {
namespace {

// Whole words, in lower case, between single spaces: who speaks, who is spoken to, courtesies, and
// the noun that only talk about the work holds. Words that pictures hold as well are left out.
constexpr std::string_view kSpokenWords[] = {
    // English
    " i i'm i'll i've i'd me my myself we we're we'll we've let's our you you're you'll you'd "
    "you've your yours here here's please sorry apologies apologize certainly absolutely sure okay "
    "ok alright hmm prompt prompts user user's thanks thank unfortunately hope feel would could "
    "can't cannot unable that's assistant request ",
    // German, Dutch, Scandinavian
    " ich mir mich mein meine meinen wir uns ihnen dir dich dein deine deinen möchtest möchten "
    "gerne gern hier bitte leider entschuldigung natürlich selbstverständlich hoffe nutzer "
    "benutzer könntest könnten sag lass ik mij jou je jij jouw mijn helaas graag gebruiker hoop "
    "kunt natuurlijk oké jag dig dina tyvärr jeg ",
    // French
    " je j'ai j'espère j'aimerais me moi nous vous votre vos toi voici désolé désolée "
    "malheureusement merci n'hésitez dites dites-moi souhaitez souhaitez-vous voulez "
    "voulez-vous pouvez pouvez-vous pourriez-vous d'accord l'utilisateur ",
    // Spanish, Portuguese, Italian
    " yo mi te ti tu tus usted ustedes puedo puedes podrías podría necesito quiero quieres debo "
    "voy espero creo siento lamento aquí lamentablemente perdón disculpa disculpe favor dime "
    "avísame gracias usuario gustaría eu você vocês posso preciso quero devo acho aqui desculpe "
    "sinto infelizmente obrigado gostaria deseja diga poderia usuário me-diga io mi tuo tua voglio "
    "spero penso ecco purtroppo scusa dispiace grazie vuoi puoi fammi utente preferisci potresti "
    "l'utente mie miei suas ",
    // Polish, Turkish, Vietnamese, Indonesian
    " mogę muszę chcę napiszę oto niestety przepraszam proszę oczywiście użytkownik możesz mam "
    "nadzieję chętnie daj twój twoje czy ben bana size siz sizin sana lütfen maalesef üzgünüm işte "
    "tabii elbette umarım isterseniz kullanıcı istem isteminiz istemi tôi bạn xin đây hãy saya "
    "anda "
    "kamu berikut maaf tentu silakan semoga pengguna ",
    // Russian, Ukrainian
    " я мне меня мой мы вы вам вас ваш ваша ваше ваши вот пожалуйста извините простите конечно "
    "надеюсь пользователь промпт промта жаль могу можете хотите сожалению дайте ви ось вибачте "
    "звісно сподіваюся мені промпту ",
    // Arabic, Hindi
    " أنا لك إليك عذرا عذرًا آسف أعتذر يمكنني أستطيع هل يرجى المستخدم بالتأكيد بالطبع آمل يمكنك "
    "मैं मुझे आप आपको आपका आपके आपकी कृपया क्षमा माफ़ यहाँ ज़रूर प्रॉम्प्ट ",
};

// The same in scripts without spaces, and the polite endings of Japanese and Korean verbs.
constexpr std::string_view kSpokenSyllables[] = {
    "我",         "你",     "您",     "请",         "請",       "好的",     "当然",
    "當然",       "抱歉",   "对不起", "對不起",     "以下",     "提示词",   "提示詞",
    "用户",       "用戶",   "希望",   "这是",       "這是",     "如需",     "です",
    "ます",       "ました", "ません", "でしょう",   "ましょう", "ください", "下さい",
    "プロンプト", "こちら", "申し訳", "すみません", "ユーザー", "もちろん", "니다",
    "세요",       "습니까", "어요",   "아요",       "해요",     "네요",     "까요",
    "프롬프트",   "사용자", "저는",   "제가",       "여기",     "물론",     "죄송",
};

// Endings of verbs that say "I" or "you" in Turkish.
constexpr std::string_view kSpokenEndings[] = {"yorum",    "yoruz",   "yorsunuz", "siniz",
                                               "sınız",    "bilirim", "emem",     "amam",
                                               "emiyorum", "amıyorum"};
constexpr std::string_view kLastOfEndings = "mz";
static_assert(std::all_of(std::begin(kSpokenEndings), std::end(kSpokenEndings),
                          [](std::string_view end) {
                            return kLastOfEndings.find(end.back()) != std::string_view::npos;
                          }));

// Words by which a speaker says that something cannot be.
constexpr std::string_view kInability =
    " can't cannot unable won't couldn't not nicht pas no não non не niet nie ";
// What language models are asked to do. Whoever cannot do it refuses.
constexpr std::string_view kServices =
    " help assist create generate make provide fulfill fulfil comply produce write draw do support "
    "continue process answer respond engage offer depict helfen erstellen generieren aider créer "
    "générer ayudar ayudarte crear generar ajudar criar gerar aiutarti aiutare creare generare "
    "помочь создать helpen maken pomóc ";

/// Is it a character of a script that sets no spaces between words?
bool is_unspaced(char32_t value) {
  return (value >= 0x3040 && value <= 0x30FF) || (value >= 0x3400 && value <= 0x9FFF) ||
         (value >= 0x20000 && value <= 0x3FFFF);
}

bool is_comma(char32_t value) {
  return value == ',' || value == U'，' || value == U'、' || value == U'،' || value == ';' ||
         value == U'；';
}

template <std::size_t n>
constexpr std::size_t count_words_in(const std::string_view (&lists)[n]) {
  std::size_t count = 0;
  for (const std::string_view list : lists) count += std::count(list.begin(), list.end(), ' ') - 1;
  return count;
}

/// The words of the lists, sorted.
template <std::size_t count, std::size_t n>
constexpr std::array<std::string_view, count> sorted_words(const std::string_view (&lists)[n]) {
  std::array<std::string_view, count> words{};
  std::size_t filled = 0;
  for (const std::string_view list : lists) {
    for (std::size_t at = 1; at < list.size();) {
      const std::size_t end = list.find(' ', at);
      const std::string_view word = list.substr(at, end - at);
      std::size_t place = filled++;
      for (; place > 0 && word < words[place - 1]; --place) words[place] = words[place - 1];
      words[place] = word;
      at = end + 1;
    }
  }
  return words;
}

constexpr auto kSpoken = sorted_words<count_words_in(kSpokenWords)>(kSpokenWords);

/// By the first byte of a word, the lengths of the words of kSpoken that begin with it, a bit each:
/// most words of a prompt need no search.
constexpr auto kSpokenLengths = [] {
  std::array<std::uint32_t, 256> lengths{};
  for (const std::string_view word : kSpoken) {
    lengths[static_cast<unsigned char>(word.front())] |= 1u
                                                         << std::min<std::size_t>(word.size(), 31);
  }
  return lengths;
}();

bool is_spoken(std::string_view word) {
  const std::uint32_t lengths = kSpokenLengths[static_cast<unsigned char>(word.front())];
  return (lengths >> std::min<std::size_t>(word.size(), 31) & 1) != 0 &&
         std::binary_search(kSpoken.begin(), kSpoken.end(), word);
}

bool is_listed(std::string_view list, std::string_view word) {
  for (std::size_t at = list.find(word); at != kNowhere; at = list.find(word, at + 1)) {
    if (list[at - 1] == ' ' && list[at + word.size()] == ' ') return true;
  }
  return false;
}

/// Does a word say who speaks or who is spoken to?
bool speaks_to_somebody(std::string_view word, bool has_syllables) {
  if (is_spoken(word)) return true;
  constexpr std::size_t kLeastInflected = 6;
  if (word.size() >= kLeastInflected && kLastOfEndings.find(word.back()) != kNowhere) {
    for (const std::string_view end : kSpokenEndings) {
      if (word.ends_with(end)) return true;
    }
  }
  if (!has_syllables) return false;
  for (const std::string_view syllables : kSpokenSyllables) {
    if (word.find(syllables) != kNowhere) return true;
  }
  return false;
}

/// The words of a refusal stand so close together.
constexpr std::size_t kRefusalReach = 4;

/// Reads a text word by word, and counts.
class Measure {
 public:
  void take(char32_t value) {
    const char32_t lower = lower_case(value);
    const bool joins = (lower == '\'' || lower == '-') && !word_.empty();
    if (is_letter(lower) || joins || (lower >= '0' && lower <= '9')) {
      append_utf8(word_, lower);
      unspaced_ += is_unspaced(value) ? 1 : 0;
      return;
    }
    end_word();
    if (is_comma(value)) end_phrase();
  }

  Wording finish() {
    end_word();
    end_phrase();
    return wording_;
  }

 private:
  void end_word() {
    while (!word_.empty() && (word_.back() == '\'' || word_.back() == '-')) word_.pop_back();
    if (word_.empty()) return;
    const bool has_syllables = static_cast<unsigned char>(word_.front()) >= 0x80 || unspaced_ > 0;
    const bool speaks = speaks_to_somebody(word_, has_syllables);
    speaks_ = speaks_ || speaks;
    wording_.words += unspaced_ > 1 ? (unspaced_ + 1) / 2 : 1;
    ++phrase_words_;
    // "I can't help": who speaks, the inability and what was asked for stand close together.
    since_spoken_ = speaks ? 0 : since_spoken_ + 1;
    ++since_unable_;
    if (since_spoken_ <= kRefusalReach && is_listed(kInability, word_)) since_unable_ = 0;
    if (since_unable_ <= kRefusalReach && is_listed(kServices, word_)) wording_.refuses = true;
    word_.clear();
    unspaced_ = 0;
  }

  void end_phrase() {
    if (phrase_words_ > 0) {
      ++wording_.phrases;
      wording_.spoken += speaks_ ? 1 : 0;
    }
    phrase_words_ = 0;
    speaks_ = false;
  }

  Wording wording_;
  std::string word_;
  std::size_t unspaced_ = 0;
  std::size_t phrase_words_ = 0;
  bool speaks_ = false;
  std::size_t since_spoken_ = 99;
  std::size_t since_unable_ = 99;
};

}  // namespace

std::string without_quotations(std::string_view text) {
  std::string rest(text);
  for (const Span& span : find_quotations(text)) {
    std::fill(rest.begin() + static_cast<std::ptrdiff_t>(span.begin),
              rest.begin() + static_cast<std::ptrdiff_t>(span.end), '\t');
  }
  return rest;
}

Wording wording_of(std::string_view text) {
  text = trim_white_space(text);
  const std::string heard = without_quotations(text);
  Measure measure;
  for (std::size_t at = 0; at < heard.size();) {
    const CodePoint next = code_point_at(heard, at);
    measure.take(next.value);
    at += next.length_bytes;
  }
  Wording wording = measure.finish();
  const char32_t last = code_point_before(heard, heard.size()).value;
  wording.asks = last == '?' || last == U'？' || last == U'؟';
  wording.exclaims = last == '!' || last == U'！';
  wording.announces = last == ':' || last == U'：';
  wording.ends = wording.asks || wording.exclaims || last == '.' || last == U'。' || last == U'।' ||
                 last == U'…';
  return wording;
}

bool is_talk(const Wording& wording) {
  if (wording.asks || wording.exclaims || wording.announces || wording.refuses) return true;
  if (!wording.ends) return wording.spoken * 2 > wording.phrases;
  return wording.spoken > 0 && (wording.spoken * 4 > wording.phrases || wording.phrases < 3);
}

bool is_talk(std::string_view sentence) {
  return is_talk(wording_of(sentence));
}

bool looks_english(std::string_view text) {
  std::size_t plain = 0;
  std::size_t other = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = code_point_at(text, at);
    if (is_letter(next.value)) ++(next.value < 0x80 ? plain : other);
    at += next.length_bytes;
  }
  return plain > 40 * other;
}

}  // namespace fluxgate
