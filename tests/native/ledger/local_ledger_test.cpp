#include "ledger/local_ledger.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace fluxgate {
namespace {

using Json = nlohmann::json;

LedgerStep step_of(const Json& json) {
  const auto text = [&](const char* key) { return json.value(key, std::string()); };
  const auto until_ms = json.value("until", UnixMs{0});
  if (json.contains("make")) return make_step(text("make"), text("text"), until_ms);
  if (json.contains("write")) return write_step(text("write"), text("text"), until_ms);
  if (json.contains("read")) return read_step(text("read"));
  if (json.contains("drop")) return drop_step(text("drop"));
  if (json.contains("list")) return list_step(text("list"), text("after"));
  const bool settles = json.contains("settle");
  LedgerStep step = add_step(text(settles ? "settle" : "add"), json["amount"], until_ms);
  if (settles) step.kind = LedgerStep::Kind::settle;
  if (json.contains("most")) step.most = json["most"].get<std::int64_t>();
  step.hold = text("hold");
  step.hold_until_ms = json.value("hold_until", UnixMs{0});
  return step;
}

/// A result as the ledger's answer has it; numbers of lists as texts.
Json json_of(LedgerStep::Kind kind, const LedgerResult& result) {
  switch (kind) {
    case LedgerStep::Kind::add:
    case LedgerStep::Kind::settle: return result.number;
    case LedgerStep::Kind::read: return result.text ? Json(*result.text) : Json();
    case LedgerStep::Kind::list: {
      Json list = Json::array();
      for (const auto& [name, value] : result.list) list.push_back(Json::array({name, value}));
      return list;
    }
    default: return result.number == 1;
  }
}

Json with_texts(LedgerStep::Kind kind, Json expected) {
  if (kind != LedgerStep::Kind::list) return expected;
  for (Json& entry : expected) {
    if (entry[1].is_number()) entry[1] = std::to_string(entry[1].get<std::int64_t>());
  }
  return expected;
}

void check(const std::string& name, const Json& calls) {
  LocalLedger ledger;
  for (const Json& call : calls) {
    std::vector<LedgerStep> steps;
    for (const Json& step : call["steps"]) steps.push_back(step_of(step));
    const LedgerAnswer answer = ledger.run(steps, call["now"]);
    ASSERT_EQ(answer.refused.has_value(), call["status"] == 412) << name << call;
    if (answer.refused) {
      EXPECT_EQ(*answer.refused, call["answer"]["step"]) << name;
      const LedgerResult& value = answer.results.front();
      EXPECT_EQ(value.text ? Json(*value.text) : Json(value.number), call["answer"]["value"])
          << name;
      continue;
    }
    ASSERT_EQ(answer.results.size(), call["answer"].size()) << name;
    for (std::size_t index = 0; index < steps.size(); ++index) {
      const LedgerStep::Kind kind = steps[index].kind;
      EXPECT_EQ(json_of(kind, answer.results[index]), with_texts(kind, call["answer"][index]))
          << name << " step " << index;
    }
  }
}

/// Cases of steps that are no steps are for those who read JSON.
bool is_of_steps(const Json& example) {
  for (const Json& call : example["calls"]) {
    if (!call["steps"].is_array() || (call["status"] != 200 && call["status"] != 412)) return false;
  }
  return true;
}

TEST(LocalLedger, DoesWhatTheLedgerOfAllInstancesDoes) {
  int count = 0;
  for (const char* file : {"counters", "holds", "lists", "texts"}) {
    std::ifstream in(std::string(FLUXGATE_VECTORS_DIR "/ledger/") + file + ".json");
    for (const Json& example : Json::parse(in, nullptr, false)) {
      if (!is_of_steps(example)) continue;
      check(example["name"].get<std::string>(), example["calls"]);
      ++count;
    }
  }
  EXPECT_GE(count, 20);
}

TEST(LocalLedger, MakesRoomByWhatEndsFirst) {
  LocalLedger ledger;
  const auto run = [&](LedgerStep step) {
    const std::vector<LedgerStep> steps = {std::move(step)};
    return ledger.run(steps, 1000).results.front();
  };
  const std::string large(LocalLedger::kMostTextBytes / 4, 'x');
  for (int index = 0; index < 8; ++index) {
    run(write_step("t" + std::to_string(index), large, 9000 + index));
  }
  EXPECT_FALSE(run(read_step("t0")).text);
  EXPECT_FALSE(run(read_step("t3")).text);
  EXPECT_TRUE(run(read_step("t7")).text);
  for (std::size_t index = 0; index < LocalLedger::kMostEntries + 10; ++index) {
    run(add_step("c" + std::to_string(index), 1, 2000 + static_cast<UnixMs>(index)));
  }
  EXPECT_EQ(run(add_step("c0", 0, 2000)).number, 0);
  EXPECT_EQ(run(add_step("c" + std::to_string(LocalLedger::kMostEntries), 0, 2000)).number, 1);
}

TEST(Steps, AreWrittenAsTheContractHasThem) {
  LedgerStep held = add_step("a\"b", 2, 5000);
  held.most = 7;
  held.hold = "id";
  held.hold_until_ms = 3000;
  const std::vector<LedgerStep> steps = {held, make_step("t", "\n", 9), list_step("p/", "p/1"),
                                         read_step("r"), drop_step("d")};
  EXPECT_EQ(
      Json::parse(write_steps(steps)),
      Json::parse(R"([{"add":"a\"b","amount":2,"most":7,"hold":"id","hold_until":3000,"until":5000},
                            {"make":"t","text":"\n","until":9},{"list":"p/","after":"p/1"},
                            {"read":"r"},{"drop":"d"}])"));
}

}  // namespace
}  // namespace fluxgate
