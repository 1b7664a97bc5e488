// Every dialect against its vectors, tests/vectors/dialects/NAME.json:
//   url      where the provider is; the calls go there
//   hosts    URLs by which `auto` finds the dialect
//   jobs     in: the job, before its size is made one that the model takes, `form` being "base64"
//            where that is wanted, `references` the number of pictures to go by, all PNG; then the
//            call's `body`, with slots for the pictures, its `url` where that is another one, and
//            `headers` of it, or the `path` of a picture that needs none
//   answers  in: the body of an answer, as JSON or as the text itself; asked: the URL that gave it,
//            where it is not that of the calls; out: the picture's `url` or `base64`, the detail of
//            the `error`, `failed`, the words of a failure, with its `code` and `status` where they
//            matter, or `later`: the state of an ordered picture, and then what to `ask` and how to
//            `cancel`, as "METHOD URL"; beside either its `cost`, where it matters
//   tokens   `sent`: what stands in the key's header for `key` at `now_ms`
#include "dialects/dialects.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/decimal.h"
#include "http/url.h"

namespace fluxgate {
namespace {

using nlohmann::json;

const std::filesystem::path kFolder = std::filesystem::path(FLUXGATE_VECTORS_DIR) / "dialects";

json vectors_of(std::string_view name) {
  std::ifstream file(kFolder / (std::string(name) + ".json"));
  return json::parse(file, nullptr, false);
}

/// Owns the texts of a job.
struct Job {
  explicit Job(const json& in)
      : model(in["model"].get<std::string>()),
        prompt(in["prompt"].get<std::string>()),
        negative_prompt(in.value("negative_prompt", "")) {
    job = {
        model, prompt, parse_size_text(in["size"].get<std::string>()).value(), {}, negative_prompt};
    if (in.contains("seed")) job.seed = in["seed"].get<std::uint32_t>();
    job.place = in.value("place", 0u);
    if (in.value("form", "") == "base64") job.form = WantedForm::base64;
    references.resize(in.value("references", std::size_t{0}), {ImageType::png, 1000});
    job.references = references;
  }
  std::string model;
  std::string prompt;
  std::string negative_prompt;
  std::vector<Reference> references;
  ImageJob job;
};

void check_call(const json& example, const json& vectors, const Call& call) {
  if (example.contains("path")) {
    ASSERT_TRUE(std::holds_alternative<Made>(call));
    EXPECT_EQ(std::get<Made>(call).picture.form, PictureForm::path);
    EXPECT_EQ(std::get<Made>(call).picture.text, example["path"].get<std::string>());
    return;
  }
  ASSERT_TRUE(std::holds_alternative<Request>(call));
  const Request& request = std::get<Request>(call);
  EXPECT_EQ(request.method, Method::post);
  EXPECT_EQ(request.url, example.value("url", vectors["url"].get<std::string>()));
  EXPECT_EQ(request.headers.find("content-type"), "application/json");
  const json headers = example.value("headers", json::object());
  for (const auto& [name, value] : headers.items()) {
    EXPECT_EQ(request.headers.find(name), value.get<std::string>()) << name;
  }
  EXPECT_EQ(json::parse(request.body, nullptr, false), example["body"]) << request.body;
}

std::string told(const std::optional<Request>& request) {
  if (!request) return "";
  return std::string(method_name(request->method)) + " " + request->url;
}

void check_cost(const json& out, Cost cost) {
  if (!out.contains("cost")) return;
  EXPECT_EQ(write_billionths(cost.value_or(-1)), out["cost"].get<std::string>());
}

void check_later(const json& out, const Later& later) {
  const std::string state = later.state == JobState::queued    ? "queued"
                            : later.state == JobState::drawing ? "drawing"
                                                               : "ready";
  EXPECT_EQ(state, out["later"].get<std::string>());
  EXPECT_EQ(told(later.ask), out.value("ask", ""));
  EXPECT_EQ(told(later.cancel), out.value("cancel", ""));
  check_cost(out, later.cost);
}

void check_answer(const json& example, const Result<Step>& step) {
  const json& out = example["out"];
  if (out.contains("error")) {
    ASSERT_FALSE(step);
    EXPECT_EQ(step.error().detail, out["error"].get<std::string>());
    return;
  }
  ASSERT_TRUE(step);
  if (out.contains("later")) {
    ASSERT_TRUE(std::holds_alternative<Later>(*step));
    return check_later(out, std::get<Later>(*step));
  }
  if (out.contains("failed")) {
    ASSERT_TRUE(std::holds_alternative<Failed>(*step));
    const Failed& failed = std::get<Failed>(*step);
    EXPECT_EQ(failed.message, out["failed"].get<std::string>());
    EXPECT_EQ(failed.code, out.value("code", failed.code));
    EXPECT_EQ(failed.status, out.value("status", failed.status));
    return;
  }
  ASSERT_TRUE(std::holds_alternative<Made>(*step));
  const Picture& picture = std::get<Made>(*step).picture;
  const bool is_url = out.contains("url");
  EXPECT_EQ(picture.form, is_url ? PictureForm::url : PictureForm::base64);
  EXPECT_EQ(picture.text, out[is_url ? "url" : "base64"].get<std::string>());
  check_cost(out, std::get<Made>(*step).cost);
}

TEST(Dialects, EachFileOfVectorsHasItsDialect) {
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    EXPECT_NE(find_dialect(entry.path().stem().string()), nullptr) << entry.path();
  }
  EXPECT_EQ(find_dialect("smoke-signals"), nullptr);
  EXPECT_EQ(find_dialect(""), nullptr);
}

TEST(Dialects, AreFoundByTheirHosts) {
  for (const Dialect* dialect : dialects::kAll) {
    const json vectors = vectors_of(dialect->name);
    for (const json& url : vectors["hosts"]) {
      EXPECT_EQ(dialect_at(url.get<std::string>()).name, dialect->name) << url;
    }
  }
}

TEST(Dialects, AskAsTheirVectorsSay) {
  for (const Dialect* dialect : dialects::kAll) {
    const json vectors = vectors_of(dialect->name);
    ASSERT_FALSE(vectors["jobs"].empty()) << dialect->name;
    ProviderSettings provider;
    provider.url = vectors["url"].get<std::string>();
    for (const json& example : vectors["jobs"]) {
      SCOPED_TRACE(std::string(dialect->name) + ": " + example["name"].get<std::string>());
      Job job(example["in"]);
      job.job.size = nearest_size(size_rules(dialect->sizes, job.model), job.job.size);
      const ModelReferences* taken = references_of(*dialect, job.model);
      EXPECT_LE(job.references.size(), taken == nullptr ? 0 : taken->most);
      check_call(example, vectors, dialect->ask(job.job, provider));
    }
  }
}

/// Where a job of the vectors is asked for; empty: nowhere.
std::string address_of(const Dialect& dialect, const json& job, std::string_view base) {
  ProviderSettings provider;
  provider.url = call_url(base, dialect);
  const Call call = dialect.ask(Job(job["in"]).job, provider);
  const Request* request = std::get_if<Request>(&call);
  return request == nullptr ? "" : request->url;
}

/// `url` at somebody else's host, behind a path of theirs.
std::string at_relay(std::string_view url) {
  const UrlParts parts = split_url(url);
  return "https://relay.example/own" + std::string(url.substr(parts.origin.size()));
}

TEST(Dialects, TakeTheAddressOfACallForThatOfTheirApi) {
  for (const Dialect* dialect : dialects::kAll) {
    const json vectors = vectors_of(dialect->name);
    std::vector<std::pair<json, std::string>> calls;
    for (const json& job : vectors["jobs"]) {
      // The address of an edit stands beside that of the call, and nobody is told to give it.
      if (!dialect->path.empty() && job["in"].contains("references")) continue;
      std::string url = address_of(*dialect, job, vectors["url"].get<std::string>());
      if (!url.empty()) calls.emplace_back(job, std::move(url));
    }
    for (const auto& [job, url] : calls) {
      EXPECT_EQ(address_of(*dialect, job, url), url);
      EXPECT_EQ(address_of(*dialect, job, at_relay(url)), at_relay(url));
      for (const auto& [other, other_url] : calls) {
        if (dialect_at(url).name == dialect->name) {
          EXPECT_EQ(address_of(*dialect, other, url), other_url);
        }
        if (!dialect->call_paths.empty()) {
          EXPECT_EQ(address_of(*dialect, other, at_relay(url)), at_relay(other_url));
        }
      }
    }
  }
}

TEST(Dialects, CompleteABase) {
  for (const auto& [base, url] : {
           std::pair("https://a.example", "https://a.example/v1/images/generations"),
           std::pair("https://a.example/", "https://a.example/v1/images/generations"),
           std::pair("https://a.example/v4/", "https://a.example/v4/images/generations"),
           std::pair("https://a.example/v1beta?key=1",
                     "https://a.example/v1beta/images/generations?key=1"),
           std::pair("https://a.example/v1beta/openai/",
                     "https://a.example/v1beta/openai/images/generations"),
           std::pair("https://a.example/draw", "https://a.example/draw"),
           std::pair("https://a.example/video", "https://a.example/video"),
           std::pair("https://a.example/v", "https://a.example/v"),
       }) {
    EXPECT_EQ(call_url(base, dialects::openai), url);
  }
}

TEST(Dialects, ReadAsTheirVectorsSay) {
  for (const Dialect* dialect : dialects::kAll) {
    const json vectors = vectors_of(dialect->name);
    for (const json& example : vectors["answers"]) {
      SCOPED_TRACE(std::string(dialect->name) + ": " + example["name"].get<std::string>());
      const json& in = example["in"];
      const std::string body = in.is_string() ? in.get<std::string>() : in.dump();
      const std::string asked = example.value("asked", vectors["url"].get<std::string>());
      check_answer(example, read_answer_text(*dialect, body, 200, Headers(), asked));
    }
  }
}

TEST(Dialects, SendKeysAsTheirVectorsSay) {
  for (const Dialect* dialect : dialects::kAll) {
    const json vectors = vectors_of(dialect->name);
    if (!vectors.contains("tokens")) continue;
    for (const json& example : vectors["tokens"]) {
      Request request;
      append_key(request, dialect->key, example["key"].get<std::string>(),
                 example["now_ms"].get<UnixMs>());
      EXPECT_EQ(request.headers.find(dialect->key.name), example["sent"].get<std::string>());
    }
  }
}

}  // namespace
}  // namespace fluxgate
