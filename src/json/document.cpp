// The tree is flat: its nodes stand in the order of the text, and each knows where its last
// descendant ends. The parser's events build it, so limits hold while the text is read, nothing
// recurses, and a long string is moved and never copied.
#include "json/document.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/decimal.h"
#include "json/mend.h"

namespace fluxgate::json {
namespace {

enum class Kind : std::uint8_t {
  null,
  boolean,
  integer,
  fraction,
  other_number,
  string,
  array,
  object
};

struct Node {
  Kind kind;
  std::uint32_t key;    ///< member: the place of its key in Tree::strings.
  std::uint32_t end;    ///< The place behind the last descendant: the next sibling, if any.
  std::uint32_t count;  ///< array: its items.
  std::int64_t
      value;  ///< boolean, integer: the value. fraction: its billionths. string: its place.
};

}  // namespace

struct Tree {
  std::vector<Node> nodes;
  std::vector<std::string> strings;
};

namespace {

/// Takes the parser's events; `false` stops it. Source of the names: json.nlohmann.me/api/json_sax.
class Builder {
 public:
  explicit Builder(Tree& tree) : tree_(tree) {}

  bool null() { return add(Kind::null, 0); }
  bool boolean(bool value) { return add(Kind::boolean, value); }
  bool number_integer(std::int64_t value) { return add(Kind::integer, value); }
  bool number_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(INT64_MAX)) return add(Kind::other_number, 0);
    return add(Kind::integer, static_cast<std::int64_t>(value));
  }
  bool number_float(double, const std::string& text) {
    const auto billionths = parse_billionths(text);
    return billionths ? add(Kind::fraction, *billionths) : add(Kind::other_number, 0);
  }
  bool string(std::string& text) { return add(Kind::string, keep(text)); }
  bool key(std::string& text) {
    key_ = keep(text);
    return true;
  }
  bool start_object(std::size_t) { return open(Kind::object); }
  bool start_array(std::size_t) { return open(Kind::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  // The interface demands these two: no JSON text holds binary values, and parse() sees `false`
  // anyhow.
  bool binary(nlohmann::json::binary_t&) { return false; }
  template <class Exception>
  bool parse_error(std::size_t, const std::string&, const Exception&) {
    return false;
  }

  /// Why the parser was stopped; null when it stopped by itself.
  const char* complaint() const { return complaint_; }

 private:
  bool add(Kind kind, std::int64_t value) {
    if (tree_.nodes.size() == kMaxValues) {
      complaint_ = "The JSON holds more than 100,000 values.";
      return false;
    }
    if (!open_.empty()) ++tree_.nodes[open_.back()].count;
    const auto place = static_cast<std::uint32_t>(tree_.nodes.size());
    tree_.nodes.push_back({kind, key_, place + 1, 0, value});
    return true;
  }

  bool open(Kind kind) {
    if (open_.size() == kMaxDepth) {
      complaint_ = "The JSON is nested more than 64 levels deep.";
      return false;
    }
    const auto place = static_cast<std::uint32_t>(tree_.nodes.size());
    if (!add(kind, 0)) return false;
    open_.push_back(place);
    return true;
  }

  bool close() {
    tree_.nodes[open_.back()].end = static_cast<std::uint32_t>(tree_.nodes.size());
    open_.pop_back();
    return true;
  }

  std::uint32_t keep(std::string& text) {
    tree_.strings.push_back(std::move(text));
    return static_cast<std::uint32_t>(tree_.strings.size() - 1);
  }

  Tree& tree_;
  /// The places of the arrays and objects around the next value.
  std::vector<std::uint32_t> open_;
  std::uint32_t key_ = 0;
  const char* complaint_ = nullptr;
};

}  // namespace

namespace {

/// The tree of a text, or why there is none.
struct Outcome {
  std::unique_ptr<Tree> tree;
  const char* complaint = "The text is not valid JSON.";
};

Outcome read(std::string_view text) {
  Outcome outcome;
  auto tree = std::make_unique<Tree>();
  Builder builder(*tree);
  // No JSON text holds a NUL, and the parser would take one behind a value for the text's end.
  const bool holds_nul = text.find('\0') != text.npos;
  if (!holds_nul && nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
    outcome.tree = std::move(tree);
  } else if (builder.complaint() != nullptr) {
    outcome.complaint = builder.complaint();
  }
  return outcome;
}

}  // namespace

// Damage is rare: it is looked for when the parser has refused the text.

Result<Document> Document::parse(std::string_view text) {
  Outcome outcome = read(text);
  if (outcome.tree != nullptr) return Document(std::move(outcome.tree));
  Bytes copy = Bytes::copy_of(text);
  return parse(copy);
}

Result<Document> Document::parse(Bytes& text) {
  Outcome outcome = read(text.view());
  if (outcome.tree == nullptr && mend(text)) outcome = read(text.view());
  if (outcome.tree == nullptr) return Error(ErrorCode::invalid_json, outcome.complaint);
  return Document(std::move(outcome.tree));
}

Document::Document(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Value Document::root() const {
  return Value(tree_.get(), 0);
}

namespace {

/// The node of a value, or null when it is of another kind.
const Node* node_of(const Tree* tree, std::size_t place, Kind kind) {
  if (tree == nullptr || tree->nodes[place].kind != kind) return nullptr;
  return &tree->nodes[place];
}

}  // namespace

bool Value::is_null() const {
  return node_of(tree_, place_, Kind::null) != nullptr;
}
bool Value::is_object() const {
  return node_of(tree_, place_, Kind::object) != nullptr;
}
bool Value::is_array() const {
  return node_of(tree_, place_, Kind::array) != nullptr;
}

Value Value::operator[](std::string_view key) const {
  const Node* object = node_of(tree_, place_, Kind::object);
  Value found;
  if (object == nullptr) return found;
  for (std::size_t place = place_ + 1; place < object->end; place = tree_->nodes[place].end) {
    if (tree_->strings[tree_->nodes[place].key] == key) found = Value(tree_, place);
  }
  return found;
}

Value Value::first() const {
  return item_count() == 0 ? Value() : Value(tree_, place_ + 1);
}

Items Value::items() const {
  const Node* array = node_of(tree_, place_, Kind::array);
  if (array == nullptr) return Items(Value(), Value());
  return Items(Value(tree_, place_ + 1), Value(tree_, array->end));
}

std::size_t Value::item_count() const {
  const Node* array = node_of(tree_, place_, Kind::array);
  return array == nullptr ? 0 : array->count;
}

std::optional<std::string_view> Value::string() const {
  const Node* node = node_of(tree_, place_, Kind::string);
  if (node == nullptr) return std::nullopt;
  return tree_->strings[static_cast<std::size_t>(node->value)];
}

std::optional<bool> Value::boolean() const {
  const Node* node = node_of(tree_, place_, Kind::boolean);
  if (node == nullptr) return std::nullopt;
  return node->value != 0;
}

std::optional<std::int64_t> Value::integer() const {
  const Node* node = node_of(tree_, place_, Kind::integer);
  if (node == nullptr) return std::nullopt;
  return node->value;
}

std::optional<std::int64_t> Value::billionths() const {
  constexpr std::int64_t kBillion = 1'000'000'000;
  constexpr std::int64_t kMost = 9 * kBillion;
  if (const Node* node = node_of(tree_, place_, Kind::fraction)) return node->value;
  const auto whole = integer();
  if (!whole || *whole > kMost || *whole < -kMost) return std::nullopt;
  return *whole * kBillion;
}

Items::Iterator& Items::Iterator::operator++() {
  item_.place_ = item_.tree_->nodes[item_.place_].end;
  return *this;
}

}  // namespace fluxgate::json
