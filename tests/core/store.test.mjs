// Storing pictures, with a scripted store: what it is asked, and what becomes of the answer when it fails.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { chance, seed } from "../support/texts/chance.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import { largePng, samplePng } from "../support/upstreams/pictures.mjs";
import { settingsFor } from "../support/upstreams/upstream.mjs";

const upstream = { origin: "http://upstream.test:8080", host: "upstream.test:8080" };
const { OPENAI_API_BASE, OPENAI_API_KEY, OPENAI_MODEL, ...settings } = settingsFor(upstream, {
  "binding://IMAGES": "1",
});
const request = {
  method: "POST",
  url: "https://gateway.example/v1/chat/completions",
  headers: { authorization: "Bearer client-key" },
  body: JSON.stringify({ model: "flux-schnell", messages: [{ role: "user", content: "a cat" }] }),
};
const random = new Uint8Array(16).fill(7);
const picture = { status: 200, headers: { "content-length": String(samplePng.length) }, body: samplePng };
const image = (answer) => ({ status: 200, body: JSON.stringify(answer) });

/** Asks once; `store` answers the store's calls. Adds `link` and `puts`. */
function ask(
  core,
  store,
  { made = { images: [{ url: `${upstream.origin}/pictures/cat.png` }] }, host = picture, ...options } = {},
) {
  const seen = converse(
    core,
    request,
    (call) => {
      if (call.url.startsWith("binding://")) return store;
      return call.url.endsWith("/generate") ? image(made) : host;
    },
    { random, ...options },
  );
  const link = seen.status === 200 ? /\((\S+)\)/.exec(seen.json().choices[0].message.content)[1] : null;
  return { ...seen, link, puts: seen.calls.filter(({ url }) => url.startsWith("binding://")) };
}

