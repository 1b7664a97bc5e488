#include "chore/text_order.h"

#include <algorithm>
#include <string>

#include "base/ascii.h"
#include "base/utf8.h"
#include "base/words.h"
#include "idea/characters.h"
#include "idea/quotations.h"

namespace fluxgate {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

/// An order stands at the start of a message or behind the data, and has some hundred words.
constexpr std::size_t kReadBytes = 4096;

// Words by what they say, as base/words.h reads them.

struct Product {
  ChoreKind kind;
  std::string_view words;
};

/// Texts that programs ask for. The first that occurs decides.
constexpr Product kProducts[] = {
    {ChoreKind::title,
     "title*|titel*|titre*|titol*|tytuł*|título*|заголов|назван|тему|标题|標題|"
     "主题|タイトル|題名|제목|başlık*|tiêu đề|judul|عنوان|शीर्षक|give this conversation a name|"
     "short name for|topic of this conversation|3-5 word phrase"},
    {ChoreKind::summary,
     "summar*|checkpoint|prompt for "
     "continuing|recap|zusammenfass*|fass|fasse|fassen|résum*|resume|resumir|resúmen|resumen|"
     "resumo|"
     "resuma|riassu*|samenvat*|streszcz*|podsumuj|краткое содержание|кратко излож|подведи|резюм|"
     "总结|總結|摘要|概括|要約|まとめ|요약|özet|tóm tắt|rangkum*|ringkas*|لخص|ملخص|सारांश|"
     "compact*"},
    {ChoreKind::tags,
     "tags|hashtag*|keyword*|schlagw*|stichwort*|mots-clés|palabras clave|palavras-chave|"
     "parole chiave|тег|ключевые слова|标签|標籤|关键词|關鍵詞|關鍵字|タグ|キーワード|태그|키워드|"
     "etiket*|label|labels"},
    {ChoreKind::queries,
     "search quer*|queries|search term*|standalone question|standalone quer*|rephras*|search "
     "keyword*|suchbegriff*|suchanfrag*|requêtes|consultas|consulta de "
     "búsqueda|поисков|检索|搜索词|"
     "搜索关键词|搜索|検索|검색"},
    {ChoreKind::follow_ups,
     "follow-up questions|follow up questions|follow_ups|next questions|suggested repl*|quick "
     "repl*|likely questions|"
     "anschlussfrag*|folgefrag*|kurze antworten|antworten vor|questions de suivi|relancer|"
     "preguntas de seguimiento|追问|接下来|后续问题|次の質問|후속 질문|вопроса, которые|"
     "predict the three most"},
    {ChoreKind::emoji, "emoji*|émoji|表情符号|絵文字|이모지|эмодзи"},
    {ChoreKind::autocomplete,
     "autocomplet*|auto-complet*|complete the text|continue the text|补全"},
    {ChoreKind::other,
     "translat*|übersetz*|traduc*|traduis*|tradui*|traduza*|traduz*|vertaal*|tłumacz*|перевод|"
     "переведи|翻译|翻譯|翻訳|번역|çevir*|dịch|terjemah*|ترجم|अनुवाद|classif*|categor*|klassifiz*|"
     "detect the language|detect language|language code|iso 639*|spracherkennung|idioma del texto|"
     "extract*|router|which tool|sentiment|emotion of|json|facts and|memories|next reply|"
     "subject and intention|分类|分類|提取|抽出|추출|извлеки|extrahier*|extrais*"},
};

/// What a text is about when it is about the talk itself.
constexpr std::string_view kTalkWords =
    "conversation*|chat history|first exchange|lines of conversation|source text|the "
    "query|question|diffs|this chat|the chat|chat title|chat titles|a chat|chats|dialog*|"
    "discussion|discusión|session|messages|message|transcript|the above|so far|user's input|user "
    "input|"
    "user's message|user's question|user's request|user request|user prompt|the following text|"
    "following text|following content|the text|text provided|provided content|previous query|"
    "following query|following paragraph|next "
    "line|input|gespräch*|chatverlauf|unterhaltung|nutzers|"
    "folgenden text|des nutzers|der nutzer|l'utilisateur|échange|ci-dessus|texte suivant|"
    "conversación|usuario|texto siguiente|siguiente texto|conversa|usuário|texto a seguir|"
    "conversazione|utente|seguente testo|gesprek|gebruiker|rozmow*|użytkownik*|бесед|диалог|"
    "разговор|переписк|сообщени|пользовател|следующий текст|текст "
    "ниже|текст|对话|對話|会话|會話|聊天|"
    "历史|用户|用戶|以下内容|以下文本|以下文字|这句话|這句話|输入|会話|ユーザー|以下の文|入力|上記|"
    "この文|"
    "문장|대화|사용자|다음 텍스트|다음 문장|다음 글|sohbet*|konuşma*|kullanıcı*|aşağıdaki "
    "metni|metni|cuộc trò chuyện|"
    "người dùng|percakapan|pengguna|محادثة|النص|बातचीत|chunk|context window|checkpoint|roleplay|"
    "passage|paragraph";

/// How a text is to be written when a program reads it.
constexpr std::string_view kLimitWords =
    "only|nothing else|not exceed|restricted|in the same language|standalone|detailed|no more "
    "than|at most|or less|or fewer|fewer than|less than|in less|maximum|"
    "max|no quot*|without quot*|no punctuation|without any|no other text|no explanation*|"
    "do not include|don't include|do not answer|just|exactly|strictly|concise*|brief*|short|json|"
    "words|word|characters|one word|single|respond with|reply with|directly|plain text|ignoring|"
    "your only task|your task is|your job|nur|ausschließlich|höchstens|maximal|kurzen|kurz|wörter|"
    "wörtern|ohne|uniquement|seulement|maximum|mots|sans|court|ne donne "
    "que|únicamente|solamente|solo|"
    "palabras|sin|máximo|somente|apenas|palavras|sem|máximo|soltanto|parole|massimo|senza|"
    "restituisci|alleen|maximaal|woorden|tylko|wyłącznie|słów|только|не "
    "более|слов|без|ответь|кратк|"
    "只|仅|僅|不要|不超过|以内|以內|直接|个字|個字|字以|简洁|簡短|简短|のみ|だけ|以内|文字|不要|"
    "簡潔|短い|"
    "만 응답|만 출력|하지 마|간략|글자|yalnızca|sadece|kelime|chỉ|hanya|maksimal|kata|فقط|केवल|"
    "no lead-in|lead-in|checkpoint|context";

/// What can be seen, and how pictures are made.
constexpr std::string_view kVisualWords =
    "screenshot*|mockup*|draw|draws|drawing|drawn|paint|paints|painted|painting*|sketch*|picture*|"
    "poster*|illustrat*|"
    "watercolor*|watercolour*|logo*|sticker*|comic*|cartoon*|infographic*|mural*|photo*|portrait*|"
    "render*|canvas|palette|cover|card|cards|icon|banner*|wallpaper*|storyboard*|sculpture*|"
    "engraving|tattoo*|t-shirt*|mug|neon|artwork|art|image|images|oil on|gouache|pencil|"
    "pixel*|anime|visual*|scene|sign|signs|typograph*|lettering|zeichn*|male|malen|gemälde|bild|"
    "bilder|plakat*|foto*|buchcover|aquarell*|dessin*|peins|peinture|affiche*|aquarelle|"
    "dibuj*|pinta|pintura|cartel|imagen|acuarela|desenh*|pinte|imagem|capa|cartaz|disegn*|dipin*|"
    "immagine|locandina|copertina|teken*|schilder*|tekening|rysuj|narysuj|obraz*|plakat|нарису|"
    "рисун|картин|плакат|обложк|изображ|画|畫|海报|海報|封面|插画|插畫|图片|圖片|图像|信息图|照片|"
    "描い|"
    "ポスター|イラスト|絵|그려|그림|포스터|삽화|çiz|resim|resmi|afiş|kapa*|vẽ|bức "
    "tranh|gambar*|lukis*|"
    "ارسم|صورة|चित्र|बनाओ";

/// Words by which a system message gives the whole job: "You are a title generator".
constexpr std::string_view kRoleWords =
    "you are a*|you are an*|i will give you|i will provide|help me|now, your urgent task|your "
    "urgent task|por favor|si prega|com base|your task*|your role|your job|your only|you will|you "
    "need to|you have to|"
    "du bist|du erzeugst|deine aufgabe|tu es|ta tâche|eres|tu tarea|você é|sua tarefa|sei "
    "un*|ты|вы|"
    "твоя задача|你是|你需要|你的任务|您是|あなたは|당신은|너는|sen bir|je bent|jesteś|kamu adalah|"
    "bạn là|أنت";

/// Verbs at the start of a sentence that orders a text.
constexpr std::string_view kOrders =
    "generate|create|write|give|provide|produce|return|respond|reply|output|summarize|summarise|"
    "translate|extract|classify|suggest|rephrase|rewrite|decide|determine|detect|name|analyze|"
    "analyse|condense|compress|progressively|briefly|please|based on|given|in your next|update|"
    "treat|what would|"
    "identify|label|tag|compose|make|erstelle|schreibe|gib|fasse|fass|nenne|übersetze|vergib|"
    "schlage|antworte|finde|bitte|"
    "donne|génère|rédige|résume|traduis|choisis|propose|écris|extrais|veuillez|genera|escribe|"
    "resume|resuma|traduce|da|dale|devuelve|detecta|gere|crie|escreva|traduza|dê|crea|scrivi|"
    "riassumi|traduci|"
    "dai|estrai|geef|maak|schrijf|vat|vertaal|utwórz|napisz|podsumuj|przetłumacz|podaj|создай|"
    "напиши|придумай|дай|сформулируй|кратко|переведи|предложи|составь|извлеки|总结|總結|请|請|为|"
    "為|根据|根據|将|把|"
    "使用|用|生成|翻译|翻譯|提取|概括|以下|上記|この|会話|次の|ここまで|上|다음|위|이|지금까지|"
    "oluştur|yaz|özetle|çevir|"
    "aşağıdaki|bu|hãy|tóm|buat*|berikan|rangkum|terjemahkan|لخص|اكتب|ترجم|أنشئ|"
    "use the language|detect user language|hold on|ignore previous|pause your|in the next";

/// Who makes nothing but texts.
constexpr std::string_view kEngineWords =
    "engine|generator|titler|summarizer|summariser|rephraser|translator|classifier|router|"
    "summarization ai|titles assistant|assistant skilled|optimization expert|translation expert|"
    "generator*|übersetzer|traducteur|traductor|tradutor|traduttore|vertaler|генератор|переводчик|"
    "引擎|助理|助手|エンジン|번역기|도우미";

/// How a program hands over a summary that it has already.
constexpr std::string_view kTellingWords =
    "this is|here is|the conversation is|das ist|dies ist|c'est|ceci est|voici|esto es|este "
    "es|esta es|"
    "isto é|este é|questo è|questa è|это|这是|這是|これは|이것은|bu,|bu |to jest|dit is|below is";

/// How orders for pictures begin.
constexpr std::string_view kDrawingOrders =
    "draw|now draw|paint|sketch|illustrate|render|always draw|just draw|then "
    "draw|turn|zeichne|male|dessine|"
    "peins|dibuja|pinta|desenhe|pinte|disegna|dipingi|teken|schilder|narysuj|namaluj|нарисуй|画|畫|"
    "絵を|çiz|vẽ|gambar|always answer with an image";

bool holds(std::string_view text, std::string_view words) {
  return find_any(text, words) != kNowhere;
}

/// The beginning and the end of a message, and whether data stood in tags between.
struct Order {
  std::string text;  ///< In lower case, with blanks for quotations, tags and code.
  bool holds_data = false;
  bool quotes = false;  ///< A quotation of a few words stood there.
};

/// Blots out from `begin` to `end`.
void blot(std::string& text, std::size_t begin, std::size_t end) {
  std::fill(text.begin() + static_cast<std::ptrdiff_t>(begin),
            text.begin() + static_cast<std::ptrdiff_t>(std::min(end, text.size())), ' ');
}

/// The name of the tag that opens at `at`: "chat_history" of "<chat_history>"; empty for others.
std::string_view opened_tag(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (is_alnum(text[end]) || text[end] == '_' || text[end] == '-')) ++end;
  if (end == at + 1 || end >= text.size() || text[end] != '>') return {};
  return text.substr(at + 1, end - at - 1);
}

