// Words by what they say in an order for text, as base/words.h reads them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/words.h"
#include "chore/signs.h"

namespace fluxgate {

struct Product {
  ChoreKind kind;
  std::string_view words;
};

/// Texts that programs ask for. The first that occurs decides.
inline constexpr Product kProducts[] = {
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

/// One word of kProducts.
struct ProductWord {
  std::string_view word;
  ChoreKind kind = ChoreKind::none;
  std::uint16_t first_pair = 0;  ///< PairsIn::place_of() its first two bytes.
};

/// The words of kProducts one by one: every message is searched for them.
inline constexpr auto kProductWords = [] {
  constexpr std::size_t kCount = [] {
    std::size_t count = 0;
    for (const Product& product : kProducts) count += count_listed(product.words);
    return count;
  }();
  std::array<ProductWord, kCount> words{};
  std::size_t filled = 0;
  for (const Product& product : kProducts) {
    each_word(product.words, [&](std::string_view word) {
      const auto first_pair = static_cast<std::uint16_t>(PairsIn::place_of(word[0], word[1]));
      words[filled++] = {word, product.kind, first_pair};
      return true;
    });
  }
  return words;
}();

/// What a text is about when it is about the talk itself.
inline constexpr std::string_view kTalkWords =
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
inline constexpr std::string_view kLimitWords =
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
inline constexpr std::string_view kVisualWords =
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
inline constexpr std::string_view kRoleWords =
    "you are a*|you are an*|i will give you|i will provide|help me|now, your urgent task|your "
    "urgent task|por favor|si prega|com base|your task*|your role|your job|your only|you will|you "
    "need to|you have to|"
    "du bist|du erzeugst|deine aufgabe|tu es|ta tâche|eres|tu tarea|você é|sua tarefa|sei "
    "un*|ты|вы|"
    "твоя задача|你是|你需要|你的任务|您是|あなたは|당신은|너는|sen bir|je bent|jesteś|kamu adalah|"
    "bạn là|أنت";

/// Verbs at the start of a sentence that orders a text.
inline constexpr std::string_view kOrders =
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
inline constexpr std::string_view kEngineWords =
    "engine|generator|titler|summarizer|summariser|rephraser|translator|classifier|router|"
    "summarization ai|titles assistant|assistant skilled|optimization expert|translation expert|"
    "generator*|übersetzer|traducteur|traductor|tradutor|traduttore|vertaler|генератор|переводчик|"
    "引擎|助理|助手|エンジン|번역기|도우미";

/// How a program hands over a summary that it has already.
inline constexpr std::string_view kTellingWords =
    "this is|here is|the conversation is|das ist|dies ist|c'est|ceci est|voici|esto es|este "
    "es|esta es|"
    "isto é|este é|questo è|questa è|это|这是|這是|これは|이것은|bu,|bu |to jest|dit is|below is";

/// How orders for pictures begin.
inline constexpr std::string_view kDrawingOrders =
    "draw|now draw|paint|sketch|illustrate|render|always draw|just draw|then "
    "draw|turn|zeichne|male|dessine|"
    "peins|dibuja|pinta|desenhe|pinte|disegna|dipingi|teken|schilder|narysuj|namaluj|нарисуй|画|畫|"
    "絵を|çiz|vẽ|gambar|always answer with an image";

}  // namespace fluxgate
