// Which room may include which: the shape of the house, held by a test.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, test } from "node:test";

const source = fileURLToPath(new URL("../../src", import.meta.url));

const mayInclude = {
  base: [],
  json: ["base"],
  sse: ["base"],
  http: ["base"],
  picture: ["base"],
  markdown: ["base", "picture"],
  openai: ["base", "json", "sse", "markdown", "picture"],
  idea: ["base", "picture"],
  demo: ["base", "picture"],
  effect: ["base", "http"],
  failover: ["base", "json", "http"],
  answer: ["base", "json", "idea"],
  prompt: ["base", "idea", "answer"],
  log: ["base", "json"],
  clients: ["base", "json"],
  ledger: ["base", "json", "http", "clients"],
  chore: ["base", "idea", "prompt"],
  config: ["base", "http", "picture", "clients"],
  link: ["base", "config"],
  s3: ["base", "http", "config"],
  provider: ["base", "json", "http", "picture", "config"],
  dialects: ["base", "json", "http", "demo", "provider"],
  exchange: [
    "log",
    "base",
    "json",
    "sse",
    "http",
    "picture",
    "effect",
    "failover",
    "config",
    "link",
    "provider",
    "dialects",
    "ledger",
  ],
  accounts: ["log", "base", "json", "picture", "ledger", "exchange"],
  checkup: ["log", "base", "json", "http", "failover", "exchange"],
  llm: ["base", "json", "sse", "openai", "idea", "effect", "failover", "answer", "prompt", "exchange", "accounts"],
  gallery: ["log", "base", "http", "picture", "effect", "failover", "link", "s3", "exchange"],
  studio: ["base", "json", "picture", "effect", "failover", "provider", "exchange", "accounts", "gallery"],
  responses: ["base", "json", "picture", "openai"],
  mcp: ["base", "json", "picture", "openai"],
  talk: ["base", "json", "picture", "openai", "idea", "chore", "exchange", "llm", "gallery", "studio"],
  delivery: ["base", "json", "picture", "exchange", "llm", "gallery", "studio"],
  faces: [
    "base",
    "json",
    "sse",
    "http",
    "markdown",
    "picture",
    "openai",
    "responses",
    "mcp",
    "idea",
    "exchange",
    "llm",
    "gallery",
    "studio",
    "talk",
    "accounts",
    "delivery",
  ],
  views: ["base", "json", "picture", "openai", "demo", "link", "checkup", "exchange", "gallery", "accounts"],
  gateway: ["base", "http", "effect", "exchange", "checkup", "accounts", "delivery", "faces", "views"],
  abi: ["http", "effect", "gateway"],
  wit: ["base"],
  wasi: ["base", "http", "effect", "config", "gateway", "wit"],
};

/** { file, room, line, header, system } of every #include under `folder`. */
function includesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => /\.(h|cpp)$/.test(name))
    .flatMap((name) => {
      const room = name.split(sep)[0];
      const text = readFileSync(join(folder, name), "utf8");
      return [...text.matchAll(/^\s*#\s*include\s*([<"])([^>"]+)[>"]/gm)].map(([, quote, header]) => ({
        file: name,
        room,
        header,
        system: quote === "<",
      }));
    });
}

/** Why an include is not allowed, or null. */
function objection({ room, header, system }) {
  if (!(room in mayInclude)) return `the room ${room} is not in the table`;
  if (/^(emscripten|wasi)\b/.test(header) && !["abi", "wasi"].includes(room))
    return "the core never names a host's types";
  if (/^nlohmann\b/.test(header) && room !== "json") return "json/ is the one room that names nlohmann";
  if (system) return null;
  const target = dirname(header).split("/")[0];
  if (target === room || mayInclude[room].includes(target)) return null;
  return `${room} may not include ${target}`;
}

const linesOf = (file) => readFileSync(join(source, file), "utf8").split("\n").length - 1;

describe("sizes", () => {
  const files = readdirSync(source, { recursive: true }).filter((name) => /\.(h|cpp)$/.test(name));

  // Dialects are as many as there are backends, and know nothing of each other: each file has its own limit.
  test("a room has 2,000 lines at most", () => {
    const rooms = Map.groupBy(files, (file) => file.split(sep)[0]);
    rooms.delete("dialects");
    const large = [...rooms]
      .map(([room, own]) => [room, own.reduce((sum, file) => sum + linesOf(file), 0)])
      .filter(([, lines]) => lines > 2000);
    assert.deepEqual(large, []);
  });

  test("a file has 400 lines at most, a dialect 150", () => {
    const most = (file) => (file.startsWith("dialects" + sep) ? 150 : 400);
    assert.deepEqual(
      files.filter((file) => linesOf(file) > most(file)),
      [],
    );
  });
});

describe("rooms", () => {
  const includes = includesIn(source);

  test("there is something to look at", () => {
    assert.ok(includes.length > 100, `${includes.length} includes`);
  });

  test("no room includes what it may not", () => {
    const objections = includes
      .map((include) => ({ ...include, why: objection(include) }))
      .filter(({ why }) => why !== null)
      .map(({ file, header, why }) => `${file} includes ${header}: ${why}`);
    assert.deepEqual(objections, []);
  });

  test("the table grants nothing that no file uses", () => {
    const used = {};
    for (const { room, header, system } of includes) if (!system) (used[room] ??= new Set()).add(header.split("/")[0]);
    for (const [room, rights] of Object.entries(mayInclude)) {
      assert.deepEqual(
        rights.filter((target) => !used[room].has(target)),
        [],
        room,
      );
    }
  });

  test("one unit alone draws the arrow from exchange/ to dialects/", () => {
    const files = includes
      .filter(({ room, header }) => room === "exchange" && header.startsWith("dialects/"))
      .map(({ file }) => file);
    assert.deepEqual(files, [join("exchange", "instance.h")]);
  });

  test("the table holds no circle", () => {
    const reaches = (from, to) => mayInclude[from].some((next) => next === to || reaches(next, to));
    for (const room of Object.keys(mayInclude)) assert.equal(reaches(room, room), false, room);
  });

  test("the rule itself objects to what it must", () => {
    assert.match(objection({ room: "link", header: "faces/chat.h", system: false }), /may not/);
    assert.match(objection({ room: "openai", header: "nlohmann/json.hpp", system: true }), /nlohmann/);
    assert.match(objection({ room: "gateway", header: "emscripten.h", system: true }), /host/);
    assert.match(objection({ room: "utils", header: "base/ascii.h", system: false }), /table/);
    assert.equal(objection({ room: "gallery", header: "picture/file_type.h", system: false }), null);
  });
});
