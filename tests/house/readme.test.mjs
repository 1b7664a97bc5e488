// What the documents say of the code, held to the code.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { limits as serverLimits } from "../../js-glue/node/limits.mjs";
import { fileName } from "../../scripts/package.mjs";
import { root } from "../../scripts/project.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");

/** { name: value } of the numbers that a header defines by a product of literals. */
function constantsIn(path) {
  const found = read(path).matchAll(/^constexpr [\w:]+ (k\w+) = ([\d' *]+);/gm);
  return Object.fromEntries(
    [...found].map(([, name, product]) => [
      name,
      product
        .replaceAll("'", "")
        .split("*")
        .reduce((all, each) => all * Number(each), 1),
    ]),
  );
}

const patience = constantsIn("src/exchange/patience.h");
const limits = constantsIn("src/picture/limits.h");
const constants = {
  ...patience,
  ...limits,
  ...constantsIn("src/exchange/load.h"),
  ...constantsIn("src/provider/patience.h"),
  ...constantsIn("src/effect/session.h"),
  ...constantsIn("src/config/config.h"),
  ...constantsIn("src/openai/talk.h"),
  ...constantsIn("src/openai/images_request.h"),
  ...constantsIn("src/json/skim.h"),
  ...constantsIn("src/json/long_strings.h"),
  ...constantsIn("src/idea/options.h"),
  ...constantsIn("src/picture/reference.h"),
  ...constantsIn("src/exchange/form.h"),
};

const seconds = (name) => `${constants[name] / 1000} s`;
const mebibytes = (name) => `${constants[name] / 1024 / 1024} MiB`;
const kibibytes = (name) => `${constants[name] / 1024} KiB`;
const count = (name) => constants[name].toLocaleString("en-US");

/** The first cell of each row of the table of limits, and what its second cell says. */
const promised = {
  "request body": [
    mebibytes("kDefaultMaxRequestBytes"),
    `${seconds("kRequestIdleMs")} without a byte`,
    `${seconds("kRequestTotalMs")} in all`,
  ],
  "pictures that a request gives": [
    `${count("kMaxReferences")}; files of a form ${mebibytes("kMostMaxUploadBytes")} in all`,
    `${mebibytes("kMaxFetchedReferenceBytes")} for one that is fetched`,
    `${count("kMaxFormParts")} parts of a form, fields of ${kibibytes("kMaxFieldBytes")} in all`,
    `one that is fetched, which may take ${seconds("kPictureStoredMs")}, and all of them ${seconds("kReferencesMs")}`,
    `an instance holds ${mebibytes("kMaxHeldBytes")} of them`,
  ],
  JSON: [`${count("kMaxDepth")} levels`, `${count("kMaxValues")} values`, `${count("kMaxMessages")} messages`],
  idea: [`${count("kMaxIdeaCharacters")} characters`],
  "style wishes": [`the first ${kibibytes("kMaxStyleWishesBytes")}`],
  "language model": [
    `${seconds("kLlmHeadersMs")} for its headers and without a byte`,
    `${seconds("kLlmIdleMs")} for`,
    `${seconds("kLlmTotalMs")} in all`,
    `${seconds("kThinkingLlmTotalMs")} for one that thinks`,
  ],
  "text from the language model itself (tools, JSON)": [
    `${seconds("kTextHeadersMs")} for its headers`,
    `${seconds("kTextIdleMs")} without a byte`,
    `${seconds("kTextTotalMs")} in all`,
  ],
  "pictures of one request": [
    `${count("kMaxPicturesAtOnce")} in a chat`,
    `${count("kMaxPicturesOfImages")} by the images API`,
    `${count("kMaxPicturesAtOnce")} at a time`,
  ],
  "silence of a stream": [`${seconds("kStreamSilenceMs")}, then a comment`],
  "silence of a whole answer": [`${seconds("kAnswerSilenceMs")}, then white space`],
  "a client that does not take what was sent: a piece of a stream, or of an answer of more than 64 KiB (a picture is one)":
    [seconds("kClientTakesMs")],
  "image backend": [
    `${seconds("kUsualPatienceMs")} or ${seconds("kLongPatienceMs")} for its headers or its picture`,
    `${seconds("kBackendIdleMs")} without a byte`,
    `${seconds("kBeyondPatienceMs")} more for all calls and pauses`,
    `${count("kMaxExternalCalls")} calls for a request`,
    `answers of ${mebibytes("kMaxBackendAnswerBytes")}, ${kibibytes("kMaxRestBytes")} beside their pictures`,
    `of ${mebibytes("kMaxDataUrlBytes")} without a bucket`,
  ],
  "picture behind a link": [
    mebibytes("kMaxPictureBytes"),
    `${seconds("kPictureHeadersMs")} for headers`,
    `${seconds("kPictureIdleMs")} without a byte`,
    `${seconds("kPictureTotalMs")} in all`,
  ],
  "check (`/v1/health?check=1`)": [`${seconds("kProbeMs")} for each answer`],
  "requests in flight": [
    `${count("kMaxRequestsInFlight")} for an instance`,
    `${count("kMaxLinksInFlight")} for links`,
    `${mebibytes("kMaxTextBytes")} of texts`,
    `${mebibytes("kMaxPicturesInJsonBytes")} of pictures`,
  ],
};

/** Of the two headers of limits: what no operator or client can plan with. */
const unpromised = [
  ...["kThinkingFrameMs", "kTextUnclearMs", "kComplaintTotalMs", "kRoomPollMs"],
  ...["kPollHeadMs", "kCallOffMs"],
  ...[
    "kMinSidePx",
    "kMaxSidePx",
    "kPartBytes",
    "kBackendReadBytes",
    "kFirstBackendReadBytes",
    "kSmallPictureBytes",
    "kMostGrowingBytes",
    "kPictureRoomBytes",
    "kDataUrlHeadBytes",
    "kPictureMarkdownBytes",
  ],
];

const rowsBehind = (path, heading) =>
  read(path)
    .split(heading)[1]
    .split("\n\n")[0]
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.slice(2, -2).split(" | "));

describe("README.md", () => {
  const blocks = [...read("README.md").matchAll(/^```sh\n([^`]+)```$/gm)].map(([, text]) => text.trim());
  const lines = blocks.flatMap((text) => text.split("\n").map((line) => line.split(/ {2,}#/)[0].trim()));

  test("shows the commands that the tests run, and settings that there are", () => {
    const commands = lines.filter((line) => !/^[A-Z_]+=/.test(line));
    const [npx, start, curl, all, ...others] = commands;
    assert.equal(npx, `npx file:${[".", "dist", fileName].join("/")}`); // tests/e2e/package.test.mjs
    assert.equal(start, "npm start"); // tests/e2e/wrangler.test.mjs, as the next one, with its answer
    assert.match(curl, /^curl http:\/\/localhost:8787\/v1\/chat\/completions /);
    assert.deepEqual([all, ...others], ["npm test"]);
    const settings = lines.filter((line) => /^[A-Z_]+=/.test(line)).map((line) => line.split("=")[0]);
    assert.deepEqual(settings, ["AUTHORIZED_API_KEY", "IMAGE_GEN_API_TYPE", "IMAGE_GEN_MODEL", "IMAGE_GEN_API_KEY"]);
  });

  test("says the same in Chinese where it shows commands", () => {
    const inChinese = [...read("README.zh-CN.md").matchAll(/^```sh\n([^`]+)```$/gm)].map(([, text]) => text.trim());
    const bare = (list) => list.map((text) => text.replace(/ {2,}#.*$/gm, ""));
    assert.deepEqual(
      bare(inChinese),
      bare(blocks).filter((text) => !text.startsWith("curl")),
    );
  });
});

describe("docs/limits.md", () => {
  const rows = rowsBehind("docs/limits.md", "# Limits\n\n");

  test("has a row for each of the limits that are promised, and for no other", () => {
    assert.deepEqual(
      rows.slice(1).map(([what]) => what),
      Object.keys(promised),
    );
  });

  for (const [what, texts] of Object.entries(promised)) {
    test(`says the limits of the code: ${what}`, () => {
      const [, limit] = rows.find(([first]) => first === what);
      for (const text of texts) {
        assert.doesNotMatch(text, /NaN|undefined/, "the constant is there");
        assert.ok(limit.includes(text), `"${text}" is not in "${limit}"`);
      }
    });
  }

  test("promises every wait and every limit of pictures, or it is said here why not", () => {
    const source = read("tests/house/readme.test.mjs");
    const said = new Set(source.match(/k[A-Z]\w+/g));
    for (const name of [...Object.keys(patience), ...Object.keys(limits)]) assert.ok(said.has(name), name);
    for (const name of unpromised) assert.ok(name in constants, name);
  });
});

describe("docs/how-it-works.md", () => {
  test("shows lines that stand in the code", () => {
    const code = read("src/talk/answer.cpp").replace(/\s+/g, " ");
    const lines = /```cpp\n([^`]+)```/.exec(read("docs/how-it-works.md"))[1].trim().split("\n");
    assert.ok(lines.length >= 3);
    for (const line of lines) assert.ok(code.includes(line), line);
  });

  test("names every room, and no other", () => {
    const named = rowsBehind("docs/how-it-works.md", "| Room | What it is about |").flatMap(([rooms]) =>
      [...rooms.matchAll(/`src\/(\w+)`/g)].map(([, room]) => room),
    );
    assert.deepEqual(named.sort(), readdirSync(join(root, "src")).sort());
  });
});

describe("docs/failures.md", () => {
  const rows = rowsBehind("docs/failures.md", "## Codes\n\n");
  const told = rows.flatMap(([names, statuses]) => {
    const each = statuses.split(", ");
    return [...names.matchAll(/`(\w+)`/g)].map(([, name], place) => [name, Number(each[place] ?? each[0])]);
  });

  test("has every code that a client can get, with its status", () => {
    const codes = [...read("src/base/error.cpp").matchAll(/return \{"(\w+)", (\d+)\}/g)]
      .map(([, name, status]) => [name, Number(status)])
      .filter(([, status]) => status >= 400);
    assert.ok(codes.length > 40);
    const byName = (list) => [...new Map(list)].sort();
    assert.deepEqual(byName(told), byName(codes));
  });
});

describe("docs/hosts.md", () => {
  const section = read("docs/hosts.md").split("\n## Node\n")[1].split("\n## ")[0];

  test("says the limits of the Node server", () => {
    const { headMs, headBytes, requestMs, idleMs, takesMs, lingerMs, lookMs, connections, drainMs, arriveMs } =
      serverLimits;
    for (const text of [
      `a request's head | ${headMs / 1000} s, ${headBytes / 1024} KiB |`,
      `a request in all | ${requestMs / 1000} s |`,
      `a connection between two requests | ${idleMs / 1000} s |`,
      `a client that takes nothing of an answer | ${takesMs / 1000} s |`,
      `a client that still sends behind its answer | ${lingerMs / 1000} s |`,
      `a head that is still arriving when draining begins | ${arriveMs / 1000} s |`,
      `connections | ${connections} (`,
      `is looked for every ${lookMs / 1000} s`,
      `0 to 600 | \`${drainMs / 1000}\` |`,
    ])
      assert.ok(section.includes(text), text);
    assert.equal(Object.keys(serverLimits).length, 10, "every limit is told");
  });
});

