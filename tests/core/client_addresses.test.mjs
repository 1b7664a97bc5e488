// Addresses of pictures that clients name: which are asked for, whatever the face and the field, at every hop; and how much of what they give is taken.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse, startMs } from "../support/hosts/conversation.mjs";
import { settings as drawing, withStore, worldOf } from "../support/upstreams/openai_world.mjs";
import { largePng, samplePng } from "../support/upstreams/pictures.mjs";

const settings = { ...drawing, ...withStore };
const good = "https://photos.example.com/cat.png";
const photo = largePng(20_000);

const post = (path, body) => ({
  method: "POST",
  url: `https://gw.example.com${path}`,
  headers: { authorization: "Bearer client-key", "content-type": "application/json", accept: "application/json" },
  body: JSON.stringify({ model: "gpt-image-1", ...body }),
});
const words = (type) => ({ type, text: "put a hat on it" });
const tool = (name, fields) =>
  post("/mcp", { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: fields } });

/** A request that names an address, for each field that may. */
const fields = {
  "a chat": (url) =>
    post("/v1/chat/completions", {
      messages: [{ role: "user", content: [words("text"), { type: "image_url", image_url: { url } }] }],
    }),
  "a chat with images beside its words": (url) =>
    post("/v1/chat/completions", { messages: [{ role: "user", content: "put a hat on it", images: [url] }] }),
  "Anthropic's part": (url) =>
    post("/v1/chat/completions", {
      messages: [{ role: "user", content: [words("text"), { type: "image", source: { type: "url", url } }] }],
    }),
  "an edit": (image) => post("/v1/images/edits", { prompt: "put a hat on it", image }),
  "an edit of several": (image_url) =>
    post("/v1/images/edits", { prompt: "put a hat on it", images: [{ image_url: good }, { image_url }] }),
  "the mask of an edit": (image_url) =>
    post("/v1/images/edits", { prompt: "put a hat on it", image: good, mask: { image_url } }),
  "a generation": (image) => post("/v1/images/generations", { prompt: "put a hat on it", image }),
  "a variation": (image) => post("/v1/images/variations", { image }),
  "a response": (image_url) =>
    post("/v1/responses", {
      input: [{ role: "user", content: [words("input_text"), { type: "input_image", image_url }] }],
    }),
  "the mask of a response": (image_url) =>
    post("/v1/responses", {
      input: [{ role: "user", content: [words("input_text"), { type: "input_image", image_url: good }] }],
      tools: [{ type: "image_generation", input_image_mask: { image_url } }],
    }),
  "a tool": (image) => tool("edit_image", { prompt: "put a hat on it", image }),
  "the mask of a tool": (mask) => tool("edit_image", { prompt: "put a hat on it", image: good, mask }),
};

const isOrder = ({ url }) => url.startsWith("https://api.openai.com/");

/** Asks with the photograph at its place; `more(url)` answers other addresses. Gives what was seen, and which of those were asked for. */
function ask(core, request, more = () => ({ status: 200, body: photo }), options = {}) {
  const asked = [];
  const world = worldOf({ picture: samplePng });
  const seen = converse(
    core,
    request,
    (call, index) => {
      if (call.url === good) return { status: 200, headers: { "content-type": "image/png" }, body: photo };
      if (isOrder(call) || call.url.startsWith("binding://")) return world(call, index);
      asked.push(call.url);
      return more(call.url, asked.length);
    },
    options,
  );
  assert.deepEqual(seen.leftOver, []);
  return { seen, asked };
}

/** What the client is told, without a word of where it wanted to go. */
function assertRefused(seen, url) {
  const { error, result } = seen.json();
  const isTold = result ? /\(invalid_image\)$/.test(result.content[0].text) : error.code === "invalid_image";
  assert.ok(isTold, `${url}: ${seen.text.slice(0, 300)}`);
  assert.equal(seen.status, result ? 200 : 400);
  assert.deepEqual(seen.calls.filter(isOrder), [], url);
  assert.ok(!/169\.254|metadata|10\.0\.0/.test(seen.text), seen.text);
}