/// Takes data out of a message: what stands in tags, in fences, and the lines of a copied talk.
void take_out_data(Order& order) {
  std::string& text = order.text;
  for (std::size_t at = text.find('<'); at != kNowhere; at = text.find('<', at + 1)) {
    const std::string_view tag = opened_tag(text, at);
    const bool named = at > 0 && text[at - 1] == '`';  // "the `<content>` block"
    if (tag.empty() || named) continue;
    std::string closing("</");
    closing.append(tag).push_back('>');
    const std::size_t end = text.find(closing, at);
    if (end == kNowhere) continue;
    order.holds_data = true;
    blot(text, at, end + closing.size());
  }
  for (const std::string_view fence : {"```", "\"\"\"", "\n---"}) {
    for (std::size_t at = text.find(fence); at != kNowhere; at = text.find(fence, at)) {
      const std::size_t end = text.find(fence, at + fence.size());
      if (end == kNowhere) break;
      if (end - at > 12) order.holds_data = true;
      blot(text, at, end + fence.size());
    }
  }
  constexpr std::string_view kSpeakers =
      "user:|assistant:|human:|ai:|nutzer:|assistent:|utilisateur :|assistant "
      ":|usuario:|asistente:|"
      "usuário:|assistente:|пользователь:|ассистент:|用户：|用户:|助手：|助手:|使用者：|ai：|"
      "user：|"
      "ユーザー：|アシスタント：|사용자:|gebruiker:|kullanıcı:|asistan:|utente:|# user|# assistant";
  std::size_t speakers = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line =
        trim_white_space(std::string_view(text).substr(begin, end - begin));
    std::string_view names = kSpeakers;
    bool speaks = false;
    while (!names.empty()) {
      const std::size_t bar = std::min(names.find('|'), names.size());
      speaks = speaks || starts_with_at(line, 0, names.substr(0, bar));
      names.remove_prefix(std::min(bar + 1, names.size()));
    }
    if (speaks) {
      ++speakers;
      blot(text, begin, end);
    }
    begin = end + 1;
  }
  order.holds_data = order.holds_data || speakers > 0;
}

