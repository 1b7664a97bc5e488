// Pictures that lie: base64 that is none or says less than its length, sides that nobody can draw, types that the bytes do not have. From clients and
// from backends.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import { settings as drawing, withStore, worldOf } from "../support/upstreams/openai_world.mjs";
import { dataUrl, largePng, sampleGif, samplePng } from "../support/upstreams/pictures.mjs";

const settings = { ...drawing, ...withStore };
const mebibyte = 1024 * 1024;
/** Its base64 ends with two characters of padding. */
const photo = largePng(30_001);
const base64 = photo.toString("base64");

const post = (path, body) => ({
  method: "POST",
  url: `https://gateway.example${path}`,
  headers: { authorization: "Bearer client-key", "content-type": "application/json", accept: "application/json" },
  body: JSON.stringify({ model: "gpt-image-1", ...body }),
});
const prompt = "put a hat on it";
const tool = (name, fields) =>
  post("/mcp", { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: { prompt, ...fields } } });
const given = {
  "a chat": (url) =>
    post("/v1/chat/completions", {
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: prompt },
            { type: "image_url", image_url: { url } },
          ],
        },
      ],
    }),
  "an edit": (image) => post("/v1/images/edits", { prompt, image }),
  "a response": (image_url) =>
    post("/v1/responses", {
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: prompt },
            { type: "input_image", image_url },
          ],
        },
      ],
    }),
  "a tool": (image) => tool("edit_image", { image }),
};
const drawn = (b64_json) => ({ image: { status: 200, body: JSON.stringify({ data: [{ b64_json }] }) } });
const isOrder = ({ url }) => url.startsWith("https://api.openai.com/");

function ask(core, request, world = {}) {
  const seen = converse(core, request, worldOf(world));
  assert.deepEqual(seen.leftOver, []);
  return seen;
}

function assertRefused(seen, what) {
  const { error, result } = seen.json();
  assert.match(result ? result.content[0].text : `(${error.code})`, /\(invalid_image\)$/, `${what}: ${seen.text}`);
  assert.deepEqual(seen.calls, [], what);
}

const u32 = (value, littleEndian = false) => {
  const bytes = Buffer.alloc(4);
  if (littleEndian) bytes.writeUInt32LE(value);
  else bytes.writeUInt32BE(value);
  return bytes;
};
/** Heads that claim the largest sides that their formats can say, with nothing behind them. */
const giants = {
  PNG: Buffer.concat([samplePng.subarray(0, 16), u32(0xffffffff), u32(0xffffffff), samplePng.subarray(24)]),
  JPEG: Buffer.from("ffd8ffe000104a46494600010100000100010000ffc0001108ffffffff03012200021101031101ffd9", "hex"),
  GIF: Buffer.concat([sampleGif.subarray(0, 6), Buffer.from("ffffffff", "hex"), sampleGif.subarray(10)]),
  WebP: Buffer.concat([
    Buffer.from("RIFF"),
    u32(0xfffffff0, true),
    Buffer.from("WEBPVP8X"),
    u32(10, true),
    Buffer.from("10000000ffffffffffff", "hex"),
  ]),
  AVIF: Buffer.concat([
    u32(24),
    Buffer.from("ftypavif"),
    u32(0),
    Buffer.from("avifmif1"),
    u32(0xffffffff),
    Buffer.from("meta"),
  ]),
};
/** Beginnings that prove no type. */
const impostors = {
  nothing: "",
  "half a signature": samplePng.subarray(0, 7),
  "a RIFF that is sound": "RIFF\x24\x00\x00\x00WAVEfmt ",
  "an ftyp that is a film": Buffer.concat([u32(24), Buffer.from("ftypisom"), u32(0), Buffer.from("isommp42")]),
  "an ftyp box of 4 GB": Buffer.concat([u32(0xfffffffc), Buffer.from("ftypavif"), u32(0), Buffer.from("avif")]),
  SVG: "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
  HTML: "<!doctype html><script>alert(1)</script>",
  "a signature behind HTML": Buffer.concat([Buffer.from("<!--"), samplePng]),
  PDF: "%PDF-1.7",
  BMP: "BM\x00\x00",
};