describeBuilds("storing pictures", (makeCore) => {
  test("the store gets the whole picture under a key that the request's id does not tell", () => {
    const seen = ask(makeCore(settings), { status: 200 });
    assert.equal(seen.puts.length, 1);
    const [put] = seen.puts;
    assert.deepEqual(
      [put.method, put.headers["content-type"], put.headers["content-length"], put.headers["cache-control"]],
      ["PUT", "image/png", String(samplePng.length), "max-age=31536000"],
    );
    assert.deepEqual(put.bytes, samplePng);
    const key = /^binding:\/\/IMAGES\/([A-Za-z0-9_-]{22}\.png)$/.exec(put.url)[1];
    assert.equal(seen.link, `https://gateway.example/i/${key}`);
    const elsewhere = ask(makeCore({ ...settings, IMAGE_PROXY_SECRET: "another-secret-of-the-tests-of-32-bytes" }), {
      status: 200,
    });
    assert.notEqual(elsewhere.link, seen.link);
    assert.deepEqual(seen.leftOver, []);
  });

  for (const [name, store] of Object.entries({
    "an error": { status: 500 },
    "no answer": "failed",
    "no such service": "unsupported",
    "a refusal": { status: 404 },
    silence: "silent",
  })) {
    test(`a store with ${name}: the signed link, a line in the log, and no second picture`, () => {
      const seen = ask(makeCore(settings), store);
      assert.match(seen.link, /^https:\/\/gateway\.example\/image-proxy\?url=/);
      assert.equal(seen.logs.filter(({ ev }) => ev === "store_failed").length, 1);
      assert.equal(seen.calls.filter(({ url }) => url.endsWith("/generate")).length, 1);
      assert.deepEqual(seen.leftOver, []);
    });
  }

  for (const [name, host] of Object.entries({
    "is gone": { status: 410 },
    "is no picture": { status: 200, body: "<html>" },
    "breaks off": { status: 200, body: largePng(200_000).subarray(0, 100_000), cut: true },
    stalls: { status: 200, chunks: [samplePng, { ms: Infinity, bytes: samplePng }] },
    "is too large": { status: 200, body: largePng(21 * 1024 * 1024) },
    "redirects to a private address": { status: 302, headers: { location: "http://10.0.0.1/x.png" } },
  })) {
    test(`a picture that ${name} is not stored`, () => {
      const seen = ask(makeCore(settings), { status: 200 }, { host });
      assert.match(seen.link, /\/image-proxy\?url=/);
      assert.equal(seen.logs.filter(({ ev }) => ev === "store_failed").length, 1);
      assert.deepEqual(seen.leftOver, []);
    });
  }

  test("base64 becomes bytes in the store, or a data URL where it fails", () => {
    const made = { data: [{ b64_json: samplePng.toString("base64") }] };
    const stored = ask(makeCore(settings), { status: 200 }, { made });
    assert.deepEqual(Buffer.from(stored.puts[0].bytes), samplePng);
    assert.match(stored.link, /\/i\/[A-Za-z0-9_-]{22}\.png$/);
    assert.match(ask(makeCore(settings), "failed", { made }).link, /^data:image\/png;base64,/);
  });

  for (const [name, before, after] of [
    ["b64_json", '{"created":1,"data":[{"b64_json":"', '"}]}'],
    ["a data URL", '{"images":[{"url":"data:image/png;base64,', '"}],"seed":7}'],
  ]) {
    test(`12 MB of ${name} are stored in parts, and take a part's memory`, () => {
      const bytes = largePng(9_000_000);
      const body = before + bytes.toString("base64") + after;
      const core = makeCore(settings);
      const steps = [];
      const seen = converse(
        core,
        request,
        (call) => {
          if (!call.url.startsWith("binding://")) return { status: 200, chunks: body.match(/.{1,65536}/gs) };
          steps.push(call);
          return {
            status: 200,
            headers: call.url.endsWith("?uploads") ? { "upload-id": "u/1" } : { etag: `"${steps.length}"` },
          };
        },
        { random },
      );
      assert.match(seen.text, /\(https:\/\/gateway\.example\/i\/[A-Za-z0-9_-]{22}\.png\)/);
      assert.deepEqual(
        steps.map(({ method, url }) => `${method} ${url.replace(/.*\.png/, "")}`),
        [
          "POST ?uploads",
          "PUT ?uploadId=u%2F1&partNumber=1",
          "PUT ?uploadId=u%2F1&partNumber=2",
          "POST ?uploadId=u%2F1",
        ],
      );
      assert.deepEqual(
        steps.map(({ headers }) => [headers["content-type"], headers["cache-control"]]),
        [["image/png", "max-age=31536000"], ...Array(3).fill([undefined, undefined])],
      );
      assert.deepEqual(Buffer.concat(steps.slice(1, 3).map((part) => part.bytes)), bytes);
      assert.equal(steps[1].bytes.length, 5 * 1024 * 1024);
      assert.equal(steps[3].body, '"2"\n"3"\n');
      assert.ok(core.memoryBytes < 8 * 1024 * 1024, `${core.memoryBytes} bytes`);
    });
  }

  test("further ones take the memory of the first, however their bytes are cut", () => {
    const random = chance("cuts");
    const bodies = [100_000, 9_000_000].map((length) =>
      Buffer.from(JSON.stringify({ data: [{ b64_json: largePng(length).toString("base64") }] })),
    );
    const cut = (body) => {
      const chunks = [];
      for (let at = 0, end; at < body.length; at = end) {
        end = at + (random() < 0.3 ? 1 + random.below(65536) : 65536);
        chunks.push(body.subarray(at, end));
      }
      return chunks;
    };
    for (let round = 0; round < 16; round += 1) {
      const core = makeCore(settings);
      const take = (body) => {
        const seen = converse(core, request, ({ url }) =>
          url.startsWith("binding://")
            ? { status: 200, headers: { "upload-id": "u", etag: "e" } }
            : { status: 200, chunks: cut(body) },
        );
        assert.equal(seen.status, 200);
        return core.memoryBytes;
      };
      for (const body of [0, 0, 0, 1, 1, 1].map((i) => bodies[i]))
        assert.ok(take(body) < 8 * 1024 * 1024, `${core.memoryBytes} bytes (seed ${seed})`);
    }
  });

  test("what others hold does not lie where the next one is gathered", () => {
    const core = makeCore(settings);
    const made = Buffer.from(JSON.stringify({ data: [{ b64_json: largePng(9_000_000).toString("base64") }] }));
    const take = () =>
      assert.equal(
        converse(core, request, ({ url }) =>
          url.startsWith("binding://")
            ? { status: 200, headers: { "upload-id": "u", etag: "e" } }
            : { status: 200, body: made },
        ).status,
        200,
      );
    take();
    const firstBytes = core.memoryBytes;
    for (let i = 0; i < 200; i += 1)
      core.open(
        `POST ${request.url}\nauthorization: Bearer client-key\ncontent-length: 10\nx-padding: ${"x".repeat(4000)}\n`,
        0,
        random,
      ); // Their bodies never come.
    take();
    assert.ok(core.memoryBytes < firstBytes + 4 * 1024 * 1024, `${core.memoryBytes - firstBytes} bytes more`);
  });

  test("a large picture whose store fails, and one without a store, is an error and is not made again", () => {
    const made = { data: [{ b64_json: largePng(6_000_000).toString("base64") }] };
    const noId = { status: 200 };
    for (const [code, store, extra] of [
      ["upstream_bad_response", "failed"],
      ["upstream_bad_response", { status: 500 }],
      ["upstream_bad_response", noId],
      ["upstream_too_large", "failed", { "binding://IMAGES": "" }],
    ]) {
      const seen = ask(makeCore({ ...settings, ...extra }), store, { made });
      assert.deepEqual([seen.status, seen.json().error.code], [502, code]);
      assert.equal(seen.calls.filter(({ url }) => url.endsWith("/generate")).length, 1);
    }
  });

  test("a store that knows no parts gets the whole of a large picture, which the host has held", () => {
    const bytes = largePng(20 * 1024 * 1024);
    const core = makeCore({ ...settings, IMAGES_TTL_DAYS: "7" });
    const answers = (put) => (call) => (call.method === "POST" ? { status: 501 } : put);
    const run = (put, made = { data: [{ b64_json: largePng(17_000_000).toString("base64") }] }, options = {}) => {
      const steps = [];
      const seen = converse(
        core,
        request,
        (call) => {
          if (!call.url.startsWith("binding://")) return image(made);
          steps.push(call);
          return answers(put)(call);
        },
        { random, ...options },
      );
      return { ...seen, steps };
    };
    const seen = run({ status: 200 });
    assert.match(seen.text, /\/i\/[A-Za-z0-9_-]{22}\.png\)/);
    assert.deepEqual(
      seen.steps.map(({ method, url }) => `${method} ${url.replace(/.*\.png/, "")}`),
      ["POST ?uploads", "PUT "],
    );
    const [, put] = seen.steps;
    assert.deepEqual(
      [put.headers["content-type"], put.headers["cache-control"], put.headers["content-length"]],
      ["image/png", "max-age=604800", "17000000"],
    );
    assert.deepEqual(Buffer.from(put.bytes), largePng(17_000_000));
    assert.deepEqual(seen.leftOver, []);
    for (const put of [{ status: 500 }, "failed"]) {
      const failed = run(put);
      assert.deepEqual([failed.status, failed.json().error.code], [502, "upstream_bad_response"]);
      assert.deepEqual(failed.leftOver, []);
    }
    const firstHold = seen.effects.indexOf("hold");
    for (const failing of [firstHold, seen.effects.indexOf("hold", firstHold + 1)]) {
      const failed = run({ status: 200 }, undefined, { failing });
      assert.deepEqual([failed.status, failed.json().error.code], [502, "upstream_bad_response"]);
      assert.deepEqual([failed.steps.length, failed.leftOver], [1, []]);
    }
    const tooLarge = run({ status: 200 }, { data: [{ b64_json: Buffer.concat([bytes, bytes]).toString("base64") }] });
    assert.equal(tooLarge.status, 502);
    assert.equal(tooLarge.steps.length, 1, "nothing is put");
    assert.ok(core.memoryBytes < 16 * 1024 * 1024, `${core.memoryBytes} bytes`);
  });

  test("a picture of exactly two parts has no third, empty one", () => {
    const puts = [];
    const seen = converse(
      makeCore(settings),
      request,
      (call) => {
        if (!call.url.startsWith("binding://"))
          return image({ data: [{ b64_json: largePng(2 * 5 * 1024 * 1024).toString("base64") }] });
        if (call.method === "PUT") puts.push(call.bytes.length);
        return { status: 200, headers: { "upload-id": "u", etag: '"e"' } };
      },
      { random },
    );
    assert.equal(seen.status, 200);
    assert.deepEqual(puts, [5 * 1024 * 1024, 5 * 1024 * 1024]);
  });

  test("base64 that is damaged in its middle, and a long string that is no picture", () => {
    const good = largePng(100_000).toString("base64");
    const cases = [
      { data: [{ b64_json: `${good.slice(0, 50_000)}!${good.slice(50_000)}` }] },
      { data: [{ b64_json: good.slice(0, -3) }] },
      { image: "x".repeat(50_000) },
    ];
    for (const made of cases)
      assert.equal(ask(makeCore(settings), { status: 200 }, { made }).json().error.code, "upstream_not_an_image");
    const beside = ask(
      makeCore(settings),
      { status: 200 },
      { made: { revised_prompt: "word ".repeat(9000), data: [{ b64_json: good }] } },
    );
    assert.deepEqual(Buffer.from(beside.puts[0].bytes), largePng(100_000));
  });

  test("an address that holds the backend's key is stored, and never shown", () => {
    const key = "first-image-key-of-20";
    const made = { images: [{ url: `${upstream.origin}/cat.png?key=${key}` }] };
    const core = () => makeCore({ ...settings, IMAGE_GEN_API_KEY: key });
    assert.match(ask(core(), { status: 200 }, { made }).link, /\/i\//);
    const refused = ask(core(), "failed", { made });
    const harmless = { images: [{ url: `${upstream.origin}/client-key/first-image/cat.png` }] };
    assert.match(ask(core(), "failed", { made: harmless }).link, /\/image-proxy\?url=/);
    assert.deepEqual([refused.status, refused.json().error.code], [502, "upstream_bad_url"]);
  });

  test("a store that is silent holds nobody for more than 10 s", () => {
    const seen = converse(
      makeCore(settings),
      { url: `https://gateway.example/i/${"A".repeat(22)}.png` },
      () => "silent",
    );
    assert.deepEqual([seen.status, seen.ms], [504, 10_000]);
  });

  test("IMAGES_TTL_DAYS says how long an answer may be cached", () => {
    const path = ask(makeCore(settings), { status: 200 }).link.slice("https://gateway.example".length);
    const show = (extra, answer) =>
      converse(makeCore({ ...settings, ...extra }), { url: `https://gateway.example${path}` }, () => answer);
    const stored = {
      status: 200,
      headers: { etag: '"x"', "content-length": String(samplePng.length), "set-cookie": "a=b" },
      body: samplePng,
    };
    assert.equal(
      show({ IMAGES_TTL_DAYS: "30" }, stored).headers["cache-control"],
      "public, max-age=2592000, immutable",
    );
    const seen = show({}, stored);
    assert.deepEqual(
      [seen.status, seen.bytes, seen.headers["set-cookie"], seen.headers.etag],
      [200, samplePng, undefined, '"x"'],
    );
    for (const answer of ["failed", "unsupported", { status: 412 }, { status: 500 }])
      assert.ok(show({}, answer).status >= 500);
    assert.equal(show({ IMAGES_TTL_DAYS: "0" }, stored).status, 500);
    assert.equal(show({ "binding://IMAGES": "" }, stored).status, 404);
  });
});