Order order_in(std::string_view message) {
  Order order;
  message = trim_white_space(message);
  std::string ends(utf8_prefix(message, kReadBytes));
  if (message.size() > 2 * kReadBytes) {
    ends.append("\n").append(message.substr(message.size() - kReadBytes));
  } else {
    ends = message;
  }
  order.text = lower_text(ends);
  take_out_data(order);
  for (const Span& span : find_quotations(order.text)) {
    order.quotes = order.quotes || span.end - span.begin > 12;
    blot(order.text, span.begin, span.end);
  }
  return order;
}

/// Does a sentence of the text begin with one of `words`?
bool begins_sentence(std::string_view text, std::string_view words) {
  bool at_start = true;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = code_point_at(text, at);
    const bool ends = next.value == '.' || next.value == '\n' || next.value == '!' ||
                      next.value == '?' || next.value == ':' || next.value == U'。' ||
                      next.value == U'，' || next.value == ',' || next.value == U'：' ||
                      next.value == '[' || next.value == '#';
    const bool blank =
        is_blank(next.value) || next.value == '*' || next.value == '-' || next.value == '(';
    if (at_start && !blank && !ends) {
      std::string_view list = words;
      while (!list.empty()) {
        const std::size_t bar = std::min(list.find('|'), list.size());
        std::string_view word = list.substr(0, bar);
        const bool open = word.back() == '*';
        if (open) word.remove_suffix(1);
        const std::size_t behind = at + word.size();
        const bool ascii = static_cast<unsigned char>(word.back()) < 0x80;
        if (starts_with_at(text, at, word) &&
            (open || !ascii || behind >= text.size() || !is_alnum(text[behind]))) {
          return true;
        }
        list.remove_prefix(std::min(bar + 1, list.size()));
      }
      at_start = false;
    }
    if (ends) at_start = true;
    at += next.length_bytes;
  }
  return false;
}

