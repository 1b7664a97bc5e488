#include "ledger/recording.h"

#include <algorithm>
#include <utility>

#include "json/document.h"
#include "json/writer.h"

namespace fluxgate {

std::string write_recorded(const RecordedAnswer& answer) {
  std::string text;
  json::Writer json(text);
  json.begin_object().key("mark").string(answer.mark);
  if (answer.is_gone) {
    json.key("gone").boolean(true).end_object();
    return text;
  }
  if (!answer.by.empty()) json.key("by").string(answer.by);
  if (answer.in_background) json.key("background").boolean(true);
  if (answer.left) {
    json.key("left");
    write_left_work(json, *answer.left);
  }
  if (answer.status == 0) {
    json.end_object();
    return text;
  }
  json.key("status").number(answer.status).key("head").string(answer.headers.lines());
  json.key("pieces").begin_array();
  for (const RecordedPiece& piece : answer.pieces) {
    json.begin_object().key(piece.is_picture ? "picture" : "text").string(piece.text).end_object();
  }
  json.end_array().end_object();
  return text;
}

Result<RecordedAnswer> read_recorded(std::string_view text) {
  const Result<json::Document> document = json::Document::parse(text);
  if (!document) return Error(ErrorCode::invalid_json, "The record is no JSON.");
  const json::Value root = document->root();
  RecordedAnswer answer{std::string(root["mark"].string_or_empty())};
  answer.status = static_cast<int>(root["status"].integer().value_or(0));
  answer.headers = Headers::from_lines(std::string(root["head"].string_or_empty()));
  answer.left = read_left_work(root["left"]);
  answer.is_gone = root["gone"].boolean().value_or(false);
  answer.in_background = root["background"].boolean().value_or(false);
  for (const json::Value piece : root["pieces"].items()) {
    const auto key = piece["picture"].string();
    answer.pieces.push_back(
        {key.has_value(), false, std::string(key ? *key : piece["text"].string_or_empty())});
  }
  return answer;
}

void Recording::begin(int status, const Headers& headers) {
  answer_.status = status;
  answer_.headers = headers;
}

void Recording::add(std::string_view bytes) {
  while (!bytes.empty()) {
    while (next_span_ < spans_.size() && spans_[next_span_].end <= seen_bytes_) ++next_span_;
    std::size_t length = bytes.size();
    for (const std::size_t border : {section_begin_, section_end_}) {
      if (border > seen_bytes_) length = std::min(length, border - seen_bytes_);
    }
    const bool has_span = next_span_ < spans_.size();
    if (!has_span || spans_[next_span_].begin > seen_bytes_) {
      if (has_span) length = std::min(length, spans_[next_span_].begin - seen_bytes_);
      add_text(bytes.substr(0, length));
    } else {
      Span& span = spans_[next_span_];
      if (!std::exchange(span.is_told, true) && !answer_.is_gone) begin_piece(true, span.key);
      if (span.end != kOpen) length = std::min(length, span.end - seen_bytes_);
    }
    seen_bytes_ += length;
    bytes.remove_prefix(length);
  }
}

void Recording::add_text(std::string_view bytes) {
  if (answer_.is_gone) return;
  kept_bytes_ += bytes.size();
  if (kept_bytes_ > kMostBytes) return lose();
  const bool goes_on = !answer_.pieces.empty() && !answer_.pieces.back().is_picture &&
                       answer_.pieces.back().is_in_section == is_in_section();
  if (!goes_on) begin_piece(false, {});
  answer_.pieces.back().text += bytes;
}

void Recording::lose() {
  answer_.is_gone = true;
  answer_.pieces = {};
}

void Recording::begin_piece(bool is_picture, std::string text) {
  answer_.pieces.push_back({is_picture, is_in_section(), std::move(text)});
}

RecordedAnswer Recording::section() const {
  RecordedAnswer section = answer_;
  if (section_begin_ == kOpen) return section;
  std::erase_if(section.pieces, [](const RecordedPiece& piece) { return !piece.is_in_section; });
  return section;
}

void Recording::begin_picture(std::size_t pending_bytes, std::string_view key) {
  spans_.push_back({seen_bytes_ + pending_bytes, kOpen, std::string(key)});
}

void Recording::end_picture(std::size_t pending_bytes) {
  if (!spans_.empty() && spans_.back().end == kOpen)
    spans_.back().end = seen_bytes_ + pending_bytes;
}

void Recording::cancel_picture() {
  if (!spans_.empty() && spans_.back().end == kOpen && !spans_.back().is_told) spans_.pop_back();
}

RecordedAnswer Recording::take(std::string mark) {
  answer_.mark = std::move(mark);
  return std::move(answer_);
}

}  // namespace fluxgate
