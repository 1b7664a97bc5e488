// Nobody is told a secret that is not his own: every face, with every service bound, over good answers and failures of everybody who is asked; and all
// that leaves is searched, for the client, for the log, and for each party by itself.
//
// What is kept on purpose: names in the ledger are hashes of a client's name, never of his key; a key that rests is marked by eight bytes of an HMAC whose
// secret it is; and keys of CLIENTS may be given by their SHA-256, which is never told. So no hash of a key alone may be found anywhere.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse, startMs } from "../support/hosts/conversation.mjs";
import { around, formsOf, stringsIn } from "../support/texts/secret_forms.mjs";
import { delta, events, stream, whole } from "../support/upstreams/faults.mjs";
import { ledgerUpstream } from "../support/upstreams/ledger.mjs";
import { dataUrl, largePng, samplePng } from "../support/upstreams/pictures.mjs";
import { repeated, repeating } from "../support/upstreams/repeating.mjs";

/** A secret with characters that every encoding changes, of which no part that counts is in another. */
const secretOf = (who) => `${who}+Q/y~Z%2F=w?&"<J>\\x:${who}`;
/** Each, and who may be told it. */
const secrets = {
  client: { text: secretOf("Client"), for: [] },
  secondClient: { text: secretOf("cLient2"), for: [] },
  alice: { text: secretOf("aLice"), for: [] },
  bob: { text: secretOf("boB"), for: [] },
  carol: { text: secretOf("caRol"), for: [] },
  operator: { text: secretOf("Admin"), for: [] },
  links: { text: secretOf("linKs-of-thirty-two"), for: [] },
  olderLinks: { text: secretOf("liNks-that-are-older"), for: [] },
  first: { text: secretOf("fiRst"), for: ["first"] },
  secondOfFirst: { text: secretOf("fIrst2"), for: ["first"] },
  other: { text: secretOf("oTher"), for: ["other"] },
  queue: { text: secretOf("qUeue"), for: ["queue"] },
  llm: { text: secretOf("lLm"), for: ["llm"] },
  secondOfLlm: { text: secretOf("llM2"), for: ["llm"] },
  bucketKey: { text: "AKIAIOSFODNN7EXAMPLE", for: ["bucket"] },
  bucket: { text: "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYab", for: [] }, // A code of an error may be such a word.
};
const valueOf = (name) => secrets[name].text;
const hash = (text) => createHash("sha256").update(text).digest("hex");

const places = {
  "https://first.example/": "first",
  "https://other.example/": "other",
  "https://queue.fal.run/": "queue",
  "https://llm.example/": "llm",
  "https://pictures.example.com/": "pictures",
  "https://moved.example.com/": "moved",
  "https://bucket.example/": "bucket",
};
const partyOf = ({ url }) =>
  Object.entries(places).find(([start]) => url.startsWith(start))?.[1] ??
  /^binding:\/\/(\w+)\//.exec(url)?.[1] ??
  "stranger";

