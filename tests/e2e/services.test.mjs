// The services in workerd with the bindings that wrangler has for them here, beside the core and with it.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { runLedgerCases } from "../support/cases/ledger_cases.mjs";
import { chat, idea, linkIn } from "../support/clients/chat.mjs";
import { kindsOfBindings, startWorker } from "../support/hosts/worker.mjs";
import { largePng, samplePng } from "../support/upstreams/pictures.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";

const { bucket, namespace, ledger, limit, dataset, otherWorker } = kindsOfBindings;
const entrypoint = "tests/support/hosts/services_worker.mjs";
const clients = [{ name: "a", key: "k" }];
const key = "AAAAAAAAAAAAAAAAAAAAAA.png";
const day = { "content-type": "image/png", "cache-control": "max-age=86400" };

describe("the services in workerd", () => {
  let worker;
  before(async () => {
    worker = await startWorker(
      {},
      {
        entrypoint,
        objects: ["Ledger", "TimedLedger"],
        bindings: {
          IMAGES: bucket,
          LEDGER: ledger(),
          RATES: limit(3),
          CLIENTS: namespace("clients"),
          EVENTS: dataset,
          TIMED: ledger("TimedLedger"),
        },
      },
    );
  });
  after(() => worker?.close());

  const call = async (path, method = "POST", body = undefined, headers = {}) => {
    const init = { method, headers, body, duplex: "half" };
    const response = await worker.request(path, init);
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const steps = async (...all) => {
    const { status, bytes } = await call("/LEDGER/", "POST", JSON.stringify(all), { "x-bytes": "1" });
    return [status, JSON.parse(bytes)];
  };

  test("all are found by their names, and by what they can do", async () => {
    assert.deepEqual(JSON.parse((await call("/", "GET")).bytes), ["IMAGES", "LEDGER", "RATES", "CLIENTS", "EVENTS"]);
    assert.equal((await call("/TIMEDX/", "GET")).status, 501);
  });

  describe("the ledger", () => {
    runLedgerCases((name) => async (body, now) => {
      const { status, bytes } = await call(`/TIMED?${encodeURIComponent(name)}`, "POST", body, {
        "x-now": String(now),
      });
      return { status, body: bytes.toString() };
    });

    test("goes by its own clock", async () => {
      const until = Date.now() + 60_000;
      assert.deepEqual(await steps({ make: "now", text: "x", until }, { read: "now" }), [200, [true, "x"]]);
      assert.deepEqual(await steps({ make: "now", text: "y", until }), [412, { step: 0, value: "x" }]);
      assert.deepEqual(await steps({ write: "now", text: "z", until: Date.now() }, { read: "now" }), [
        200,
        [true, null],
      ]);
      assert.equal((await call("/LEDGER/", "GET")).status, 405);
    });

    test("of 200 simultaneous additions, of which 50 may succeed, 50 do", async () => {
      const until = Date.now() + 600_000;
      const one = { add: "at once", amount: 1, until, most: 50 };
      const answers = await Promise.all(Array.from({ length: 200 }, () => steps(one)));
      const statuses = answers.map(([status]) => status);
      assert.deepEqual(
        [200, 412].map((status) => statuses.filter((each) => each === status).length),
        [50, 150],
      );
      const counted = answers.filter(([status]) => status === 200).map(([, [count]]) => count);
      assert.deepEqual(
        counted.sort((a, b) => a - b),
        Array.from({ length: 50 }, (_, index) => index + 1),
      );
    });

    test("forgets what has expired, in front of later calls", async () => {
      const names = Array.from({ length: 64 }, (_, index) => ({ write: `gone/${index}`, text: "", until: Date.now() }));
      assert.equal((await steps(...names))[0], 200);
      assert.deepEqual(await steps({ list: "gone/" }), [200, [[]]]);
    });
  });

  describe("the bucket", () => {
    test("gives up what is deleted, also when it is not there", async () => {
      assert.equal((await call(`/IMAGES/${key}`, "PUT", "0123456789", day)).status, 200);
      const seen = await call(`/IMAGES/${key}`, "GET", undefined, { range: "bytes=2-4" });
      assert.deepEqual(
        [seen.status, seen.headers.get("content-range"), seen.bytes.toString()],
        [206, "bytes 2-4/10", "234"],
      );
      for (let i = 0; i < 2; i += 1) assert.equal((await call(`/IMAGES/${key}`, "DELETE")).status, 200);
      for (const method of ["GET", "HEAD"]) assert.equal((await call(`/IMAGES/${key}`, method)).status, 404);
    });
  });

  test("the limit counts each key for itself", async () => {
    const leftMs = 60_000 - (Date.now() % 60_000); // Here a limit counts anew at each full minute.
    if (leftMs < 3000) await delay(leftMs);
    const statuses = [];
    for (let i = 0; i < 5; i += 1) statuses.push((await call("/RATES/a%2Fkey%3A1")).status);
    assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
    assert.equal((await call("/RATES/another")).status, 200);
    assert.equal((await call("/RATES/%ff")).status, 400);
    assert.equal((await call("/RATES/another", "GET")).status, 405);
  });

  test("there is no list of clients until there is one", async () => {
    assert.equal((await call("/CLIENTS/", "GET")).status, 404);
    assert.equal((await call("/CLIENTS/", "POST")).status, 405);
  });

  test("data points are taken, and nothing else", async () => {
    const point = { indexes: ["i"], blobs: ["a", "b"], doubles: [1, 2.5] };
    assert.equal((await call("/EVENTS/", "POST", JSON.stringify(point), { "x-bytes": "1" })).status, 200);
    const odd = [
      { blobs: ["a"], doubles: [] },
      { ...point, indexes: "i" },
      { ...point, blobs: [1] },
      { ...point, doubles: ["1"] },
    ];
    for (const body of ["", "{", "null", "5", ...odd.map((each) => JSON.stringify(each))])
      assert.equal((await call("/EVENTS/", "POST", body)).status, 400, body);
    assert.equal((await call("/EVENTS/", "GET")).status, 405);
  });
});

describe("a KV namespace as the store for pictures, in workerd", () => {
  let worker;
  before(async () => {
    worker = await startWorker(
      {},
      { entrypoint, bindings: { IMAGES: namespace("images"), CLIENTS: namespace("images") } },
    );
  });
  after(() => worker?.close());

  const request = (path, init) => worker.request(path, { duplex: "half", ...init });
  const picture = Buffer.alloc(20 * 1024 * 1024, "0123456789");

  test("it is found", async () => {
    assert.deepEqual(await (await request("/")).json(), ["IMAGES", "CLIENTS"]);
  });

  test("a picture is given whole, and told of, until it is deleted", async () => {
    const path = `/IMAGES/${key}`;
    assert.equal((await request(path)).status, 404);
    assert.equal(
      (await request(path, { method: "PUT", headers: { ...day, "x-bytes": "1" }, body: "0123456789" })).status,
      200,
    );
    for (const headers of [{}, { range: "bytes=2-4" }, { "if-none-match": '"other"' }]) {
      const response = await request(path, { headers });
      assert.deepEqual(
        [response.status, response.headers.get("etag"), response.headers.get("content-type"), await response.text()],
        [200, `"${key}"`, "image/png", "0123456789"],
      );
    }
    const head = await request(path, { method: "HEAD" });
    assert.deepEqual([head.status, head.headers.get("content-length")], [200, "10"]);
    assert.equal((await request(path, { headers: { "if-none-match": `W/"x", "${key}"` } })).status, 304);
    for (let i = 0; i < 2; i += 1) assert.equal((await request(path, { method: "DELETE" })).status, 200);
    for (const method of ["GET", "HEAD"]) assert.equal((await request(path, { method })).status, 404);
  });

  test("20 MiB are stored, as a stream and as bytes, and a byte more is 413 and stored nowhere", async () => {
    for (const headers of [day, { ...day, "x-bytes": "1" }]) {
      const path = "/IMAGES/BBBBBBBBBBBBBBBBBBBBBB.png";
      assert.equal((await request(path, { method: "PUT", headers, body: picture })).status, 200);
      const { length } = Buffer.from(await (await request(path)).arrayBuffer());
      assert.equal(length, picture.length);
      await request(path, { method: "DELETE" });
      const more = Buffer.concat([picture, Buffer.from("x")]);
      assert.equal((await request(path, { method: "PUT", headers, body: more })).status, 413);
      assert.equal((await request(path)).status, 404);
    }
  });

  test("it knows no parts", async () => {
    for (const [method, query] of [
      ["POST", "uploads"],
      ["PUT", "uploadId=x&partNumber=1"],
      ["POST", "uploadId=x"],
    ])
      assert.equal((await request(`/IMAGES/${key}?${query}`, { method, body: "x" })).status, 501);
    assert.equal((await request(`/IMAGES/${key}`)).status, 404);
    assert.equal((await request(`/IMAGES/${key}`, { method: "POST", body: "x" })).status, 405);
  });

  test("the list of clients is the value `clients`", async () => {
    assert.equal((await request("/CLIENTS/")).status, 404);
    await request("/IMAGES/clients", { method: "PUT", body: JSON.stringify(clients) });
    assert.deepEqual(await (await request("/CLIENTS/")).json(), clients);
  });
});

describe("the whole Worker with a KV namespace for pictures, in workerd", () => {
  let upstream;
  let worker;
  before(async () => {
    upstream = await startUpstream();
    worker = await startWorker(settingsFor(upstream), { bindings: { IMAGES: namespace("images") } });
  });
  beforeEach(() => upstream.reset());
  after(async () => {
    await worker?.close();
    await upstream?.close();
  });

  async function linkOf() {
    const response = await chat(worker, idea("a cat"));
    assert.equal(response.status, 200);
    return new URL(linkIn((await response.json()).choices[0].message.content)).pathname;
  }

  test("a picture has a link that outlives the backend's, whole whatever range is asked for", async () => {
    let reads = 0;
    upstream.onPicture = () => (reads++ === 0 ? { body: samplePng } : { status: 410 });
    const path = await linkOf();
    assert.match(path, /^\/i\/[A-Za-z0-9_-]{22}\.png$/);
    for (const headers of [{}, { range: "bytes=1-3" }]) {
      const response = await worker.request(path, { headers });
      assert.deepEqual([response.status, response.headers.get("content-type")], [200, "image/png"]);
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), samplePng);
    }
    const { headers } = await worker.request(path, { method: "HEAD" });
    assert.equal((await worker.request(path, { headers: { "if-none-match": headers.get("etag") } })).status, 304);
    assert.equal((await worker.request(path.replace(".png", ".jpg"))).status, 404);
  });

  test("a large picture, and base64, are stored whole", async () => {
    const large = largePng(3_000_000);
    upstream.onPicture = () => ({ body: large });
    assert.deepEqual(Buffer.from(await (await worker.request(await linkOf())).arrayBuffer()), large);
    upstream.onImage = () => ({ body: { data: [{ b64_json: samplePng.toString("base64") }] } });
    assert.deepEqual(Buffer.from(await (await worker.request(await linkOf())).arrayBuffer()), samplePng);
  });
});

