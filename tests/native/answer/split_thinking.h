// A whole text, taken apart by the incremental splitter in one piece.
#pragma once

#include <string>
#include <string_view>

#include "answer/thinking.h"

namespace fluxgate {

inline ThinkSplit split_thinking(std::string_view text) {
  ThinkSplitter splitter;
  std::string thinking(splitter.push(text));
  ThinkSplit split = splitter.finish();
  split.thinking.insert(0, thinking);
  return split;
}

}  // namespace fluxgate