const inBucket = {
  IMAGES_S3_URL: "https://bucket.example/pictures",
  IMAGES_S3_KEY_ID: valueOf("bucketKey"),
  IMAGES_S3_SECRET: valueOf("bucket"),
};
const stores = { "a bucket": inBucket, "the service": { "binding://IMAGES": "1" }, "no store": {} };
const settings = {
  AUTHORIZED_API_KEY: `${valueOf("client")},${valueOf("secondClient")}`,
  ADMIN_API_KEY: valueOf("operator"),
  CLIENTS: JSON.stringify([{ name: "alice", key: valueOf("alice"), per_day: 1000 }]),
  CLIENTS_2: JSON.stringify([{ name: "bob", key_sha256: hash(valueOf("bob")), output: "images" }]),
  IMAGE_PROXY_SECRET: `${valueOf("links")},${valueOf("olderLinks")}`,
  IMAGE_GEN_API_TYPE: "openai",
  IMAGE_GEN_API_BASE: "https://first.example/v1",
  IMAGE_GEN_MODEL: "flux=gpt-image-1",
  IMAGE_GEN_API_KEY: `${valueOf("first")},${valueOf("secondOfFirst")}`,
  FLUX_GEN_API_BASE: "https://other.example/generate",
  FLUX_GEN_MODEL: "flux",
  FLUX_GEN_API_KEY: valueOf("other"),
  IMAGE_GEN_API_TYPE_2: "fal",
  IMAGE_GEN_MODEL_2: "later=fal-ai/flux/schnell",
  IMAGE_GEN_API_KEY_2: valueOf("queue"),
  IMAGE_GEN_API_TYPE_3: "workers-ai",
  IMAGE_GEN_MODEL_3: "platform=@cf/black-forest-labs/flux-1-schnell",
  OPENAI_API_BASE: "https://llm.example/v1",
  OPENAI_API_KEY: `${valueOf("llm")},${valueOf("secondOfLlm")}`,
  OPENAI_MODEL: "llm-small",
  SHOW_REASONING: "1",
  LOG_PROMPTS: "1",
  FLUXGATE_DEMO: "1",
  ...Object.fromEntries(["AI", "CLIENTS", "EVENTS", "LEDGER", "RATES"].map((name) => [`binding://${name}`, "1"])),
};

// ---- Who is asked, when all is well.

const json = (value, more) => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
  ...more,
});
const shown = { status: 200, headers: { "content-type": "image/png" }, body: samplePng };
const linked = json({ images: [{ url: "https://pictures.example.com/cat.png" }] });
const inline = json({ data: [{ b64_json: samplePng.toString("base64") }] });

/** Answers of a store, whichever way it is asked, which keeps what it is given. */
function storeUpstream() {
  const stored = new Map();
  return ({ method, url, bytes }) => {
    const [name] = url.split("?");
    if (method === "PUT") stored.set(name, bytes);
    if (method === "PUT" || method === "POST") return { status: 200, headers: { etag: '"e"' } };
    if (method === "DELETE") return { status: stored.delete(name) ? 200 : 404 };
    const body = stored.get(name);
    return body === undefined ? { status: 404 } : { status: 200, body: method === "GET" ? body : "" };
  };
}

/** A queue whose picture is there when it is asked for the second time. query: what its addresses end with. */
function queueUpstream(query = "") {
  let asked = 0;
  const job = "https://queue.fal.run/fal-ai/flux/requests/1";
  const addresses = {
    status_url: `${job}/status${query}`,
    response_url: `${job}${query}`,
    cancel_url: `${job}/cancel${query}`,
  };
  return ({ method, url }) => {
    if (method === "POST") asked = 0;
    if (method === "POST") return json({ status: "IN_QUEUE", request_id: "1", ...addresses });
    if (url.includes("/status")) return json({ status: asked++ === 0 ? "IN_QUEUE" : "COMPLETED", ...addresses });
    return linked;
  };
}

const upstreams = () => {
  const store = storeUpstream();
  const list = json({ object: "list", data: [{ id: "flux" }] });
  return {
    first: ({ method }) => (method === "GET" ? list : inline),
    other: ({ method }) => (method === "GET" ? list : linked),
    queue: queueUpstream(),
    llm: ({ method }) => (method === "GET" ? list : whole({ reasoning_content: "It is warm." })),
    pictures: () => shown,
    moved: () => shown,
    bucket: store,
    IMAGES: store,
    AI: () => json({ image: samplePng.toString("base64") }),
    CLIENTS: () => json([{ name: "carol", key: valueOf("carol") }]),
    EVENTS: () => ({ status: 200 }),
    RATES: () => ({ status: 200 }),
  };
};

// ---- What is asked.