ChoreKind product_in(std::string_view text) {
  ChoreKind kind = ChoreKind::none;
  std::size_t first = kNowhere;
  for (const Product& product : kProducts) {
    const std::size_t at = find_any(text, product.words);
    if (at >= first) continue;
    first = at;
    kind = product.kind;
  }
  return kind;
}

/// The length of the sentence or line that `text` begins with.
std::size_t sentence_end(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = code_point_at(text, at);
    at += next.length_bytes;
    constexpr std::u32string_view kEnds = U".!?\n。！？;";
    if (kEnds.find(next.value) == std::u32string_view::npos) continue;
    const bool inside = next.value == '.' && at < text.size() && is_alnum(text[at]);
    if (!inside) return at;
  }
  return text.size();
}

/// What the sentences of a message say.
struct Signs {
  ChoreKind product = ChoreKind::none;  ///< Of the first sentence that names one.
  bool draws_product = false;           ///< The same sentence names what can be seen.
  bool shows = false;                   ///< Any sentence does.
  bool draws = false;                   ///< A sentence orders a picture, or gives that job.
  bool about_talk = false;
  bool limits = false;
  bool orders = false;     ///< A sentence begins with a verb that orders.
  bool has_role = false;   ///< A sentence gives the whole job.
  bool is_engine = false;  ///< That job is making such a text.
  bool tells = false;      ///< A sentence gives such a text, for it begins with "This is".

