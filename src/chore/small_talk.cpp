#include "chore/small_talk.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "base/ascii.h"
#include "base/utf8.h"
#include "base/words.h"
#include "chore/text_order.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

/// Whoever greets writes little.
constexpr std::size_t kMaxBytes = 80;

struct Language {
  std::string_view answer;
  std::string_view phrases;  ///< Each is a message by itself; '|' separates them.
};

constexpr Language kLanguages[] = {
    {"Hello! Describe a picture, and it is made.",
     "hi|hello|hey|heya|hiya|howdy|yo|good morning|good afternoon|"
     "good evening|good night|greetings|thanks|thank you|"
     "thank you very much|thx|ty|cheers|bye|goodbye|ok|okay|cool|great|nice|"
     "perfect|awesome|wow|lovely|test|testing|this is a test|ping|"
     "hello world|how are you|how are you doing|how's it going|what's up|"
     "who are you|what are you|what is your name|what's your name|"
     "what can you do|what do you do|can you help me|are you there|"
     "are you working|is this working|does this work|are you online|"
     "which model are you|what model are you|are you an ai|are you a bot|"
     "can you confirm my api key works|reply|reply with|please reply with|"
     "please respond with|please answer with|just say|say|please say|"
     "respond|respond with|answer|answer with|reply only with|reply exactly"},
    {"Hallo! Beschreibe ein Bild, und es wird gemacht.",
     "hallo|guten morgen|guten tag|guten abend|gute nacht|moin|servus|"
     "grüß gott|grüezi|danke|danke schön|vielen dank|dankeschön|"
     "tschüss|wie geht's|wie geht es dir|wer bist du|was kannst du|"
     "bist du da|funktioniert das|antworte mit|sag"},
    {"Bonjour ! Décrivez une image, et elle sera créée.",
     "bonjour|salut|bonsoir|coucou|merci|merci beaucoup|au revoir|ça va|"
     "comment ça va|comment vas tu|comment allez vous|qui es tu|"
     "qui êtes vous|que peux tu faire|réponds|dis"},
    {"¡Hola! Describe una imagen y la creo.",
     "hola|buenos días|buenos dias|buenas|buenas tardes|buenas noches|"
     "gracias|muchas gracias|adiós|qué tal|cómo estás|quién eres|"
     "qué puedes hacer|prueba|responde con"},
    {"Olá! Descreva uma imagem, e ela será criada.",
     "olá|ola|oi|bom dia|boa tarde|boa noite|obrigado|obrigada|"
     "muito obrigado|tudo bem|quem é você|o que você faz|teste"},
    {"Ciao! Descrivi un'immagine e verrà creata.",
     "ciao|salve|buongiorno|buonasera|grazie|grazie mille|come stai|come va|"
     "chi sei|cosa sai fare|prova"},
    {"Hallo! Beschrijf een afbeelding en ze wordt gemaakt.",
     "hoi|goedemorgen|goedendag|goedemiddag|goedenavond|dank je|dank je wel|"
     "bedankt|wie ben je|hoe gaat het"},
    {"Hej! Beskriv en bild, så skapas den.",
     "hej|god morgon|god kväll|tack|tack så mycket|hei|takk|tak|"
     "hvordan går det|moi|kiitos|vem är du"},
    {"Cześć! Opisz obraz, a powstanie.",
     "cześć|czesc|dzień dobry|dobry wieczór|dziękuję|dzięki|"
     "kim jesteś|jak się masz"},
    {"Merhaba! Bir resim tarif edin, oluşturulsun.",
     "merhaba|selam|günaydın|iyi akşamlar|iyi günler|teşekkürler|"
     "teşekkür ederim|nasılsın|sen kimsin|deneme"},
    {"Xin chào! Hãy mô tả một bức ảnh để tạo nó.",
     "xin chào|chào|chào bạn|cảm ơn|bạn là ai|bạn khỏe không"},
    {"Halo! Jelaskan sebuah gambar, lalu gambar itu dibuat.",
     "halo|hai|selamat pagi|selamat siang|selamat sore|terima kasih|"
     "apa kabar|siapa kamu|tes"},
    {"Здравствуйте! Опишите картинку, и она будет создана.",
     "привет|здравствуй|здравствуйте|"
     "добрый день|доброе утро|добрый вечер|"
     "спасибо|большое спасибо|как дела|"
     "кто ты|что ты умеешь|тест|проверка|"
     "пока"},
    {"Вітаю! Опишіть зображення, і його буде створено.",
     "привіт|вітаю|добрий день|дякую|хто ти|"
     "як справи"},
    {"مرحبا! صف صورة وسيتم إنشاؤها.",
     "مرحبا|مرحباً|أهلا|السلام عليكم|شكرا|"
     "شكراً|من أنت|كيف حالك|اختبار"},
    {"नमस्ते! किसी चित्र का वर्णन करें, वह बना दिया जाएगा।",
     "नमस्ते|नमस्कार|धन्यवाद|"
     "आप कौन हैं|कैसे हो|हैलो"},
    {"你好！请描述一幅画面，我就会生成它。",
     "你好|您好|嗨|哈喽|哈囉|哈罗|早上好|早安|下午好|"
     "晚上好|晚安|谢谢|謝謝|谢谢你|多谢|再见|在吗|在嗎|"
     "测试|測試|测试一下|你是谁|你是誰|你能做什么|"
     "你会什么|你会做什么|你叫什么名字"},
    {"こんにちは！描いてほしい画像を説明してください。",
     "こんにちは|こんばんは|おはよう|"
     "おはようございます|ありがとう|"
     "ありがとうございます|テスト|もしもし|あなたは誰|"
     "あなたは誰ですか|何ができますか|はじめまして"},
    {"안녕하세요! 그림을 설명해 주시면 만들어 드립니다.",
     "안녕|안녕하세요|안녕하십니까|감사합니다|고마워|"
     "고마워요|고맙습니다|테스트|누구세요|넌 누구야|"
     "뭐 할 수 있어"},
    {"สวัสดี! อธิบายภาพที่ต้องการ แล้วภาพจะถูกสร้างขึ้น",
     "สวัสดี|ขอบคุณ|สวัสดีครับ|"
     "สวัสดีค่ะ|ขอบคุณครับ|"
     "ขอบคุณค่ะ"},
};

