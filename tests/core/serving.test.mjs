// What a good picture link gives: the fixed headers, the bytes, redirects by hand, and a broken transfer for whatever is not whole.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { checkErrorShape } from "../support/cases/cases.mjs";
import { converse, startMs } from "../support/hosts/conversation.mjs";
import {
  declaredType,
  fixedHeaders,
  pictures,
  servedBodies,
  upstreamHeaders,
} from "../support/upstreams/served_bodies.mjs";

const settings = {
  AUTHORIZED_API_KEY: "client-key",
  IMAGE_GEN_API_BASE: "https://images.example/generate",
  IMAGE_GEN_MODEL: "flux",
  IMAGE_GEN_API_KEY: "image-key",
  IMAGE_PROXY_SECRET: "a-secret-of-the-tests-of-32-bytes-or-more",
};
const lifeSeconds = 600;
const pictureUrl = "https://cdn.example.net/o/a.png?Expires=1";

function sign(url) {
  const expires = startMs / 1000 + lifeSeconds;
  const signature = createHmac("sha256", settings.IMAGE_PROXY_SECRET)
    .update(`fluxgate-image-v1\n${expires}\n${url}`)
    .digest("base64url");
  return `https://gw.example.com/image-proxy?url=${encodeURIComponent(url)}&exp=${expires}&sig=${signature}`;
}
const link = sign(pictureUrl);

/** upstream: one answer for every call, or a function. Whatever happens, nothing is left open and nothing is asked for but the picture. */
function show(core, upstream, { method, headers, ...options } = {}) {
  const seen = converse(
    core,
    { method, url: link, headers },
    typeof upstream === "function" ? upstream : () => upstream,
    options,
  );
  assert.deepEqual(seen.leftOver, []);
  for (const call of seen.calls) {
    assert.equal(call.method, "GET");
    const { "user-agent": agent, ...others } = call.headers;
    assert.match(agent, /^fluxgate\/\d/);
    assert.deepEqual(others, { accept: "image/avif,image/webp,image/png,image/jpeg,image/gif" });
  }
  return seen;
}

/** An error that nobody keeps; the picture's address and body are not in it. */
function checkError(seen, status, code) {
  assert.equal(seen.status, status, seen.text);
  assert.equal(seen.ending, "complete");
  checkErrorShape(seen.json(), status);
  assert.equal(seen.json().error.code, code);
  assert.equal(seen.headers["content-type"], "application/json");
  assert.equal(seen.headers["cache-control"], "no-store");
  assert.equal(seen.headers["x-content-type-options"], "nosniff");
  assert.ok(!/cdn\.example|script|svg/.test(seen.text));
  const allowed = [
    "content-type",
    "cache-control",
    "x-content-type-options",
    "x-should-retry",
    "retry-after",
    "x-request-id",
    "access-control-allow-origin",
    "access-control-expose-headers",
  ];
  assert.deepEqual(
    Object.keys(seen.headers).filter((name) => !allowed.includes(name)),
    [],
  );
}

function checkPicture(seen, type, body, lengthBytes) {
  const { "x-request-id": id, ...headers } = seen.headers;
  assert.match(id, /^[0-9a-f]{32}$/);
  assert.equal(seen.status, 200, seen.text);
  assert.equal(seen.ending, "complete");
  assert.deepEqual(headers, fixedHeaders(type, lengthBytes, lifeSeconds));
  assert.ok(seen.bytes.equals(body));
}

const mebibyte = 1024 * 1024;
const maxBytes = 20 * mebibyte;
const png = pictures.png;
/** Chunks of a PNG head and zeros, so many bytes in all. */
const chunksOf = (lengthBytes) => [
  png,
  ...Array.from({ length: Math.floor((lengthBytes - png.length) / mebibyte) }, () => Buffer.alloc(mebibyte)),
  Buffer.alloc((lengthBytes - png.length) % mebibyte),
];

