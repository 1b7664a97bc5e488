#include "chore/phrases.h"

#include <cstddef>

#include "base/ascii.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

/// The beginnings of NextChat's requests for a title: so many words that no user writes them by
/// chance.
constexpr std::string_view kNextChatTitles[] = {
    "Please generate a four to five word title summarizing our conversation",
    "Use the language used by the user (e.g. en for english conversation, zh-hant for chinese "
    "conversation, etc.) to generate a title",
    "使用四到五个字直接返回这句话的简要主题",
    "请使用四到五个字直接返回这句话的简要主题",
    "使用四到五個字直接返回這句話的簡要主題",
    "この文の簡潔なテーマを四から五文字で返してください",
    "네 글자에서 다섯 글자로 이 문장의 간략한 주제를 반환하세요",
    "Geben Sie ein kurzes Thema in vier bis fünf Wörtern zurück",
    "Utilisez quatre à cinq mots pour retourner le sujet succinct",
    "Devuelve un tema breve de esta frase en cuatro a cinco palabras",
    "Riporta il tema di questa frase in modo conciso con quattro o cinque parole",
    "Por favor, gere um título de quatro a cinco palavras resumindo nossa conversa",
    "Укажите краткую тему этого сообщения в четырех-пяти словах",
    "Sử dụng bốn đến năm từ để trả lại chủ đề tóm tắt của câu này",
    "Bu cümlenin dört ila beş kelimelik kısa başlığını doğrudan verin",
    "استخدم أربع إلى خمس كلمات لإرجاع ملخص مختصر",
    "Gunakan empat hingga lima kata untuk langsung memberikan ringkasan topik",
    "Bruk fire til fem ord for å returnere en kort oppsummering av temaet",
    "Použijte čtyři až pět slov pro stručné téma této věty",
    "Prosím, vygenerujte štvor- až päťslovný titul, ktorý zhrnie našu konverzáciu",
    "চার থেকে পাঁচটি শব্দ ব্যবহার করে এই বাক্যের সংক্ষিপ্ত থিম দিন",
    "Find en kort overskrift med 4-5 ord om emnet",
};

constexpr std::string_view kLibreChatTitles[] = {
    "Provide a concise, 5-word-or-less title for the conversation, using ",
    "Please generate a concise, 5-word-or-less title for the conversation, using ",
    "Please generate a concise title (max 40 characters) for a conversation that starts with",
    "Write a concise title for this conversation in the detected language.",
    "Write a concise title for this conversation in the given language.",
    "Analyze this conversation and provide:\n1. The detected language of the conversation",
    "Detect user language and write in the same language an extremely concise title",
};

/// NextChat's request for a summary: its beginning, and words that it also holds.
struct Summary {
  std::string_view opening;
  std::string_view within;
};

constexpr Summary kNextChatSummaries[] = {
    {"Summarize ", "discussion"},
    {"Summarize ", "conversation"},
    {"Briefly summarize ", "conversation"},
    {"Use the language used by the user", "summarise the conversation"},
    {"简要总结", "对话"},
    {"簡要總結", "對話"},
    {"対話の内容を簡潔に要約", "200"},
    {"대화 내용을 간략히 요약", "200"},
    {"Fassen Sie den Gesprächsinhalt zusammen", "200"},
    {"Faites un résumé succinct de la discussion", "200"},
    {"Resume brevemente el contenido de la conversación", "200"},
    {"Riassumi brevemente il contenuto della conversazione", "200"},
    {"Resuma a discussão", "200"},
    {"Кратко подведите итоги содержимого беседы", "200"},
    {"Tóm tắt nội dung cuộc trò chuyện", "200"},
    {"Sohbet içeriğini kısaca özetleyin", "200"},
    {"قم بتلخيص محتوى الدردشة", "200"},
    {"Berikan ringkasan singkat tentang konten obrolan", "200"},
    {"Oppsummer samtalen kort", "200"},
    {"Stručně shrňte obsah konverzace", "200"},
    {"Stručne zhrňte diskusiu", "200"},
    {"আলোচনার বিষয়বস্তু সংক্ষিপ্তভাবে সারাংশ করুন", "২০০"},
    {"Skriv et kort resumé", "200"},
};

std::string_view last_line(std::string_view text) {
  const std::size_t line_break = text.find_last_of("\r\n");
  return line_break == kNowhere ? text : text.substr(line_break + 1);
}

template <std::size_t n>
bool starts_with_one_of(std::string_view text, const std::string_view (&openings)[n]) {
  for (const std::string_view opening : openings) {
    if (starts_with_ignoring_case(text, opening)) return true;
  }
  return false;
}

}  // namespace

bool asks_for_title(std::string_view text) {
  constexpr std::string_view kTitleMark = "||>Title:";
  return starts_with_one_of(trim_white_space(last_line(text)), kNextChatTitles) ||
         starts_with_one_of(text, kLibreChatTitles) ||
         (text.size() > kTitleMark.size() &&
          text.substr(text.size() - kTitleMark.size()) == kTitleMark);
}

bool asks_for_summary(std::string_view text) {
  return starts_with_ignoring_case(
             text,
             "Summarize the conversation by integrating new lines into the current summary") &&
         text.find("Current summary:") != kNowhere;
}

bool asks_for_summary_as_system(std::string_view text) {
  for (const Summary& summary : kNextChatSummaries) {
    if (starts_with_ignoring_case(text, summary.opening) &&
        find_ignoring_case(text, summary.within) != kNowhere) {
      return true;
    }
  }
  return false;
}

}  // namespace fluxgate