const request = (path, key, body, { method = "POST", headers = {} } = {}) => ({
  method,
  url: `https://gateway.example${path}`,
  headers: { authorization: `Bearer ${valueOf(key)}`, "content-type": "application/json", ...headers },
  ...(body !== undefined && { body: typeof body === "object" && !Buffer.isBuffer(body) ? JSON.stringify(body) : body }),
});
const look = (path, key, more) => request(path, key, undefined, { method: "GET", ...more });

const words = "a cat on a wide red roof";
const chat = { model: "flux", messages: [{ role: "user", content: words }] };
const images = { model: "flux", prompt: words };
const response = { model: "flux", input: words };
const tool = {
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "generate_image", arguments: { prompt: words } },
};
const once = { headers: { "idempotency-key": "k" } };
const form = Buffer.concat([
  Buffer.from('--b\r\ncontent-disposition: form-data; name="prompt"\r\n\r\nmake it blue\r\n'),
  Buffer.from('--b\r\ncontent-disposition: form-data; name="model"\r\n\r\nflux\r\n'),
  Buffer.from('--b\r\ncontent-disposition: form-data; name="image"; filename="a.png"\r\n\r\n'),
  largePng(2000),
  Buffer.from("\r\n--b--\r\n"),
]);
const idOf = ({ text }) => /"id":"(resp_[\w-]+)"/.exec(text)?.[1] ?? `resp_${"a".repeat(22)}`;
const linksIn = ({ text }) => text.match(/https:\/\/gateway\.example\/(?:i\/|image-proxy)[^\s"\\)]*/g) ?? [];

/** Each asks the gateway for all that belongs together. */
const faces = {
  chat: (ask) => ask(request("/v1/chat/completions", "client", chat)),
  "chat, streamed": (ask) => ask(request("/v1/chat/completions", "secondClient", { ...chat, stream: true })),
  "chat, with pictures beside": (ask) =>
    ask(request("/v1/chat/completions", "carol", { ...chat, modalities: ["image", "text"] })),
  "chat, for a text": (ask) =>
    ask(request("/v1/chat/completions", "alice", { ...chat, response_format: { type: "json_object" } })),
  "chat, by the platform": (ask) => ask(request("/v1/chat/completions", "bob", { ...chat, model: "platform" })),
  "chat, twice": (ask) => {
    for (let time = 0; time < 2; time += 1) ask(request("/v1/chat/completions", "alice", chat, once));
  },
  "chat, by a client that leaves a queue": (ask) => {
    const asked = request("/v1/chat/completions", "bob", { ...chat, model: "later" }, once);
    ask(asked, { clientLeavesAt: 9, upstreamsStay: true });
    ask(asked);
  },
  images: (ask) => ask(request("/v1/images/generations", "alice", { ...images, n: 3 })),
  "images, by links": (ask) => {
    const seen = ask(request("/v1/images/generations", "bob", { ...images, response_format: "url" }));
    for (const link of linksIn(seen)) {
      const path = link.slice("https://gateway.example".length);
      ask({ method: "GET", url: link });
      ask(look(path, "operator", { method: "DELETE" }));
    }
  },
  "images, streamed": (ask) => ask(request("/v1/images/generations", "carol", { ...images, stream: true })),
  "images, from the cache": (ask) => {
    for (let time = 0; time < 2; time += 1)
      ask(request("/v1/images/generations", "client", { ...images, seed: 7, cache: 3600 }));
  },
  "edits by a form": (ask) =>
    ask(request("/v1/images/edits", "bob", form, { headers: { "content-type": "multipart/form-data; boundary=b" } })),
  "edits of an address": (ask) =>
    ask(request("/v1/images/edits", "carol", { ...images, image: "https://pictures.example.com/dog.png" })),
  "edits of a picture": (ask) => ask(request("/v1/images/edits", "alice", { ...images, image: dataUrl(samplePng) })),
  responses: (ask) => {
    const id = idOf(ask(request("/v1/responses", "client", response)));
    ask(look(`/v1/responses/${id}`, "client"));
    ask(look(`/v1/responses/${id}`, "client", { method: "DELETE" }));
  },
  "responses, streamed": (ask) => ask(request("/v1/responses", "alice", { ...response, stream: true })),
  "responses, in the background": (ask) => {
    const id = idOf(ask(request("/v1/responses", "bob", { ...response, model: "later", background: true })));
    for (let time = 0; time < 3; time += 1) ask(look(`/v1/responses/${id}`, "bob"));
    ask(request(`/v1/responses/${id}/cancel`, "bob"));
  },
  "responses, cancelled": (ask) => {
    const id = idOf(ask(request("/v1/responses", "bob", { ...response, model: "later", background: true })));
    ask(request(`/v1/responses/${id}/cancel`, "bob"));
  },
  mcp: (ask) => {
    for (const method of ["initialize", "tools/list"]) ask(request("/mcp", "carol", { jsonrpc: "2.0", id: 1, method }));
    ask(request("/mcp", "carol", tool));
  },
  "mcp, with events": (ask) =>
    ask(request("/mcp", "alice", tool, { headers: { accept: "application/json, text/event-stream" } })),
  "what there is": (ask) => {
    for (const path of ["/v1/models", "/v1/models/flux", "/v1/models/nothing"]) ask(look(path, "carol"));
    for (const key of ["client", "alice", "operator"]) ask(look("/v1/usage", key));
    for (const path of ["/", "/health", "/sw.js", "/demo.png?prompt=cat", "/nowhere"]) ask(look(path, "bob"));
    ask(look("/v1/health?check=1", "client"));
  },
  "wrong keys": (ask) => {
    for (const key of ["first", "llm", "links", "bucket"]) ask(look("/v1/models", key));
    ask(look("/v1/models", "client", { headers: { authorization: `Basic ${valueOf("client")}` } }));
    ask(look("/v1/models", "client", { headers: { authorization: hash(valueOf("bob")) } }));
    ask({ method: "GET", url: `https://gateway.example/v1/models?key=${encodeURIComponent(valueOf("alice"))}` });
  },
};

// ---- What goes wrong.

const complaint = '{"error":{"code":"x","message":""}}';
/** Backends, or the language model, give this answer and repeat their key in it, in its head and in its body. */
const repeat = (who, answer) => Object.fromEntries(who.map((party) => [party, (call) => repeating(answer, call)]));
const backends = ["first", "other", "queue"];
const says = (text) => (call) => text(repeated(call).key);
const refusal = (status, code) => ({
  status,
  headers: { "x-amz-id-2": code, server: code },
  body: `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>${code}</Message><AWSAccessKeyId>${valueOf("bucketKey")}</AWSAccessKeyId></Error>`,
});
const moved = (more) => ({ status: 302, headers: { location: "https://moved.example.com/cat.png" }, ...more });

const faults = {
  "all is well": {},
  ...Object.fromEntries(
    [307, 400, 401, 402, 403, 404, 408, 429, 500, 503, 520].flatMap((status) => [
      [`${status} of backends`, repeat(backends, { status, body: complaint })],
      [`${status} of the language model`, repeat(["llm"], { status, body: complaint })],
    ]),
  ),
  "a first backend that is away": repeat(["first"], { status: 503, body: "<html></html>" }),
  "an error in a good answer of backends": repeat(backends, { status: 200, body: complaint }),
  "an answer of backends without a picture": repeat(backends, { status: 200, body: '{"images":[]}' }),
  "half an answer of backends": Object.fromEntries(
    backends.map((party) => [party, says((key) => ({ status: 200, body: `{"images":[{"key":"${key}`, cut: true }))]),
  ),
  "a good answer of backends that repeats the key": {
    first: says((key) => json({ key, data: [{ b64_json: samplePng.toString("base64"), revised_prompt: key }] })),
    other: (call) => repeating({ ...linked, headers: {} }, call),
  },
  "a queue that names its key in its addresses": {
    queue: queueUpstream(`?key=${encodeURIComponent(valueOf("queue"))}`),
  },
  "backends that lose the connection": Object.fromEntries(backends.map((party) => [party, () => "failed"])),
  "a language model that says its key": { llm: says((key) => whole({ content: `a cat, key ${key}, red roof` })) },
  "a language model that thinks its key": {
    llm: says((key) => whole({ content: "a cat, red roof", reasoning_content: `I am ${key}.` })),
  },
  "a language model that answers with its key": { llm: says((key) => whole({ content: `TEXT\nI am ${key}.` })) },
  "a language model that streams its key": {
    llm: says((key) =>
      stream(
        events(
          ...[...`I am ${key}. Yes.`].map((reasoning_content) => delta({ reasoning_content })),
          ...[...`a cat, ${key}, roof`].map((content) => delta({ content })),
          delta({}, "stop"),
          "[DONE]",
        ),
      ),
    ),
  },
  "a language model that streams a text with its key": {
    llm: says((key) =>
      stream(
        events(...[...`TEXT\nI am ${key}. Yes.`].map((content) => delta({ content })), delta({}, "stop"), "[DONE]"),
      ),
    ),
  },
  "a picture's host that sends elsewhere": { first: () => ({ status: 503 }), pictures: () => moved() },
  "a picture's host that has nothing": { first: () => ({ status: 503 }), pictures: () => ({ status: 404 }) },
  ...Object.fromEntries(
    ["bucket", "bucketKey"].flatMap((name) =>
      [400, 403, 500].map((status) => [
        `${status} of a bucket that says its ${name}`,
        { bucket: () => refusal(status, valueOf(name)) },
      ]),
    ),
  ),
  "a store that is away": { bucket: () => "failed", IMAGES: () => "failed" },
  "services that are away": Object.fromEntries(
    ["AI", "CLIENTS", "EVENTS", "LEDGER", "RATES"].map((name) => [name, () => "failed"]),
  ),
  "services that fail": Object.fromEntries(
    ["AI", "CLIENTS", "EVENTS", "LEDGER", "RATES"].map((name) => [name, () => ({ status: 500, body: "no" })]),
  ),
  "a list of clients that is wrong": {
    CLIENTS: () => json([{ name: valueOf("carol"), key: valueOf("carol"), [valueOf("carol")]: valueOf("carol") }]),
  },
  "a list of clients that is none": { CLIENTS: () => ({ status: 200, body: `[{"key":"${valueOf("carol")}"` }) },
};

// ---- The search.

const forms = Object.fromEntries(Object.entries(secrets).map(([name, { text }]) => [name, [...formsOf(text)]]));

/** Everything that a request has told, by who was told it, in parts. */
function told({ status, headers, text, logs, calls }) {
  const parts = { client: [String(status), JSON.stringify(headers), ...Object.values(headers), text] };
  parts.log = [...logs.map((line) => JSON.stringify(line)), ...logs.flatMap(stringsIn)];
  for (const call of calls) {
    const { method, url, headers, body } = call;
    (parts[partyOf(call)] ??= []).push(method, url, ...Object.entries(headers).flat(), body ?? "");
    if (/^[[{]/.test(body)) parts[partyOf(call)].push(...stringsIn(JSON.parse(body)));
  }
  return Object.entries(parts);
}

const searched = {}; // What each party was told before.

function assertNoSecret(seen, face = "") {
  for (const [party, parts] of told(seen)) {
    const known = (searched[party] ??= new Set());
    const text = parts.filter((part) => !known.has(part)).join("\n");
    for (const [name, { for: whose }] of Object.entries(secrets)) {
      if (whose.includes(party)) continue;
      const form = forms[name].find((each) => text.includes(each));
      if (form !== undefined) assert.fail(`${face}: ${party} is told ${name}, as ${form}: ${around(text, form)}`);
    }
    for (const part of parts) known.add(part);
  }
}

describeBuilds("secrets everywhere", (makeCore) => {
  const heard = new Set(); // What somebody was told whose it is.
  const answered = new Set(); // The faces that gave a good answer.

  /** Asks for all of a face while that goes wrong, and searches what each request has told. */
  function search(core, face, fault) {
    let now = startMs;
    let count = 0;
    const ledger = ledgerUpstream({ now: () => now });
    const parties = { ...upstreams(), LEDGER: ({ body }) => ledger(body), ...fault };
    const answer = (call, index) => parties[partyOf(call)]?.(call, index) ?? "failed";
    faces[face]((asking, options) => {
      const seen = converse(core, asking, answer, { now, random: new Uint8Array(16).fill(++count), ...options });
      now += seen.ms + 10;
      assertNoSecret(seen, face);
      if (seen.status === 200) answered.add(face);
      for (const [party, parts] of told(seen))
        for (const [name, { text, for: whose }] of Object.entries(secrets))
          if (whose.includes(party) && parts.some((part) => part.includes(text))) heard.add(name);
      return seen;
    });
  }

  test("the search finds a secret of anybody, in any form, wherever it is told", () => {
    const nothing = { status: 200, headers: {}, logs: [], text: "", calls: [] };
    const call = { method: "POST", url: "https://first.example/", headers: {}, body: "" };
    for (const name of Object.keys(secrets)) {
      for (const form of forms[name]) {
        for (const seen of [
          { text: `<${form}>` },
          { headers: { "x-a": form } },
          { logs: [{ calls: [{ detail: form }] }] },
          { calls: [{ ...call, url: `https://elsewhere.example/?${form}` }] },
          { calls: [{ ...call, url: "binding://LEDGER/", body: JSON.stringify([{ make: form }]) }] },
          { calls: [{ ...call, url: "https://pictures.example.com/", headers: { authorization: form } }] },
        ])
          assert.throws(() => assertNoSecret({ ...nothing, ...seen }), / is told /, `${name}: ${form}`);
      }
    }
    const own = { ...nothing, calls: [{ ...call, headers: { authorization: `Bearer ${valueOf("first")}` } }] };
    assertNoSecret(own);
    own.calls[0].headers.authorization = `Bearer ${valueOf("other")}`;
    assert.throws(() => assertNoSecret(own), /first is told other/);
  });

  for (const [store, where] of Object.entries(stores)) {
    describe(`with ${store}`, () => {
      for (const [name, fault] of Object.entries(faults)) {
        if ("bucket" in fault && store === "no store") continue;
        if (name.includes("of a bucket") && store !== "a bucket") continue;
        test(name, () => {
          for (const face of Object.keys(faces)) search(makeCore({ ...settings, ...where }), face, fault);
        });
      }
    });
  }

  test("a bucket that says a secret when it ends an upload", () => {
    const large = json({ data: [{ b64_json: largePng(6_000_000).toString("base64") }] });
    for (const name of ["bucket", "bucketKey"]) {
      const bucket = ({ url }) =>
        url.endsWith("?uploads")
          ? { status: 200, body: "<UploadId>u</UploadId>" }
          : url.includes("partNumber")
            ? { status: 200, headers: { etag: '"e"' } }
            : refusal(200, valueOf(name));
      search(makeCore({ ...settings, ...inBucket }), "chat", { first: () => large, bucket });
    }
  });

  test("all of that was asked, and everybody was told what is his own", () => {
    const unheard = Object.keys(secrets).filter((name) => secrets[name].for.length > 0 && !heard.has(name));
    assert.deepEqual(unheard, []);
    assert.deepEqual(
      Object.keys(faces).filter((face) => !answered.has(face)),
      ["wrong keys"],
    );
  });
});