describe("what only has the name of a service, in workerd", () => {
  test("another Worker, a text, and a binding of another kind are none", async () => {
    const text = { type: "plain_text", value: "text" };
    const self = otherWorker("fluxgate");
    const answers = [];
    for (const bindings of [
      { IMAGES: self, LEDGER: self, RATES: self, CLIENTS: self, EVENTS: self, AI: self },
      { IMAGES: text, LEDGER: text, RATES: text, CLIENTS: text, EVENTS: text, AI: text },
      { IMAGES: dataset, LEDGER: namespace("a"), RATES: bucket, CLIENTS: limit(3), EVENTS: namespace("b"), AI: bucket },
      { BUCKET: bucket, KV: namespace("a"), LIMIT: limit(3) },
    ]) {
      const worker = await startWorker({}, { entrypoint, bindings });
      try {
        answers.push(await (await worker.request("/")).json());
      } finally {
        await worker.close();
      }
    }
    assert.deepEqual(answers, [[], [], [], []]);
  });

  test("the Worker itself has the class of the ledger, and starts with all of them", async () => {
    const worker = await startWorker(
      { FLUXGATE_DEMO: "1", AUTHORIZED_API_KEY: "client-key" },
      {
        objects: ["Ledger"],
        bindings: {
          IMAGES: namespace("images"),
          LEDGER: ledger(),
          RATES: limit(100),
          CLIENTS: namespace("clients"),
          EVENTS: dataset,
        },
      },
    );
    try {
      assert.equal((await worker.request("/health")).status, 200);
    } finally {
      await worker.close();
    }
  });
});