/// Words that may stand beside such a phrase.
constexpr std::string_view kCompany =
    "there|dir|ihnen|à vous|a ti|you too|again|all|everyone|so much|very much|a lot|you|please|bot|"
    "ai|assistant|friend|buddy|mate|leute|zusammen|à tous|a todos|a tutti|1|2|3|one|two|three|123|"
    "is|it|and|the|connection|successful|just|back|my|today|works|working|yes|no|that "
    "is|very|呀|啊|"
    "吗|嗎|ね|よ|か|们";

/// One phrase of kLanguages or of kCompany, whose answer is empty.
struct Phrase {
  std::string_view text;
  std::string_view answer;
};

/// All phrases one by one: every short message is compared with them.
constexpr auto kPhrases = [] {
  constexpr std::size_t kCount = [] {
    std::size_t count = count_listed(kCompany);
    for (const Language& language : kLanguages) count += count_listed(language.phrases);
    return count;
  }();
  std::array<Phrase, kCount> phrases{};
  std::size_t filled = 0;
  const auto add = [&](std::string_view list, std::string_view answer) {
    each_word(list, [&](std::string_view phrase) {
      phrases[filled++] = {phrase, answer};
      return true;
    });
  };
  add(kCompany, "");
  for (const Language& language : kLanguages) add(language.phrases, language.answer);
  return phrases;
}();

/// The longest phrase that `text` begins with; empty when it begins with none. In scripts with
/// spaces a phrase ends with a word.
Phrase find_phrase(std::string_view text) {
  Phrase longest;
  for (const Phrase& phrase : kPhrases) {
    if (phrase.text.front() != text.front() || phrase.text.size() <= longest.text.size()) continue;
    if (!starts_with_at(text, 0, phrase.text)) continue;
    const std::string_view behind = text.substr(phrase.text.size());
    const bool wide = static_cast<unsigned char>(phrase.text.back()) >= 0x80 &&
                      static_cast<unsigned char>(phrase.text.front()) >= 0xE0;
    if (wide || behind.empty() || behind.front() == ' ') longest = phrase;
  }
  return longest;
}

/// The words of a message in lower case, with blanks for everything else.
std::string words_of(std::string_view message) {
  std::string words;
  for (std::size_t at = 0; at < message.size();) {
    const CodePoint next = code_point_at(message, at);
    at += next.length_bytes;
    const char32_t value = lower_case(next.value);
    const bool kept = is_letter(value) || value == '\'' || (value >= '0' && value <= '9');
    append_utf8(words, kept ? value : U' ');
  }
  return std::string(trim_white_space(words));
}

/// Does a phrase order to say something? What that is does not matter.
bool orders_reply(std::string_view phrase) {
  return find_any(phrase, "reply|respond|answer|say|antworte|sag|réponds|dis|responde") != kNowhere;
}

/// Is `word` a name that is called, with a capital at its start and a mark behind it? "Hello Kitty"
/// is a picture.
bool is_name(std::string_view message, std::string_view word) {
  const std::size_t at = find_ignoring_case(message, word);
  const bool calls = message.ends_with('!') || message.ends_with('.') || message.ends_with('?');
  return calls && at != kNowhere && word.size() <= 20 && word.find(' ') == kNowhere &&
         message[at] >= 'A' && message[at] <= 'Z';
}

}  // namespace

std::string_view small_talk_answer(std::string_view message) {
  if (message.size() > kMaxBytes) return {};
  const std::string words = words_of(message);
  std::string_view rest = words;
  std::string_view answer;
  std::size_t phrases = 0;
  while (!rest.empty()) {
    const Phrase phrase = find_phrase(rest);
    if (answer.empty()) answer = phrase.answer;
    if (!phrase.answer.empty() && orders_reply(phrase.text)) {
      const std::string_view said = trim_white_space(rest.substr(phrase.text.size()));
      const bool is_long =
          std::count(said.begin(), said.end(), ' ') > 3 || message.find(',') != kNowhere;
      const bool is_lone_verb = phrase.text.find(' ') == kNowhere;
      return names_picture(rest) || (is_lone_verb && is_long) ? "" : answer;
    }
    if (phrase.text.empty()) return phrases == 1 && is_name(message, rest) ? answer : "";
    ++phrases;
    rest = trim_white_space(rest.substr(phrase.text.size()));
  }
  return answer;
}

}  // namespace fluxgate
