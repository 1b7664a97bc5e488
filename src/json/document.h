// Reading JSON that may be hostile. The one place that knows nlohmann/json is document.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace fluxgate::json {

/// The deepest nesting that is read. Chat requests with tool schemas stay under 20; .NET's reader
/// also stops at 64.
constexpr std::size_t kMaxDepth = 64;

/// Most values in one text. A value costs some 40 bytes beside its text, so a tree takes at most
/// about 4 MiB; a request of 1,024 messages with tools has some 20,000 values.
constexpr std::size_t kMaxValues = 100'000;

struct Tree;
class Items;

/// A value inside a Document, or a missing value. Every getter of a missing value gives nothing, so
/// that a path can be followed without a test at each step. Valid as long as its Document.
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
  /// The first item of an array; missing when this is no array or is empty.
  Value first() const;
  /// The items of an array, for a range-based for; none when this is no array.
  Items items() const;
  /// The number of items of an array; 0 when this is no array.
  std::size_t item_count() const;

  /// The text of a string: valid UTF-8, since the parser takes nothing else. It may hold NUL.
  std::optional<std::string_view> string() const;
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
  Value(const Tree* tree, std::size_t place) : tree_(tree), place_(place) {}
  const Tree* tree_ = nullptr;
  std::size_t place_ = 0;
};

/// The items of one array, in order.
class Items {
 public:
  class Iterator {
   public:
    explicit Iterator(Value item) : item_(item) {}
    Value operator*() const { return item_; }
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return item_.place_ != other.item_.place_; }

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

/// A parsed JSON text; owns all of it.
class Document {
 public:
  /// Half characters, as cuts leave them in escapes and in UTF-8, are read as U+FFFD (mend.h).
  /// Error: invalid_json, for what else RFC 8259 refuses, and beyond kMaxDepth or kMaxValues.
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