const hostile = [
  // This machine, networks of its own, and what clouds tell their machines, in every spelling.
  "https://127.0.0.1/",
  "https://127.1/",
  "https://2130706433/",
  "https://017700000001/",
  "https://0x7f000001/",
  "https://0x7f.0.0.1/",
  "https://0177.0.0.1/",
  "https://0/",
  "https://10.0.0.1/cat.png",
  "https://172.16.0.1/cat.png",
  "https://192.168.1.1/cat.png",
  "https://169.254.169.254/latest/meta-data/",
  "https://2852039166/latest/meta-data/",
  "https://100.100.100.200/latest/meta-data/",
  "https://127.0.0.1./",
  "https://8.8.8.8/cat.png",
  "https://[::1]/",
  "https://[::]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::ffff:a9fe:a9fe]/",
  "https://[64:ff9b::169.254.169.254]/",
  "https://[fe80::1%25eth0]/",
  "https://[fd00:ec2::254]/latest/meta-data/",
  "https://①②⑦.⓪.⓪.①/",
  "https://127。0。0。1/",
  "https://localhost/",
  "https://LOCALHOST./",
  "https://cat.localhost/",
  "https://metadata/",
  "https://metadata.google.internal/computeMetadata/v1/",
  "https://kubernetes.default.svc/",
  "https://printer.local/",
  "https://intranet.corp/",
  "https://nas.private/",
  // Names that mean what their writer wants.
  "https://127.0.0.1.nip.io/",
  "https://7f000001.nip.io/",
  "https://169-254-169-254.sslip.io/",
  "https://localtest.me/",
  "https://10-0-0-1.traefik.me/",
  "https://make-1.2.3.4-rebind-127.0.0.1-rr.1u.ms/",
  // Whom an address seems to name, and whom it does.
  "https://photos.example.com@127.0.0.1/",
  "https://user:password@photos.example.com/cat.png",
  "https://photos.example.com:8443/cat.png",
  "https://photos.example.com:22/",
  "https://photos.example.com./cat.png",
  "https://photos.example.com\\@127.0.0.1/",
  "https:\\\\127.0.0.1\\cat.png",
  "https:///127.0.0.1/",
  "https:/127.0.0.1://",
  "https://photos.example.com\n.evil.example/cat.png",
  "https://photos.example.com/cat.png\r\nx-injected: 1",
  "https://photos.example.com/cat .png",
  "https://photos%2eexample.com/cat.png",
  `https://photos.example.com/${"a".repeat(4100)}`,
  // The gateway itself.
  "https://gw.example.com/health",
  "https://gw.example.com:443/cat.png",
  "https://GW.example.com/cat.png",
  "https://gw.example.com./cat.png",
  "https://gw.example.com:8787/cat.png",
  "https://x@gw.example.com/cat.png",
  // Other schemes.
  "http://photos.example.com/cat.png",
  "ftp://photos.example.com/cat.png",
  "file:///etc/passwd",
  "gopher://127.0.0.1:6379/_FLUSHALL",
  "binding://IMAGES/AAAAAAAAAAAAAAAAAAAAAA.png",
  "binding://LEDGER/",
  "blob:https://gw.example.com/1",
  "javascript://photos.example.com/%0aalert(1)",
  "data://photos.example.com/cat.png",
  "://photos.example.com/cat.png",
];

