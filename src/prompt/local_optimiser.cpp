#include "prompt/local_optimiser.h"

#include <utility>

#include "answer/labels.h"
#include "base/ascii.h"
#include "idea/quotations.h"
#include "prompt/clean_up.h"
#include "prompt/idea_phrases.h"
#include "prompt/picture_words.h"

namespace fluxgate {
namespace {

/// To a prompt of so many words only a missing medium is added: 30 to 40 words are best.
constexpr std::size_t kBestPromptWords = 40;
/// Added to ideas with quotations.
constexpr std::string_view kLettering = "clearly legible lettering";

/// The phrases that suit a medium; empty where it needs none.
struct MediumPhrases {
  Medium medium;
  std::string_view name;
  std::string_view light;
  std::string_view composition;
  std::string_view texture;
};

// No colours: an idea may be black and white.
constexpr MediumPhrases kMediumPhrases[] = {
    {Medium::photograph, "photograph", "soft natural light", "balanced composition",
     "sharp focus on the subject"},
    {Medium::watercolor, "watercolor painting", "gentle diffused light",
     "balanced composition with open space", "soft washes on textured paper"},
    {Medium::painting, "digital painting", "soft directional light", "balanced composition",
     "visible brushwork"},
    {Medium::drawing, "illustration", "soft even light", "balanced composition",
     "clean confident lines"},
    {Medium::anime, "anime illustration", "bright clear light", "dynamic framing",
     "clean line work with soft shading"},
    {Medium::pixel_art, "pixel art", "", "clear silhouette",
     "crisp square pixels, limited palette"},
    {Medium::render, "3D render", "soft studio light", "three-quarter view",
     "smooth materials with gentle shadows"},
    {Medium::vector, "vector logo", "", "centered on a plain background",
     "simple bold shapes, clean edges"},
    {Medium::design, "graphic design", "", "clear visual hierarchy, generous margins",
     "crisp shapes, clean edges"},
};

/// The phrases that suit a subject when the medium has none of its own.
struct SubjectPhrases {
  Subject subject;
  Medium medium;
  std::string_view name;  ///< The name of the medium, for an idea that names none.
  std::string_view light;
  std::string_view composition;
  std::string_view texture;  ///< Only for photographs.
};

constexpr SubjectPhrases kSubjectPhrases[] = {
    {Subject::unknown, Medium::photograph, "photograph", "", "", ""},
    {Subject::person, Medium::photograph, "candid photograph", "", "eye-level view",
     "shallow depth of field"},
    {Subject::animal, Medium::photograph, "photograph", "", "eye-level view",
     "shallow depth of field"},
    {Subject::plant, Medium::photograph, "photograph", "soft morning light", "close view",
     "shallow depth of field"},
    {Subject::food, Medium::photograph, "food photograph", "soft window light",
     "close view from slightly above", "shallow depth of field"},
    {Subject::landscape, Medium::photograph, "landscape photograph", "low warm sunlight",
     "wide view with depth", "deep focus"},
    {Subject::building, Medium::photograph, "photograph", "clear morning light",
     "wide view with strong leading lines", "deep focus"},
    {Subject::interior, Medium::photograph, "interior photograph", "daylight from a large window",
     "wide view at eye level", "deep focus"},
    {Subject::vehicle, Medium::photograph, "photograph", "", "three-quarter view", ""},
    {Subject::space, Medium::painting, "digital painting", "light of distant stars",
     "wide view of vast scale", ""},
    {Subject::fantasy, Medium::painting, "digital painting", "dramatic light from behind",
     "dynamic framing", ""},
};

/// The idea in lower case, with spaces for its quotations: the words on a sign say nothing about
/// how the picture is made.
std::string telling_text(std::string_view phrases) {
  std::string text = to_lower(phrases);
  for (const Span& quotation : find_quotations(phrases)) {
    for (std::size_t at = quotation.begin; at < quotation.end; ++at) text[at] = ' ';
  }
  return text;
}

/// Does the idea already use one of the longer words of `phrase`?
bool repeats(std::string_view text, std::string_view phrase) {
  constexpr std::size_t kShortestTellingWord = 5;
  while (!phrase.empty()) {
    const std::size_t end = phrase.find_first_of(" ,");
    const std::string_view word = phrase.substr(0, end);
    if (word.size() >= kShortestTellingWord && mentions(text, word)) return true;
    phrase.remove_prefix(end == std::string_view::npos ? phrase.size() : end + 1);
  }
  return false;
}

bool is_drawn_by_hand(Medium medium) {
  return medium == Medium::watercolor || medium == Medium::painting || medium == Medium::drawing ||
         medium == Medium::anime;
}

class Prompt {
 public:
  explicit Prompt(std::string_view phrases) : prompt_(phrases), text_(telling_text(phrases)) {}

  std::string finish() && {
    const SubjectPhrases& subject = subject_phrases(find_subject(text_));
    const Medium named = find_medium(text_);
    const bool letters_alone = subject.subject == Subject::unknown && has_quotation();
    const Medium chosen = letters_alone ? Medium::design : subject.medium;
    const MediumPhrases& medium = medium_phrases(named == Medium::unknown ? chosen : named);
    const bool photograph = medium.medium == Medium::photograph;
    const bool pictures_a_scene = photograph || is_drawn_by_hand(medium.medium);

    if (named == Medium::unknown) add(letters_alone ? medium.name : subject.name, kMaxPromptWords);
    if (!tells_light(text_)) add(pictures_a_scene ? subject.light : "", medium.light);
    if (!tells_composition(text_)) {
      add(pictures_a_scene ? subject.composition : "", medium.composition);
    }
    // A flat mark keeps its shapes; everywhere else a lettering has to be readable first.
    const bool lettering = has_quotation() && medium.medium != Medium::vector;
    if (lettering) add(kLettering, "");
    if (!lettering) add(photograph ? subject.texture : "", medium.texture);
    return std::move(prompt_);
  }

 private:
  static const SubjectPhrases& subject_phrases(Subject subject) {
    for (const SubjectPhrases& entry : kSubjectPhrases) {
      if (entry.subject == subject) return entry;
    }
    return kSubjectPhrases[0];
  }

  static const MediumPhrases& medium_phrases(Medium medium) {
    for (const MediumPhrases& entry : kMediumPhrases) {
      if (entry.medium == medium) return entry;
    }
    return kMediumPhrases[0];
  }

  bool has_quotation() const { return !find_quotations(prompt_).empty(); }

  /// Adds the first phrase, or the second when there is no first one.
  void add(std::string_view first, std::string_view second) {
    const std::string_view phrase = first.empty() ? second : first;
    if (!repeats(text_, phrase)) add(phrase, kBestPromptWords);
  }

  void add(std::string_view phrase, std::size_t max_words) {
    if (phrase.empty() || prompt_.size() + phrase.size() + 2 > kMaxPromptBytes) return;
    if (count_words(prompt_) + count_words(phrase) > max_words) return;
    prompt_ += ", ";
    prompt_ += phrase;
  }

  std::string prompt_;
  std::string text_;  ///< See telling_text().
};

}  // namespace

std::string optimise_locally(std::string_view idea) {
  const std::string phrases = idea_as_phrases(without_prompt_label(idea));
  if (tidy_prompt(phrases).empty()) return {};
  std::string prompt = Prompt(phrases).finish();
  // An idea may hold what models wrap prompts in; taking off one layer can uncover the next.
  for (std::string clean = tidy_prompt(prompt); clean != prompt; clean = tidy_prompt(prompt)) {
    prompt = std::move(clean);
  }
  return prompt;
}

}  // namespace fluxgate
