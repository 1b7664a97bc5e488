#include "failover/complaint.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace fluxgate {
namespace {

TEST(Complaint, ReadsEveryVector) {
  std::ifstream in(FLUXGATE_VECTORS_DIR "/failover/ours_complaints.json");
  const nlohmann::json file = nlohmann::json::parse(in, nullptr, false);
  ASSERT_GE(file["cases"].size(), 20u);
  for (const auto& example : file["cases"]) {
    const BackendComplaint complaint = read_complaint(example["in"].get<std::string>());
    EXPECT_EQ(complaint.code, example["out"]["code"].get<std::string>()) << example["name"];
    EXPECT_EQ(complaint.message, example["out"]["message"].get<std::string>()) << example["name"];
  }
}

TEST(Complaint, DamagedTextLosesItsDamage) {
  EXPECT_EQ(read_complaint("no\xFF way\xC3").message, "no way");
}

TEST(Complaint, AnyStartOfAnyBodyIsSafe) {
  const std::string body =
      R"([{"error":{"code":1,"message":"m","details":[{"reason":"r"}]},"detail":[["x"]]}])";
  for (std::size_t length = 0; length <= body.size(); ++length) {
    const std::string start(body, 0, length);
    EXPECT_LE(read_complaint(start).message.size(), kMaxComplaintMessageBytes);
  }
}

}  // namespace
}  // namespace fluxgate