describeBuilds("addresses that clients name", (makeCore) => {
  for (const [field, requestOf] of Object.entries(fields)) {
    describe(`in ${field}`, () => {
      test("of a picture on the internet are asked for", () => {
        const { seen, asked } = ask(makeCore(settings), requestOf("https://photos.example.com/dog.png"));
        assert.equal(seen.status, 200, seen.text);
        assert.deepEqual(asked, ["https://photos.example.com/dog.png"]);
        assert.equal(seen.calls.filter(isOrder).length, 1);
      });

      test("of anything else are not", () => {
        const core = makeCore(settings);
        for (const url of hostile) {
          const { seen, asked } = ask(core, requestOf(url));
          assert.deepEqual(asked, [], url);
          assert.ok(
            seen.calls.every((call) => call.url === good),
            url,
          );
          assertRefused(seen, url);
        }
      });

      test("nor are those that they lead to", () => {
        const core = makeCore(settings);
        for (const location of hostile.filter((url) => /^\w+:[^\r\n]*$/.test(url))) {
          for (const hops of [1, 3]) {
            const first = "https://photos.example.com/away.png";
            const { seen, asked } = ask(core, requestOf(first), (_, count) => ({
              status: 302,
              headers: { location: count < hops ? `/${count}.png` : location },
            }));
            assert.equal(asked.length, hops, location);
            assert.ok(
              asked.every((url) => url.startsWith("https://photos.example.com/")),
              `${location}: ${asked}`,
            );
            assertRefused(seen, location);
          }
        }
      });
    });
  }

  describe("at hosts that IMAGE_HOSTS_INTERNAL lists for backends", () => {
    const inside = "http://10.0.0.5:8188/view?filename=00001.png";
    const makeInside = () => makeCore({ ...settings, IMAGE_HOSTS_INTERNAL: "10.0.0.5:8188,photos.example.com:8443" });
    const listed = [inside, "http://10.0.0.5:8188/", "https://photos.example.com:8443/cat.png"];

    for (const [field, requestOf] of Object.entries(fields)) {
      test(`in ${field} are not asked for, nor where others lead there`, () => {
        const core = makeInside();
        for (const url of listed) {
          const direct = ask(core, requestOf(url));
          assert.deepEqual(direct.asked, [], url);
          assertRefused(direct.seen, url);
          const { seen, asked } = ask(core, requestOf("https://photos.example.com/away.png"), () => ({
            status: 307,
            headers: { location: url },
          }));
          assert.deepEqual(asked, ["https://photos.example.com/away.png"]);
          assertRefused(seen, url);
        }
      });
    }

    test("are, behind a link of ours: a backend has named them", () => {
      const expires = startMs / 1000 + 600;
      const signature = createHmac("sha256", settings.IMAGE_PROXY_SECRET)
        .update(`fluxgate-image-v1\n${expires}\n${inside}`)
        .digest("base64url");
      const link = `https://gw.example.com/image-proxy?url=${encodeURIComponent(inside)}&exp=${expires}&sig=${signature}`;
      const { seen, asked } = ask(makeInside(), fields["an edit"](link));
      assert.equal(seen.status, 200, seen.text);
      assert.deepEqual(asked, [inside]);
    });
  });

  test("are of IMAGE_HOSTS alone where that is set", () => {
    const core = makeCore({ ...settings, IMAGE_HOSTS: "photos.example.com" });
    for (const url of [
      "https://evil.example.com/cat.png",
      "https://photos.example.com.evil.com/",
      "https://x.photos.example.com/",
    ]) {
      const { seen, asked } = ask(core, fields["a chat"](url));
      assert.deepEqual(asked, []);
      assertRefused(seen, url);
    }
    assert.equal(ask(core, fields["a chat"]("https://photos.example.com/dog.png")).seen.status, 200);
  });

  test("are not those of PUBLIC_BASE_URL either, nor of the host that was asked", () => {
    const core = makeCore({ ...settings, PUBLIC_BASE_URL: "https://pictures.example.net" });
    for (const host of ["pictures.example.net", "gw.example.com", "GW.example.com", "gw.example.com:443"]) {
      const { seen, asked } = ask(core, fields["an edit"](`https://${host}/v1/models`));
      assert.deepEqual(asked, [], host);
      assertRefused(seen, host);
    }
  });

  describe("that give more, or less, than they say", () => {
    const mebibyte = 1024 * 1024;
    const dog = "https://photos.example.com/dog.png";
    const stream = (mebibytes, headers = {}) => ({
      status: 200,
      headers,
      chunks: [samplePng, ...Array.from({ length: mebibytes }, () => Buffer.alloc(mebibyte))],
    });
    for (const [what, answer] of Object.entries({
      "13 MiB of no declared length": stream(13),
      "13 MiB that are called 10 bytes": stream(13, { "content-length": "10" }),
      "13 MiB that are called none": stream(13, { "content-length": "0", "content-type": "image/png" }),
      "a length of a gigabyte": stream(0, { "content-length": "1073741824" }),
      "a transfer that is cut": { ...stream(1, { "content-length": "5000000" }), cut: true },
      "no byte": { status: 200, headers: { "content-type": "image/png" }, body: "" },
      "a page that is called a picture": { status: 200, headers: { "content-type": "image/png" }, body: "<html>" },
      SVG: {
        status: 200,
        headers: { "content-type": "image/svg+xml" },
        body: "<svg xmlns='http://www.w3.org/2000/svg'/>",
      },
      206: { status: 206, headers: { "content-type": "image/png" }, body: photo },
      "a redirect to nowhere": { status: 302 },
    })) {
      test(`${what}: refused, and nothing is paid for`, () => {
        const core = makeCore(settings);
        const before = core.memoryBytes;
        const { seen } = ask(core, fields["a chat"](dog), () => answer);
        assertRefused(seen, dog);
        assert.ok(core.memoryBytes - before <= mebibyte, `${core.memoryBytes - before}`);
      });
    }

    for (const [what, answer, mostMs] of [
      ["no head", "silent", 10_000],
      ["a head and nothing more", { ...stream(0), chunks: [{ ms: Infinity }] }, 10_000],
      ["a first byte and nothing more", { ...stream(0), chunks: [samplePng, { ms: Infinity }] }, 10_000],
      ["a byte each 5 s", { status: 200, chunks: [samplePng, ...Array(100).fill({ ms: 5000, bytes: "x" })] }, 30_000],
      ["a redirect each 9 s", { status: 302, ms: 9000, headers: { location: "/again.png" } }, 30_000],
    ]) {
      test(`${what}: given up within ${mostMs / 1000} s`, () => {
        const { seen } = ask(makeCore(settings), fields["an edit"](dog), () => answer);
        assertRefused(seen, dog);
        assert.ok(seen.ms <= mostMs + 1000, `${seen.ms}`);
      });
    }

    test("sixteen pictures of 9 s each: given up within 60 s", () => {
      const picture = { status: 200, ms: 9000, headers: { "content-type": "image/png" }, body: photo };
      const urls = Array.from({ length: 16 }, (_, i) => `https://photos.example.com/${i}.png`);
      const images = urls.map((image_url) => ({ image_url }));
      const edit = post("/v1/images/edits", { prompt: "all in one", images });
      const { seen, asked } = ask(makeCore(settings), edit, () => picture);
      assertRefused(seen, urls[0]);
      assert.ok(asked.length < 8 && seen.ms <= 61_000, `${asked.length} in ${seen.ms}`);
    });

    test("a redirect to itself is followed three times", () => {
      const { seen, asked } = ask(makeCore(settings), fields["a tool"](dog), () => ({
        status: 302,
        headers: { location: dog },
      }));
      assert.equal(asked.length, 4);
      assertRefused(seen, dog);
    });
  });
});
