// Reading JSON that may be hostile. The one place that knows nlohmann/json is document.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "json/skim.h"

namespace fluxgate::json {

struct Tree;
class Items;

/// A value inside a Document, or a missing value. What nobody asks for is never built: a getter
/// reads its own part of the text. Every getter of a missing value gives nothing, so that a path
/// can be followed without a test at each step. Valid as long as its Document.
class Value {
 public:
  Value() = default;

  bool missing() const { return tree_ == nullptr; }
  bool is_null() const;
  bool is_object() const;
  bool is_array() const;

  /// Is the value missing or null? Clients mean the same by both.
  bool absent() const { return missing() || is_null(); }

  /// The member of an object; missing when this is no object or has no such member. When a key
  /// comes twice, the last one counts.
  Value operator[](std::string_view key) const;
  /// Is every member of an object one of `names`? Of any other value there is none. A key that is
  /// written with escapes is no name.
  bool has_only(std::initializer_list<std::string_view> names) const;
  /// The first item of an array; missing when this is no array or is empty.
  Value first() const;
  /// The items of an array, for a range-based for; none when this is no array.
  Items items() const;
  /// The number of items of an array; 0 when this is no array.
  std::size_t item_count() const;

  /// The text of a string: valid UTF-8, since the parser takes nothing else. It may hold NUL.
  std::optional<std::string_view> string() const;
  /// False for a string that does not hold `words`, and for what is no string. It reads nothing, so
  /// that a long text need not be built to learn that it says nothing. `words`: ASCII without
  /// quotation marks, backslashes and control characters.
  bool may_hold(std::string_view words) const;
  std::optional<bool> boolean() const;
  /// The value of a whole number that fits into 64 bits.
  std::optional<std::int64_t> integer() const;
  /// A number of at most nine billion, in billionths (base/decimal.h).
  std::optional<std::int64_t> billionths() const;

  /// string(), or "" for anything else.
  std::string_view string_or_empty() const { return string().value_or(std::string_view()); }

 private:
  friend class Document;
  friend class Items;
  Value(Tree* tree, std::size_t index) : tree_(tree), index_(index) {}
  const Node* node(Kind kind) const;
  Tree* tree_ = nullptr;
  std::size_t index_ = 0;
};

/// The items of one array, in order.
class Items {
 public:
  class Iterator {
   public:
    explicit Iterator(Value item) : item_(item) {}
    Value operator*() const { return item_; }
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return item_.index_ != other.item_.index_; }

   private:
    Value item_;
  };

  Items(Value first, Value past_last) : begin_(first), end_(past_last) {}
  Iterator begin() const { return begin_; }
  Iterator end() const { return end_; }

 private:
  Iterator begin_;
  Iterator end_;
};

/// A JSON text that is valid from its first byte to its last, and what was read of it.
class Document {
 public:
  /// Half characters, as cuts leave them in escapes and in UTF-8, are read as U+FFFD (mend.h).
  /// `text` must outlive the Document. Error: invalid_json, for what else RFC 8259 refuses, and
  /// beyond kMaxDepth or kMaxValues.
  static Result<Document> parse(std::string_view text);
  /// The same for a text that goes on to others when it has been read: what is mended stays so.
  static Result<Document> parse(Bytes& text);

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  Value root() const;

 private:
  explicit Document(std::unique_ptr<Tree> tree);
  std::unique_ptr<Tree> tree_;
};

}  // namespace fluxgate::json