describeBuilds("pictures of clients", (makeCore) => {
  for (const [face, requestOf] of Object.entries(given)) {
    describe(`in ${face}`, () => {
      for (const [what, source] of Object.entries({
        "without padding": dataUrl(photo).replace(/=+$/, ""),
        "with a line end each 76 digits": `data:image/png;base64,${base64.replace(/.{76}/g, "$&\r\n")}`,
        "with parameters, in capitals": `DATA:image/png;name=a.png;charset=utf-8;BASE64,${base64}`,
        "of another type than its bytes": `data:image/svg+xml;base64,${base64}`,
      })) {
        test(`a data URL ${what} is read`, () => {
          const seen = ask(makeCore(settings), requestOf(source));
          assert.equal(seen.status, 200, seen.text);
          const order = seen.calls.find(isOrder);
          assert.ok(order.bytes.includes(photo));
          assert.match(order.body, /content-type: image\/png/i);
        });
      }

      test("base64 that is none is refused", () => {
        const core = makeCore(settings);
        for (const [what, text] of Object.entries({
          nothing: "",
          "one digit": "i",
          "one digit too many": `${base64.slice(0, 400)}A`,
          "padding alone": "====",
          "too much padding": `${base64}=`,
          "too little padding": base64.slice(0, -1),
          "padding in the middle": `${base64.slice(0, 400)}=${base64.slice(400)}`,
          "digits behind padding": `${base64}AAAA`,
          "bits behind the last byte": base64.replace(/.==$/, "B=="),
          "the alphabet for URLs": photo.toString("base64url"),
          "percent-encoding": encodeURIComponent(base64),
          NUL: `${base64.slice(0, 400)}\0${base64.slice(400)}`,
          "no-break spaces": `${base64.slice(0, 400)}\u00a0${base64.slice(400)}`,
          "letters that look like its own": base64.replace("A", "А"),
          "a million padding characters": "=".repeat(1_000_000),
          "white space alone": " ".repeat(1_000_000),
          "its own comma": `,${base64}`,
        })) {
          for (const source of [`data:image/png;base64,${text}`, ...(face === "an edit" ? [text] : [])]) {
            if (source === "") continue; // There is no picture then, and it is told so.
            assertRefused(ask(core, requestOf(source)), what);
          }
        }
      });

      test("a data URL that is none is refused", () => {
        const core = makeCore(settings);
        for (const source of [
          "data:",
          "data:,",
          "data:image/png,%89PNG",
          `data:image/png;base64${base64}`,
          `data:image/png,base64,${base64}`,
          `data:image/png;${"x".repeat(300)};base64,${base64}`,
          `data:text/html;charset=utf-8,<script>alert(1)</script>`,
        ])
          assertRefused(ask(core, requestOf(source)), source.slice(0, 60));
      });

      test("what is no picture by its bytes is refused, whatever it is called", () => {
        const core = makeCore(settings);
        for (const [what, bytes] of Object.entries(impostors)) {
          assertRefused(ask(core, requestOf(dataUrl(Buffer.from(bytes, "latin1")))), what);
        }
      });

      test("sides of billions are the backend's to refuse: they take no room here", () => {
        for (const [type, bytes] of Object.entries(giants)) {
          const core = makeCore(settings);
          const before = core.memoryBytes;
          const seen = ask(core, requestOf(dataUrl(bytes)), drawn(samplePng.toString("base64")));
          assert.equal(seen.status, 200, seen.text);
          assert.ok(seen.calls.find(isOrder).bytes.includes(bytes), type);
          assert.ok(core.memoryBytes - before <= mebibyte, `${type}: ${core.memoryBytes - before}`);
        }
      });
    });
  }
});

describeBuilds("pictures of backends", (makeCore) => {
  const asked = {
    "a chat": (more) => post("/v1/chat/completions", { messages: [{ role: "user", content: "a cat" }], ...more }),
    images: (more) => post("/v1/images/generations", { prompt: "a cat", ...more }),
    "a response": (more) => post("/v1/responses", { input: "a cat", ...more }),
    "a tool": () => tool("generate_image", {}),
  };
  const fails = (seen) => seen.json().result?.isError ?? seen.status >= 400;

  for (const [face, requestOf] of Object.entries(asked)) {
    for (const [how, services] of Object.entries({
      "with a store": withStore,
      "without one": { "binding://IMAGES": "" },
    })) {
      test(`base64 that is none is an error in ${face}, ${how}, and nothing of it is kept`, () => {
        for (const [what, b64_json] of Object.entries({
          nothing: "",
          "one digit": "i",
          "padding in the middle": `${base64.slice(0, 400)}=${base64.slice(400)}`,
          "digits behind padding": `${base64}AAAA`,
          "one digit too many": `${base64.slice(0, 400)}A`,
          NUL: `${base64.slice(0, 400)}\0${base64.slice(400)}`,
          HTML: Buffer.from(impostors.HTML).toString("base64"),
          SVG: Buffer.from(impostors.SVG).toString("base64"),
          "a data URL of HTML": `data:image/png;base64,${Buffer.from(impostors.HTML).toString("base64")}`,
          "an address of this machine": "http://127.0.0.1/cat.png",
          "white space alone": " \n".repeat(100_000),
        })) {
          const stored = new Map();
          const seen = ask(makeCore({ ...settings, ...services }), requestOf(), { ...drawn(b64_json), stored });
          assert.ok(fails(seen), `${what}: ${seen.text.slice(0, 300)}`);
          assert.equal(stored.size, 0, what);
          assert.ok(!seen.text.includes("<script") && !seen.text.includes("<svg"), seen.text);
        }
      });

      test(`a picture whose sides are billions goes through ${face} as it is, ${how}`, () => {
        for (const [type, bytes] of Object.entries(giants)) {
          const core = makeCore({ ...settings, ...services });
          const before = core.memoryBytes;
          const stored = new Map();
          const seen = ask(core, requestOf(), { ...drawn(bytes.toString("base64")), stored });
          assert.ok(!fails(seen), seen.text.slice(0, 300));
          const isGiven = seen.text.includes(bytes.toString("base64"));
          assert.ok(isGiven || [...stored.values()].some((kept) => kept.equals(bytes)), type);
          assert.doesNotMatch(seen.text, /4294967295|16777216|65535/);
          assert.ok(core.memoryBytes - before <= mebibyte, `${type}: ${core.memoryBytes - before}`);
        }
      });
    }
  }
});
