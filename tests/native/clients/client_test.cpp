#include "clients/client.h"

#include <gtest/gtest.h>

#include <string>

#include "base/ascii.h"

namespace fluxgate {
namespace {

TEST(ClientList, FindsClientsByTheirKeysAndNobodyElse) {
  ClientList list;
  list.add({.name = "#1"}, "first-key");
  ASSERT_TRUE(list.add_all(R"([{"name":"a","key":"a-key","per_day":3,"usd_per_day":1.5},
                               {"name":"b","key_sha256":")" +
                               hex(sha256("b-key")) + R"("}])",
                           "CLIENTS"));
  list.add({.name = "#admin", .is_operator = true}, "admin-key");
  for (const auto& [key, name] : {std::pair("first-key", "#1"), std::pair("a-key", "a"),
                                  std::pair("b-key", "b"), std::pair("admin-key", "#admin")}) {
    ASSERT_NE(list.find(key), nullptr) << key;
    EXPECT_EQ(list.find(key)->name, name);
  }
  EXPECT_EQ(list.find("a-key")->per_day, 3u);
  EXPECT_EQ(list.find("a-key")->usd_per_day, 1'500'000'000);
  EXPECT_TRUE(list.find("a-key")->has_limits());
  for (const std::string& key : {std::string(), std::string("a-ke"), std::string("a-key2"),
                                 hex(sha256("b-key")), std::string("#1")}) {
    EXPECT_EQ(list.find(key), nullptr) << key;
  }
}

TEST(ClientList, TakesAllOfAListOrNothing) {
  ClientList list;
  list.add({.name = "#1"}, "first-key");
  const Result<void> added = list.add_all(
      R"([{"name":"a","key":"a-key"},{"name":"b","key":"secret","per_day":-1}])", "CLIENTS_2");
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().message,
            "CLIENTS_2: client 2 has a per_day that is no whole number from 0 to 10,000,000.");
  const Result<void> misspelt =
      list.add_all(R"([{"name":"a","key":"a-key","perday":3}])", "CLIENTS");
  ASSERT_FALSE(misspelt);
  EXPECT_EQ(misspelt.error().message,
            "CLIENTS: client 1 has a member that is none of name, key, key_sha256, models, "
            "per_minute, per_day, usd_per_day, output and optimize.");
  EXPECT_EQ(list.clients().size(), 1u);
  EXPECT_EQ(list.find("a-key"), nullptr);
  std::string many = "[";
  for (std::size_t index = 0; index <= kMostClients; ++index) many += "{},";
  many.back() = ']';
  EXPECT_FALSE(list.add_all(many, "CLIENTS"));
}

TEST(Client, MayUseWhatItsGlobsName) {
  Client client{.name = "a"};
  EXPECT_TRUE(client.may_use("anything"));
  client.models = {"flux*", "*-mini"};
  EXPECT_TRUE(client.may_use("flux"));
  EXPECT_TRUE(client.may_use("gpt-image-1-mini"));
  EXPECT_FALSE(client.may_use("gpt-image-1"));
}

}  // namespace
}  // namespace fluxgate
