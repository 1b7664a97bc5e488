#include "provider/dialect.h"

#include "base/ascii.h"
#include "provider/find_picture.h"

namespace fluxgate {
namespace {

/// Does `model` hold any of `names`, which spaces separate, in any ASCII case?
bool holds_any(std::string_view model, std::string_view names) {
  for (const std::string_view name : split_list(names, ' ')) {
    if (find_ignoring_case(model, name) != kNowhere) return true;
  }
  return false;
}

}  // namespace

void append_key(Request& request, const KeyHeader& header, std::string_view key, UnixMs now_ms) {
  if (key.empty()) return;
  std::string value(header.prefix);
  request.headers.append(header.name, header.sign == nullptr
                                          ? value.append(key)
                                          : value.append(header.sign(key, now_ms)));
}

Result<Step> read_answer_text(const Dialect& dialect, std::string_view text, int status,
                              const Headers& headers, std::string_view asked_url) {
  if (trim(text).empty()) return no_picture("img_no_url");
  const Result<json::Document> document = json::Document::parse(text);
  if (!document) return no_picture("img_bad_json");
  return dialect.read({status, headers, document->root(), asked_url});
}

bool takes_seed(const Dialect& dialect, std::string_view model) {
  return dialect.takes_seed && !holds_any(model, dialect.seedless_models);
}

bool takes_negative_prompt(const Dialect& dialect, std::string_view model) {
  const std::string_view models = dialect.negative_prompt_models;
  return dialect.takes_negative_prompt && (models.empty() || holds_any(model, models));
}

const ModelReferences* references_of(const Dialect& dialect, std::string_view model) {
  for (const ModelReferences& each : dialect.references) {
    if (find_ignoring_case(model, each.name) == kNowhere) continue;
    return each.most == 0 ? nullptr : &each;
  }
  return nullptr;
}

KeyHeader key_header(const ProviderSettings& provider, const Dialect& dialect) {
  const std::string_view own = provider.key_header;
  if (own.empty()) return dialect.key;
  return {own, own == "authorization" ? "Bearer " : ""};
}

}  // namespace fluxgate
