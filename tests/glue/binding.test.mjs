// Which bindings are services; and the bucket as the core's store, with a bucket that throws what Cloudflare's does and the local one does not.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ranges } from "../support/cases/ranges.mjs";
import { callService, servicesIn } from "../../js-glue/binding.mjs";

const bytes = new TextEncoder().encode("0123456789");

/** An R2 bucket with one object, "key"; `calls` grows. */
function bucket() {
  const calls = [];
  const described = {
    size: bytes.length,
    httpEtag: '"e"',
    writeHttpMetadata: (headers) => headers.set("content-type", "image/png"),
  };
  return {
    calls,
    head: async (key) => (key === "key" ? described : null),
    get: async (key, options) => {
      calls.push(options);
      if (key === "broken") throw new Error("internal error (10001)");
      if (key !== "key") return null;
      const { offset = 0, length = bytes.length - offset, suffix } = options.range ?? {};
      if (offset >= bytes.length || suffix === 0) throw new Error("The requested range is not satisfiable (10039)");
      if (options.onlyIf?.get("if-none-match") === '"e"') return described;
      const start = suffix === undefined ? offset : Math.max(bytes.length - suffix, 0);
      return {
        ...described,
        body: new Blob([bytes.subarray(start, suffix === undefined ? start + length : undefined)]).stream(),
      };
    },
    put: async () => {},
  };
}

async function get(headers = {}, key = "key", method = "GET") {
  const IMAGES = bucket();
  const response = await callService(servicesIn({ IMAGES }), {
    method,
    url: `binding://IMAGES/${key}`,
    headers: Object.entries(headers),
  });
  return {
    status: response.status,
    range: response.headers.get("content-range"),
    length: response.headers.get("content-length"),
    text: await response.text(),
    IMAGES,
  };
}

describe("the bucket as a store", () => {
  test("other URLs have no service", async () => {
    const services = servicesIn({ IMAGES: bucket() });
    for (const url of ["binding://OTHER/key", "binding://", "binding://IMAGES", "binding://constructor/key"])
      assert.equal(await callService(services, { method: "GET", url, headers: [] }), null);
  });

  test("what is deleted is told to the bucket", async () => {
    const deleted = [];
    const IMAGES = { ...bucket(), delete: async (key) => void deleted.push(key) };
    const call = { method: "DELETE", url: "binding://IMAGES/key", headers: [] };
    assert.equal((await callService(servicesIn({ IMAGES }), call)).status, 200);
    assert.deepEqual(deleted, ["key"]);
  });

  for (const [range, status, contentRange, text] of ranges) {
    test(`${range} is ${status}`, async () => {
      const seen = await get({ range });
      assert.deepEqual([seen.status, seen.range, seen.text], [status, contentRange, text]);
      if (status !== 416) assert.equal(seen.length, String(text.length));
    });
  }

  test("conditions that hold, that do not, and that nobody can read", async () => {
    assert.equal((await get({ "if-none-match": '"e"' })).status, 304);
    assert.equal((await get({ "if-none-match": '"e"', range: "bytes=0-3" })).status, 304);
    assert.equal((await get({ "if-none-match": '"other", W/"x"' })).status, 200);
    for (const odd of ["abc", '"x', "", "e, f"]) {
      const seen = await get({ "if-none-match": odd });
      assert.deepEqual([seen.status, seen.IMAGES.calls[0].onlyIf], [200, undefined], odd);
    }
  });

  test("what is not there is 404, and a fault of the bucket is no answer at all", async () => {
    for (const headers of [{}, { range: "bytes=0-3" }]) assert.equal((await get(headers, "nothing")).status, 404);
    assert.equal((await get({}, "nothing", "HEAD")).status, 404);
    await assert.rejects(get({}, "broken"), /10001/);
  });
});

describe("services among the bindings", () => {
  const act = () => {};
  const able = (...names) => Object.fromEntries(names.map((name) => [name, act]));
  const kinds = {
    IMAGES: able("put", "head", "get"),
    LEDGER: able("idFromName", "get", "newUniqueId"),
    RATES: able("limit"),
    CLIENTS: able("get", "put", "getWithMetadata"),
    EVENTS: able("writeDataPoint"),
    AI: able("run"),
  };
  const namesIn = (env) => [...servicesIn(env).keys()];

  test("are told by their names and by what they can do", () => {
    assert.deepEqual(namesIn({ ...kinds, NAME: "text", NONE: null }), Object.keys(kinds));
    assert.deepEqual(namesIn({ IMAGES: kinds.CLIENTS }), ["IMAGES"]);
    const others = Object.entries(kinds).map(([name, value]) => [`${name}_2`, value]);
    assert.deepEqual(namesIn(Object.fromEntries(others)), []);
  });

  test("are not of another kind, texts, objects of settings or nothing", () => {
    for (const value of ["text", 5, true, null, undefined, {}, [], { put: "text", get: 1 }, able("fetch"), act])
      assert.deepEqual(namesIn(Object.fromEntries(Object.keys(kinds).map((name) => [name, value]))), [], String(value));
    const { IMAGES, LEDGER, RATES, CLIENTS, EVENTS, AI } = kinds;
    assert.deepEqual(
      namesIn({ IMAGES: AI, LEDGER: CLIENTS, RATES: LEDGER, CLIENTS: IMAGES, EVENTS: RATES, AI: EVENTS }),
      [],
    );
  });

  test("are not another Worker, whose every property is a function", () => {
    const stub = new Proxy({}, { get: () => act });
    assert.deepEqual(namesIn(Object.fromEntries(Object.keys(kinds).map((name) => [name, stub]))), []);
  });
});