  bool is_first = true;      ///< No sentence was taken yet.
  bool shows_first = false;  ///< The first sentence names what can be seen.
  bool draws_last = false;   ///< The last sentence orders a picture.

  void take(std::string_view sentence) {
    const bool visual = holds(sentence, kVisualWords);
    const bool role = begins_sentence(sentence, kRoleWords);
    const bool order = begins_sentence(sentence, kOrders);
    const ChoreKind found = product_in(sentence);
    if (found != ChoreKind::none && !visual) {
      if (product == ChoreKind::none || draws_product) product = found;
      draws_product = false;
      tells = tells || (is_first && begins_sentence(sentence, kTellingWords));
      is_engine = is_engine || (role && holds(sentence, kEngineWords));
    }
    if (found != ChoreKind::none && visual && product == ChoreKind::none) {
      product = found;
      draws_product = true;
    }
    if (trim_white_space(sentence).empty()) return;
    shows_first = shows_first || (is_first && visual);
    draws_last = visual && begins_sentence(sentence, kDrawingOrders);
    is_first = false;
    shows = shows || visual;
    draws = draws || (visual && (role || order || begins_sentence(sentence, kDrawingOrders)));
    if (visual) return;
    about_talk = about_talk || holds(sentence, kTalkWords);
    limits = limits || holds(sentence, kLimitWords);
    orders = orders || order;
    has_role = has_role || role;
  }
};

}  // namespace

bool names_picture(std::string_view text) {
  return holds(text, kVisualWords);
}

Chore text_ordered_in(std::string_view message, MessagePlace place) {
  const Order order = order_in(message);
  Signs signs;
  for (std::string_view rest = order.text; !rest.empty();) {
    const std::size_t end = sentence_end(rest);
    signs.take(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  if (signs.product == ChoreKind::none || signs.draws_product) return {};
  const bool about_talk = signs.about_talk || order.holds_data;
  bool is_order = false;
  switch (place) {
    case MessagePlace::user:
      if (signs.shows_first || (signs.draws_last && !order.holds_data)) return {};
      // Data that a program copies into its order may speak of pictures.
      is_order = (signs.orders || signs.has_role || (order.holds_data && signs.limits)) &&
                 (about_talk || (order.quotes && signs.orders)) &&
                 (signs.limits || order.holds_data) && (!signs.shows || signs.limits);
      break;
    case MessagePlace::last_system: is_order = (about_talk || signs.limits) && !signs.draws; break;
    case MessagePlace::system:
      is_order = !signs.draws && !signs.tells &&
                 (signs.is_engine || (signs.orders && about_talk) ||
                  (signs.limits && (signs.has_role || signs.orders || about_talk)));
      break;
  }
  if (!is_order) return {};
  return {signs.product, holds(order.text, "json") ? ChoreForm::json : ChoreForm::text};
}

}  // namespace fluxgate
