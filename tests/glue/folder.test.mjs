// A folder as the core's store for pictures, and a file as the list of clients.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { ranges } from "../support/cases/ranges.mjs";
import { callService } from "../../js-glue/binding.mjs";
import { openClients, openFolder, sweepFolder } from "../../js-glue/services/folder.mjs";

const key = "AAAAAAAAAAAAAAAAAAAAAA.png";
const outside = mkdtempSync(join(tmpdir(), "fluxgate-folder-"));
const folder = join(outside, "made", "images");
const png = { "content-type": "image/png", "cache-control": "max-age=60" };

let services;
const call = (method, name = key, headers = {}, body = undefined, rest = {}) =>
  callService(services, { method, url: `binding://IMAGES/${name}`, headers: Object.entries(headers), body, ...rest });
async function seen(method, name, headers) {
  const response = await call(method, name, headers);
  return [
    response.status,
    response.headers.get("content-range"),
    response.headers.get("content-length"),
    await response.text(),
  ];
}

async function* inPieces(...pieces) {
  for (const piece of pieces) {
    if (piece instanceof Error) throw piece;
    yield Buffer.from(piece);
  }
}

describe("a folder as a store", () => {
  before(async () => {
    services = new Map([["IMAGES", await openFolder(folder)]]);
  });
  afterEach(() => {
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
  });
  after(() => rmSync(outside, { recursive: true }));

  test("a picture is there whole, under its name, until it is deleted", async () => {
    assert.equal((await call("GET")).status, 404);
    for (const body of [Buffer.from("0123456789"), inPieces("01234", "56789"), new Blob(["0123456789"]).stream()]) {
      assert.equal((await call("PUT", key, { ...png, "content-length": "10" }, body)).status, 200);
      assert.equal(readFileSync(join(folder, key), "utf8"), "0123456789");
      const response = await call("GET");
      assert.deepEqual(
        [response.status, response.headers.get("etag"), response.headers.get("content-type"), await response.text()],
        [200, `"${key}"`, "image/png", "0123456789"],
      );
      for (let i = 0; i < 2; i += 1) assert.equal((await call("DELETE")).status, 200);
      assert.deepEqual(readdirSync(folder), []);
    }
  });

  for (const [range, status, contentRange, text] of ranges) {
    test(`${range} is ${status}`, async () => {
      await call("PUT", key, png, Buffer.from("0123456789"));
      assert.deepEqual(await seen("GET", key, { range }), [
        status,
        contentRange,
        status === 416 ? null : String(text.length),
        text,
      ]);
    });
  }

  test("HEAD tells the length, and conditions are heard", async () => {
    await call("PUT", key, png, Buffer.from("0123456789"));
    assert.deepEqual(await seen("HEAD", key, { range: "bytes=0-3" }), [200, null, "10", ""]);
    for (const condition of [`"${key}"`, `W/"${key}"`, `"x", "${key}"`, "*"])
      assert.equal((await call("GET", key, { "if-none-match": condition })).status, 304, condition);
    for (const condition of ['"x"', key, ""])
      assert.equal((await seen("GET", key, { "if-none-match": condition }))[0], 200);
  });

  test("a picture without bytes has none", async () => {
    await call("PUT", key, png);
    assert.deepEqual(await seen("GET"), [200, null, "0", ""]);
    assert.deepEqual((await seen("GET", key, { range: "bytes=0-" }))[0], 416);
  });

  test("a body that breaks off or ends short leaves nothing, and what was there stays", async () => {
    for (const there of [[], [key, `${key}.json`]]) {
      if (there.length > 0) await call("PUT", key, png, Buffer.from("old"));
      await assert.rejects(call("PUT", key, png, inPieces("0123", new Error("cut"))), /cut/);
      await assert.rejects(call("PUT", key, { ...png, "content-length": "10" }, inPieces("0123")), /length/);
      assert.deepEqual(readdirSync(folder), there);
    }
    assert.equal((await seen("GET"))[3], "old");
  });

  test("who reads while the picture is written anew gets one of both, whole", async () => {
    const pictures = ["a", "b"].map((letter) => Buffer.alloc(300_000, letter));
    await call("PUT", key, png, pictures[0]);
    const writing = (async () => {
      for (let i = 0; i < 20; i += 1) await call("PUT", key, png, pictures[i % 2]);
    })();
    for (let i = 0; i < 40; i += 1) {
      const bytes = Buffer.from(await (await call("GET")).arrayBuffer());
      assert.ok(pictures.some((picture) => picture.equals(bytes)));
    }
    await writing;
  });

  test("a picture that nobody wants any more is let go of", async () => {
    await call("PUT", key, png, Buffer.alloc(5_000_000));
    const abort = new AbortController();
    const response = await call("GET", key, {}, undefined, { signal: abort.signal });
    const reader = response.body.getReader();
    await reader.read();
    abort.abort();
    await assert.rejects(
      async () => {
        while (!(await reader.read()).done);
      },
      { name: "AbortError" },
    );
  });

  test("no key leaves the folder or names a file that is no picture", async () => {
    writeFileSync(join(outside, "made", "secret.png"), "secret");
    await call("PUT", key, png, Buffer.from("x"));
    for (const name of [
      "../secret.png",
      "..%2Fsecret.png",
      "../../made/secret.png",
      `${key}.json`,
      `x/${key}`,
      `/${key}`,
      "AAAAAAAAAAAAAAAAAAAAA..",
      "AAAAAAAAAAAAAAAAAAAAAA.png/",
      "AAAAAAAAAAAAAAAAAAAAAA.png\n",
      "AAAAAAAAAAAAAAAAAAAAAA.png\0",
      "AAAAAAAAAAAAAAAAAAAAAA.PNG",
      "AAAAAAAAAAAAAAAAAAAAAA",
      "",
    ]) {
      assert.equal((await call("GET", name)).status, 404, name);
      assert.equal((await call("DELETE", name)).status, 404, name);
      assert.equal((await call("PUT", name, png, Buffer.from("x"))).status, 400, name);
    }
    assert.equal(readFileSync(join(outside, "made", "secret.png"), "utf8"), "secret");
    assert.deepEqual(readdirSync(folder), [key, `${key}.json`]);
  });

  test("it knows no parts", async () => {
    assert.equal((await call("POST", `${key}?uploads`)).status, 501);
    assert.equal((await call("PUT", `${key}?uploadId=x&partNumber=1`, png, Buffer.from("x"))).status, 501);
    assert.deepEqual(readdirSync(folder), []);
  });

  test("a sweep removes what has come to its time, and what broken uploads have left", async () => {
    const other = "BBBBBBBBBBBBBBBBBBBBBB.png";
    const lasting = "CCCCCCCCCCCCCCCCCCCCCC.png";
    const now = Date.now();
    await call("PUT", key, png, Buffer.from("x"));
    await call("PUT", other, { ...png, "cache-control": "public, max-age=3600" }, Buffer.from("x"));
    await call("PUT", lasting, { "content-type": "image/png" }, Buffer.from("x"));
    const part = join(folder, `${key}.1.part`);
    writeFileSync(part, "x");
    writeFileSync(join(folder, "notes.txt"), "x");
    writeFileSync(join(folder, "notes.json"), `{"until":0}`);
    writeFileSync(join(folder, "DDDDDDDDDDDDDDDDDDDDDD.png.json"), "not JSON");
    const before = readdirSync(folder);
    await sweepFolder(folder, now + 59_000);
    assert.deepEqual(readdirSync(folder), before);
    utimesSync(part, new Date(now - 86_400_000), new Date(now - 86_400_000));
    await sweepFolder(folder, now + 61_000);
    const gone = [key, `${key}.json`, `${key}.1.part`];
    assert.deepEqual(
      readdirSync(folder),
      before.filter((name) => !gone.includes(name)),
    );
    assert.equal((await call("GET", other)).status, 200);
  });

  test("what has expired goes when the folder is opened", async () => {
    writeFileSync(join(folder, key), "x");
    writeFileSync(join(folder, `${key}.json`), JSON.stringify({ type: "image/png", until: Date.now() }));
    await openFolder(folder);
    const lateMs = Date.now() + 5000;
    while (readdirSync(folder).length > 0 && Date.now() < lateMs)
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(readdirSync(folder), []);
  });
});

describe("a file as the list of clients", () => {
  test("is read at each call", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "fluxgate-clients-")), "clients.json");
    const clients = new Map([["CLIENTS", openClients(path)]]);
    const ask = (method = "GET") => callService(clients, { method, url: "binding://CLIENTS/", headers: [] });
    assert.equal((await ask()).status, 404);
    for (const list of ["[1]", "[2]"]) {
      writeFileSync(path, list);
      const response = await ask();
      assert.deepEqual(
        [response.status, response.headers.get("content-type"), await response.text()],
        [200, "application/json", list],
      );
    }
    assert.equal((await ask("POST")).status, 405);
    rmSync(join(path, ".."), { recursive: true });
    assert.equal((await ask()).status, 404);
  });
});