describe("docs/logs.md", () => {
  const logs = read("docs/logs.md");
  const source = readdirSync(join(root, "src"), { recursive: true })
    .filter((name) => /\.(h|cpp)$/.test(name))
    .map((name) => read(join("src", name)))
    .join("\n");

  test("names what failures are called, and every field of a line", () => {
    const names = [
      ...source.matchAll(/"((?:img|llm|px)_[a-z0-9_]*[a-z0-9])"/g),
      ...source.matchAll(/\b(?:word|text|remark|number)\("([a-z_]+)"/g),
      ...read("src/log/request_log.cpp").matchAll(/(?:key\(|append_remark\(words, )"(\w+)"/g),
    ].map(([, name]) => name);
    assert.ok(names.length > 60);
    assert.deepEqual(
      names.filter((name) => !logs.includes(name)),
      [],
    );
  });
});

describe("the documents", () => {
  const documents = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  for (const path of [
    ...["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "tests/README.md"],
    ...documents.map((name) => `docs/${name}`),
  ]) {
    test(`${path} names only files that are there`, () => {
      const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, link]) => link);
      const paths = [...read(path).matchAll(/`((?:src|tests|docs|scripts|js-glue|examples|deploy)\/[\w./-]*)`/g)].map(
        ([, name]) => name,
      );
      const missing = [...links, ...paths].filter(
        (name) => !name.includes("NAME") && !existsSync(join(root, name)) && !existsSync(join(root, path, "..", name)),
      );
      assert.deepEqual(missing, []);
    });
  }
});