describeBuilds("a picture link", (makeCore) => {
  const core = makeCore(settings);

  for (const { name, body, label, type } of servedBodies("alert(1)")) {
    const declared = declaredType({ label, body });
    test(`${name} is ${type === null ? "not served" : `served as ${type}`}, or as declared`, () => {
      const headers = { ...upstreamHeaders, "content-type": label };
      const known = { status: 200, headers: { ...headers, "content-length": String(body.length) }, body };
      const start = Array.from(body.subarray(0, 40), (byte) => Uint8Array.of(byte));
      const unknown = { status: 200, headers, chunks: [...start, body.subarray(40)] };
      for (const [answer, as, length] of [
        [known, declared ?? type, body.length],
        [unknown, type, undefined],
      ]) {
        if (as === null) {
          checkError(show(core, answer), 502, "upstream_not_an_image");
          assert.equal(show(core, answer, { method: "HEAD" }).status, 502);
        } else {
          checkPicture(show(core, answer), as, body, length);
          checkPicture(show(core, answer, { method: "HEAD" }), as, Buffer.alloc(0), length);
        }
      }
    });
  }

  test("a length that is no number, or of coded bytes, is not passed on", () => {
    for (const headers of [
      { "content-length": "-1" },
      { "content-length": "1e2" },
      { "content-length": "106, 106" },
      { "content-length": "" },
      { "content-length": "70", "content-encoding": "gzip" },
      { "content-length": "70", "content-encoding": "br" },
    ]) {
      checkPicture(show(core, { status: 200, headers, body: png }), "png", png);
    }
    checkPicture(
      show(core, { status: 200, headers: { "content-length": "106", "content-encoding": "Identity" }, body: png }),
      "png",
      png,
      106,
    );
  });

  test("nothing of a client's request reaches the picture's host", () => {
    const headers = {
      range: "bytes=0-9",
      "if-range": '"x"',
      "if-none-match": '"x"',
      "if-match": "*",
      "if-modified-since": "Thu, 01 Jan 2026 00:00:00 GMT",
      "if-unmodified-since": "Thu, 01 Jan 2026 00:00:00 GMT",
      cookie: "a=b",
      authorization: "Bearer client-key",
      referer: "https://chat.example.com/private",
      origin: "https://chat.example.com",
      "user-agent": "client",
      accept: "text/html",
      "accept-language": "de",
      "accept-encoding": "gzip",
      "cache-control": "no-cache",
      "x-forwarded-for": "192.0.2.1",
      "cf-connecting-ip": "192.0.2.1",
      host: "gw.example.com",
      te: "trailers",
      upgrade: "h2c",
      connection: "x-a",
    };
    checkPicture(show(core, { status: 200, body: png }, { headers }), "png", png);
  });

  for (const [status, answered, code] of [
    [201, 502, "upstream_bad_status"],
    [204, 502, "upstream_bad_status"],
    [206, 502, "upstream_bad_status"],
    [300, 502, "upstream_bad_status"],
    [304, 502, "upstream_bad_status"],
    [305, 502, "upstream_bad_status"],
    [400, 502, "upstream_bad_status"],
    [401, 502, "upstream_bad_status"],
    [403, 404, "image_gone"],
    [404, 404, "image_gone"],
    [410, 404, "image_gone"],
    [416, 502, "upstream_bad_status"],
    [429, 503, "upstream_busy"],
    [500, 502, "upstream_bad_status"],
    [503, 503, "upstream_busy"],
  ]) {
    test(`a ${status} of its host is ${answered} ${code}, whatever it holds`, () => {
      const headers = {
        ...upstreamHeaders,
        "content-type": "image/png",
        "content-range": "bytes 0-9/106",
        "content-length": String(png.length),
      };
      checkError(show(core, { status, headers, body: png }), answered, code);
    });
  }

  // ---- Redirects.

  /** The URLs that were called when the first answer redirects to `location`. */
  const follow = (location, status = 302) => {
    const headers = location === undefined ? {} : { location, "set-cookie": "a=b" };
    const seen = show(core, (_, index) =>
      index === 0 ? { status, headers, body: "moved" } : { status: 200, body: png },
    );
    return { seen, urls: seen.calls.map(({ url }) => url).slice(1) };
  };

  for (const location of [
    "b.png",
    "../unit/b.png",
    "/b.png",
    "../b.png",
    "../../../b.png",
    "a/../b.png",
    "?x=1",
    "/b.png?x=https://127.0.0.1/",
    "//img.example.org/b.png",
    "https://img.example.org/b.png",
    "https://img.example.org",
    "HTTPS://IMG.example.org:443/B.png",
    "https://img.example.org/b.png#top",
    "https://img.example.org?x",
    "://",
    "b.png?a:b",
  ]) {
    test(`a redirect to ${location} leads where the URL class says`, () => {
      for (const status of [301, 302, 303, 307, 308]) {
        const { seen, urls } = follow(location, status);
        checkPicture(seen, "png", png);
        const target = new URL(location, pictureUrl);
        target.hash = "";
        assert.deepEqual(urls, [target.href]);
      }
    });
  }

  for (const location of [
    "http://cdn.example.net/b.png",
    "http:b.png",
    "https:b.png",
    "https:/b.png",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://10.0.0.1/b.png",
    "https://169.254.169.254/latest/meta-data/",
    "https://[::1]/",
    "https://[::ffff:169.254.169.254]/",
    "//127.0.0.1/",
    "//localhost/",
    "///127.0.0.1/",
    "https://localhost/",
    "https://metadata.google.internal/",
    "https://127.0.0.1.nip.io/",
    "https://gw.example.com/health",
    "//gw.example.com/",
    "ftp://cdn.example.net/b.png",
    "file:///etc/passwd",
    "data:image/png;base64,iVBORw0KGgo=",
    "blob:https://cdn.example.net/1",
    "javascript:alert(1)",
    "binding://IMAGES/x",
    "about:blank",
    "https://a@cdn.example.net/",
    "https://cdn.example.net@127.0.0.1/",
    "https://cdn.example.net:8443/",
    "https://cdn.example.net\\@127.0.0.1/",
    "\\\\127.0.0.1\\b.png",
    "/\\127.0.0.1/b.png",
    "/b c.png",
    "https://cdn。example.net/",
    "https://cdn.example.net./",
    "https://metadata/",
    `/${"b".repeat(4096)}`,
    "https://",
    "//",
    undefined,
  ]) {
    test(`a redirect to ${String(location).slice(0, 60)} is not followed`, () => {
      const { seen, urls } = follow(location);
      checkError(seen, 502, "upstream_bad_redirect");
      assert.deepEqual(urls, []);
    });
  }

  test("three redirects are followed, a fourth is not, nor is a loop without end", () => {
    const chain = (length) => (_, index) =>
      index < length ? { status: 302, headers: { location: `/${index}.png` } } : { status: 200, body: png };
    checkPicture(show(core, chain(3)), "png", png);
    const seen = show(core, chain(4));
    checkError(seen, 502, "upstream_bad_redirect");
    assert.equal(seen.calls.length, 4);
    for (const location of [pictureUrl, ""]) {
      const loop = show(core, { status: 302, headers: { location } });
      checkError(loop, 502, "upstream_bad_redirect");
      assert.equal(loop.calls.length, 4);
    }
  });

  test("each hop is admitted, and each has its own failures", () => {
    const second = (answer) =>
      show(core, (_, index) => (index === 0 ? { status: 302, headers: { location: "/b.png" } } : answer));
    checkError(second({ status: 302, headers: { location: "https://127.0.0.1/" } }), 502, "upstream_bad_redirect");
    checkError(second({ status: 404 }), 404, "image_gone");
    checkError(second("failed"), 502, "upstream_unreachable");
    checkError(second({ status: 200, body: "<html>" }), 502, "upstream_not_an_image");
    checkError(second("silent"), 504, "upstream_timeout");
  });

  for (const lost of ["failed", ...[520, 521, 522, 523, 524, 525, 526, 530].map((status) => ({ status }))]) {
    test(`a connection that is lost (${lost.status ?? lost}) is tried once more`, () => {
      const seen = show(core, (_, index) => (index === 0 ? lost : { status: 200, body: png }));
      checkPicture(seen, "png", png);
      assert.equal(seen.calls.length, 2);
      assert.equal(show(core, lost).calls.length, 2);
    });
  }

  test("a host that is busy says for how long", () => {
    const seen = show(core, { status: 503, headers: { "retry-after": "7" } });
    assert.equal(seen.status, 503);
    assert.equal(seen.headers["retry-after"], "7");
    assert.equal(seen.calls.length, 1);
  });

  test("upstreams are told who asks", () => {
    const [{ headers }] = show(core, { status: 200, body: png }).calls;
    assert.match(headers["user-agent"], /^fluxgate\/\d/);
  });

  // ---- What is not whole.

  for (const length of [undefined, 1000]) {
    const name = length === undefined ? "without a length" : "with its length";
    const headers = length === undefined ? {} : { "content-length": String(length) };
    const broken = (answer, ms) => {
      const seen = show(core, { status: 200, headers, ...answer });
      assert.equal(seen.status, 200);
      assert.equal(seen.ending, "broken");
      assert.equal(seen.ms, ms);
      assert.equal(seen.headers["content-length"], headers["content-length"]);
    };

    test(`a body ${name} that is cut breaks the transfer`, () => {
      for (const at of [32, 33, 50, png.length]) broken({ body: png.subarray(0, at), cut: true }, 0);
      for (const at of [0, 1, 8, 31])
        checkError(
          show(core, { status: 200, headers, body: png.subarray(0, at), cut: true }),
          502,
          "upstream_bad_response",
        );
    });

    test(`a body ${name} that stalls for 10 s breaks the transfer`, () => {
      broken({ chunks: [png, { ms: Infinity }] }, 10_000);
      broken({ chunks: [png, { ms: 9_999, bytes: "x" }, { ms: 10_001, bytes: "x" }] }, 19_999);
      for (const at of [0, 8, 31]) {
        const seen = show(core, { status: 200, headers, chunks: [png.subarray(0, at), { ms: Infinity }] });
        checkError(seen, 504, "upstream_timeout");
        assert.equal(seen.ms, 10_000);
      }
    });

    test(`a body ${name} that takes more than 60 s breaks the transfer`, () => {
      broken({ chunks: [png, ...Array.from({ length: 20 }, () => ({ ms: 9_000, bytes: "x" }))] }, 60_000);
    });
  }

  test("a picture of 20 MiB is served, with a length and without", () => {
    const chunks = chunksOf(maxBytes);
    checkPicture(show(core, { status: 200, chunks }), "png", Buffer.concat(chunks));
    checkPicture(
      show(core, { status: 200, headers: { "content-length": String(maxBytes) }, chunks }),
      "png",
      Buffer.concat(chunks),
      maxBytes,
    );
  });

  test("a picture of one byte more is refused unread, or breaks off where it passes 20 MiB", () => {
    for (const lengthBytes of [maxBytes + 1, 2 ** 32, 2 ** 32 + 1000, 2 ** 53]) {
      const seen = show(core, { status: 200, headers: { "content-length": String(lengthBytes) }, body: png });
      checkError(seen, 502, "upstream_too_large");
      assert.deepEqual(seen.reads, []);
    }
    const seen = show(core, { status: 200, chunks: [...chunksOf(maxBytes), "x"] });
    assert.equal(seen.ending, "broken");
    assert.ok(seen.bytes.length <= maxBytes);
  });

  test("no head for 10 s is a timeout, a head just before is none", () => {
    const late = show(core, { status: 200, body: png, ms: 10_001 });
    checkError(late, 504, "upstream_timeout");
    assert.equal(late.ms, 10_000);
    checkError(show(core, "silent"), 504, "upstream_timeout");
    const seen = show(core, { status: 200, body: png, ms: 9_999 });
    assert.equal(seen.status, 200);
  });
});
