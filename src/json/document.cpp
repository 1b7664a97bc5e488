// The skimmer says where the values stand; nlohmann/json reads those that are asked for.
#include "json/document.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/decimal.h"
#include "json/mend.h"

namespace fluxgate::json {

/// So many values have room at once: an answer of a language model has some 25.
constexpr std::size_t kUsualValues = 32;

struct Tree {
  std::string_view text;
  Bytes mended;  ///< The text, where the caller's own could not be mended.
  std::vector<Node> nodes;
  std::vector<std::unique_ptr<std::string>> decoded;  ///< Strings with escapes, once asked for.
};

namespace {

/// A string or a number, as the parser reads it. Source of the names:
/// json.nlohmann.me/api/json_sax.
struct Scalar {
  std::string text;
  std::optional<std::int64_t> whole;
  std::optional<std::int64_t> billionths;

  bool null() { return false; }
  bool boolean(bool) { return false; }
  bool number_integer(std::int64_t value) {
    whole = value;
    return true;
  }
  bool number_unsigned(std::uint64_t value) {
    if (value <= static_cast<std::uint64_t>(INT64_MAX)) whole = static_cast<std::int64_t>(value);
    return true;
  }
  bool number_float(double, const std::string& digits) {
    billionths = parse_billionths(digits);
    return true;
  }
  bool string(std::string& value) {
    text = std::move(value);
    return true;
  }
  bool key(std::string&) { return false; }
  bool start_object(std::size_t) { return false; }
  bool start_array(std::size_t) { return false; }
  bool end_object() { return false; }
  bool end_array() { return false; }
  bool binary(nlohmann::json::binary_t&) { return false; }
  template <class Exception>
  bool parse_error(std::size_t, const std::string&, const Exception&) {
    return false;
  }
};

bool read(std::string_view json, Scalar& scalar) {
  return nlohmann::json::sax_parse(json.begin(), json.end(), &scalar);
}

bool is_in_range(std::string_view number) {
  Scalar scalar;
  return read(number, scalar);
}

std::string_view part(const Tree& tree, Place place) {
  return tree.text.substr(place.begin, place.end - place.begin);
}

/// The text of a string with escapes; its quotes stand around its place.
std::string decoded(const Tree& tree, Place place) {
  Scalar scalar;
  read(tree.text.substr(place.begin - 1, place.end - place.begin + 2), scalar);
  return std::move(scalar.text);
}

bool is_key(const Tree& tree, Place key, std::string_view name) {
  return key.has_escapes ? decoded(tree, key) == name : part(tree, key) == name;
}

/// Null when the tree is good, or why it is none.
const char* fill(Tree& tree, std::string_view text) {
  tree.text = text;
  tree.nodes.clear();
  tree.nodes.reserve(kUsualValues);
  return skim(text, is_in_range, tree.nodes);
}

}  // namespace

// Damage is rare: it is looked for when the text has been refused.

Result<Document> Document::parse(std::string_view text) {
  auto tree = std::make_unique<Tree>();
  const char* complaint = fill(*tree, text);
  if (complaint != nullptr) {
    tree->mended = Bytes::copy_of(text);
    if (mend(tree->mended)) complaint = fill(*tree, tree->mended.view());
  }
  if (complaint != nullptr) return Error(ErrorCode::invalid_json, complaint);
  return Document(std::move(tree));
}

Result<Document> Document::parse(Bytes& text) {
  auto tree = std::make_unique<Tree>();
  const char* complaint = fill(*tree, text.view());
  if (complaint != nullptr && mend(text)) complaint = fill(*tree, text.view());
  if (complaint != nullptr) return Error(ErrorCode::invalid_json, complaint);
  return Document(std::move(tree));
}

Document::Document(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Value Document::root() const {
  return Value(tree_.get(), 0);
}

/// The value's node; null when it is of another kind.
const Node* Value::node(Kind kind) const {
  if (tree_ == nullptr || tree_->nodes[index_].kind != kind) return nullptr;
  return &tree_->nodes[index_];
}

bool Value::is_null() const {
  return node(Kind::null) != nullptr;
}
bool Value::is_object() const {
  return node(Kind::object) != nullptr;
}
bool Value::is_array() const {
  return node(Kind::array) != nullptr;
}

Value Value::operator[](std::string_view key) const {
  const Node* object = node(Kind::object);
  Value found;
  if (object == nullptr) return found;
  for (std::size_t index = index_ + 1; index < object->next; index = tree_->nodes[index].next) {
    if (is_key(*tree_, tree_->nodes[index].key, key)) found = Value(tree_, index);
  }
  return found;
}

Value Value::first() const {
  return item_count() == 0 ? Value() : Value(tree_, index_ + 1);
}

bool Value::has_only(std::initializer_list<std::string_view> names) const {
  const Node* object = node(Kind::object);
  if (object == nullptr) return true;
  for (std::size_t at = index_ + 1; at < object->next; at = tree_->nodes[at].next) {
    const std::string_view key = part(*tree_, tree_->nodes[at].key);
    if (std::find(names.begin(), names.end(), key) == names.end()) return false;
  }
  return true;
}

Items Value::items() const {
  const Node* array = node(Kind::array);
  if (array == nullptr) return Items(Value(), Value());
  return Items(Value(tree_, index_ + 1), Value(tree_, array->next));
}

std::size_t Value::item_count() const {
  const Node* array = node(Kind::array);
  return array == nullptr ? 0 : array->count;
}

std::optional<std::string_view> Value::string() const {
  const Node* string = node(Kind::string);
  if (string == nullptr) return std::nullopt;
  if (!string->place.has_escapes) return part(*tree_, string->place);
  // A string has no items: its count says where its decoded text is, from 1 upwards.
  Node& kept = tree_->nodes[index_];
  if (kept.count == 0) {
    tree_->decoded.push_back(std::make_unique<std::string>(decoded(*tree_, kept.place)));
    kept.count = static_cast<std::uint32_t>(tree_->decoded.size());
  }
  return *tree_->decoded[kept.count - 1];
}

bool Value::may_hold(std::string_view words) const {
  const Node* string = node(Kind::string);
  if (string == nullptr) return false;
  const std::string_view raw = part(*tree_, string->place);
  if (raw.find(words) != std::string_view::npos) return true;
  // Only as \u00XX can such a character stand there in another way.
  return string->place.has_escapes && raw.find("\\u00") != std::string_view::npos;
}

std::optional<bool> Value::boolean() const {
  const Node* boolean = node(Kind::boolean);
  if (boolean == nullptr) return std::nullopt;
  return tree_->text[boolean->place.begin] == 't';
}

std::optional<std::int64_t> Value::integer() const {
  const Node* number = node(Kind::number);
  if (number == nullptr) return std::nullopt;
  Scalar scalar;
  read(part(*tree_, number->place), scalar);
  return scalar.whole;
}

std::optional<std::int64_t> Value::billionths() const {
  constexpr std::int64_t kBillion = 1'000'000'000;
  constexpr std::int64_t kMost = 9 * kBillion;
  const Node* number = node(Kind::number);
  if (number == nullptr) return std::nullopt;
  Scalar scalar;
  read(part(*tree_, number->place), scalar);
  if (!scalar.whole) return scalar.billionths;
  if (*scalar.whole > kMost || *scalar.whole < -kMost) return std::nullopt;
  return *scalar.whole * kBillion;
}

Items::Iterator& Items::Iterator::operator++() {
  item_.index_ = item_.tree_->nodes[item_.index_].next;
  return *this;
}

}  // namespace fluxgate::json
