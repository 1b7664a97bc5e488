// Picture links in workerd: the bytes and headers behind a good one, and nothing at all behind a bad one.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, beforeEach, describe, test } from "node:test";
import { get } from "node:http";
import { checkErrorShape } from "../support/cases/cases.mjs";
import { largePng, sampleGif, samplePng } from "../support/upstreams/pictures.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { startWorker } from "../support/hosts/worker.mjs";
import { chat, idea, linkIn } from "../support/clients/chat.mjs";

describe("picture links in workerd", () => {
  let upstream;
  let worker;
  let link;
  before(async () => {
    upstream = await startUpstream();
    worker = await startWorker(settingsFor(upstream));
    const answer = await (await chat(worker, idea("a cat"))).json();
    link = linkIn(answer.choices[0].message.content);
  });
  beforeEach(() => upstream.reset());
  after(async () => {
    await worker?.close();
    await upstream?.close();
  });

  /** A link for any URL and expiry, signed as the gateway signs. */
  function sign(url, expires, secret = settingsFor(upstream).IMAGE_PROXY_SECRET) {
    const signature = createHmac("sha256", secret).update(`fluxgate-image-v1\n${expires}\n${url}`).digest("base64url");
    return `${worker.origin}/image-proxy?url=${encodeURIComponent(url)}&exp=${expires}&sig=${signature}`;
  }
  const nowSeconds = () => Math.floor(Date.now() / 1000);

  /** Status, headers and bytes as they go over the wire, without any client's own decoding. */
  function getRaw(url, method = "GET") {
    return new Promise((resolve, reject) => {
      const request = get(url, { method, agent: false, headers: { accept: "image/*" } }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) }),
        );
        response.on("error", reject);
      });
      request.on("error", reject);
    });
  }

  test("the bytes are the upstream's and the headers exactly the fixed set", async () => {
    upstream.onPicture = () => ({
      headers: {
        "content-type": "text/html",
        "set-cookie": "a=b",
        "x-secret": "1",
        etag: '"x"',
        "cache-control": "no-store",
      },
      body: samplePng,
    });
    const { status, headers, bytes } = await getRaw(link);
    assert.equal(status, 200);
    assert.deepEqual(bytes, samplePng);
    const { connection, date, "x-request-id": id, "cache-control": cacheControl, ...fixed } = headers;
    assert.match(id, /^[0-9a-f]{32}$/);
    assert.match(cacheControl, /^public, max-age=\d{1,6}, immutable$/);
    assert.deepEqual(fixed, {
      "access-control-allow-origin": "*",
      "access-control-expose-headers":
        "x-request-id, x-fluxgate-prompt, x-fluxgate-size, x-fluxgate-ignored, x-fluxgate-model, x-fluxgate-provider, x-fluxgate-cost, x-fluxgate-ms, x-should-retry, retry-after",
      "content-disposition": 'inline; filename="image.png"',
      "content-length": String(samplePng.length),
      "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
      "content-type": "image/png",
      "cross-origin-resource-policy": "cross-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
  });

  test("a picture smaller than what tells its type", async () => {
    const tiny = sampleGif.subarray(0, 26);
    upstream.onPicture = () => ({ body: tiny });
    const { status, headers, bytes } = await getRaw(link);
    assert.equal(status, 200);
    assert.equal(headers["content-length"], "26");
    assert.deepEqual(bytes, tiny);
  });

  test("HEAD gives the same headers and no bytes", async () => {
    const { status, headers, bytes } = await getRaw(link, "HEAD");
    assert.equal(status, 200);
    assert.equal(headers["content-type"], "image/png");
    assert.equal(headers["content-length"], String(samplePng.length));
    assert.equal(bytes.length, 0);
  });

  test("a large picture comes whole, with and without a length", async () => {
    const picture = largePng(3_000_000);
    upstream.onPicture = () => ({ body: picture });
    assert.deepEqual((await getRaw(link)).bytes, picture);
    upstream.onPicture = () => (_, response) => {
      response.write(picture.subarray(0, 7)); // Less than tells the type.
      setTimeout(() => response.end(picture.subarray(7)), 20);
    };
    const { headers, bytes } = await getRaw(link);
    assert.equal(headers["transfer-encoding"], "chunked");
    assert.deepEqual(bytes, picture);
  });

  test("the bytes decide the type, unless the head declares it and a length", async () => {
    for (const [headers, type] of [
      [{ "content-type": "image/png", "content-length": null }, "image/gif"],
      [{ "content-type": "image/svg+xml" }, "image/gif"],
      [{ "content-type": "image/PNG; x=y" }, "image/png"],
    ]) {
      upstream.onPicture = () => ({ headers, body: sampleGif });
      const { headers: seen, bytes } = await getRaw(link);
      assert.equal(seen["content-type"], type);
      assert.equal(seen["x-content-type-options"], "nosniff");
      assert.deepEqual(bytes, sampleGif);
    }
  });

  for (const [what, body] of [
    ["HTML", "<!doctype html><script>alert(1)</script>"],
    ["SVG", '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ["nothing", ""],
    ["half a PNG signature", samplePng.subarray(0, 4)],
  ]) {
    test(`${what} labelled as a picture is not served`, async () => {
      upstream.onPicture = () => ({ headers: { "content-type": "image/png", "content-length": null }, body });
      const { status, headers, bytes } = await getRaw(link);
      assert.equal(status, 502);
      assert.equal(headers["content-type"], "application/json");
      assert.equal(JSON.parse(bytes).error.code, "upstream_not_an_image");
    });
  }

  for (const [upstreamStatus, status, code] of [
    [403, 404, "image_gone"],
    [404, 404, "image_gone"],
    [410, 404, "image_gone"],
    [429, 503, "upstream_busy"],
    [503, 503, "upstream_busy"],
    [500, 502, "upstream_bad_status"],
    [304, 502, "upstream_bad_status"],
    [206, 502, "upstream_bad_status"],
  ]) {
    test(`an upstream's ${upstreamStatus} is ${status} ${code}`, async () => {
      upstream.onPicture = () => ({ status: upstreamStatus, body: "" });
      const answer = await getRaw(link);
      assert.equal(answer.status, status);
      const body = JSON.parse(answer.bytes);
      checkErrorShape(body, status);
      assert.equal(body.error.code, code);
    });
  }

  test("an upstream that breaks off before its headers is unreachable", async () => {
    upstream.onPicture = () => "reset";
    const { status, bytes } = await getRaw(link);
    assert.equal(status, 502);
    assert.equal(JSON.parse(bytes).error.code, "upstream_unreachable");
  });

  test("a picture that breaks off is a broken transfer, never a short answer", async () => {
    const picture = largePng(300_000);
    upstream.onPicture = () => (request, response) => {
      response.writeHead(200, { "content-length": picture.length });
      response.write(picture.subarray(0, 100_000), () => setTimeout(() => request.socket.destroy(), 50));
    };
    await assert.rejects(getRaw(link));
  });

  test("a picture over 20 MiB is refused when its length says so", async () => {
    upstream.onPicture = () => (request, response) => {
      response.writeHead(200, { "content-length": 21 * 1024 * 1024 });
      response.write(samplePng);
    };
    const { status, bytes } = await getRaw(link);
    assert.equal(status, 502);
    assert.equal(JSON.parse(bytes).error.code, "upstream_too_large");
  });

  test("redirects are followed by hand, each admitted", async () => {
    upstream.onPicture = ({ url }) =>
      url === "/pictures/cat.png" ? { status: 302, headers: { location: "/moved.png" } } : { body: samplePng };
    assert.equal((await getRaw(link)).status, 200);
    assert.deepEqual(
      upstream.calls.map(({ url }) => url),
      ["/pictures/cat.png", "/moved.png"],
    );

    upstream.reset();
    upstream.onPicture = ({ url }) =>
      url === "/pictures/cat.png"
        ? { status: 307, headers: { location: "../b/./c.png?from=https://x" } }
        : { body: samplePng };
    assert.equal((await getRaw(link)).status, 200);
    assert.equal(upstream.calls[1].url, "/b/c.png?from=https://x");

    upstream.reset();
    upstream.onPicture = () => ({ status: 302, headers: { location: "http://127.0.0.1:1/inside" } });
    const refused = await getRaw(link);
    assert.equal(refused.status, 502);
    assert.equal(JSON.parse(refused.bytes).error.code, "upstream_bad_redirect");
    assert.equal(upstream.calls.length, 1);

    upstream.reset();
    upstream.onPicture = () => ({ status: 302, headers: { location: "/pictures/cat.png" } });
    assert.equal(JSON.parse((await getRaw(link)).bytes).error.code, "upstream_bad_redirect");
    assert.equal(upstream.calls.length, 4);
  });

  test("a link that the same secret signed is good, another's is not", async () => {
    const url = `${upstream.origin}/pictures/other.png`;
    assert.equal((await getRaw(sign(url, nowSeconds() + 60))).status, 200);
    upstream.reset();
    assert.equal((await getRaw(sign(url, nowSeconds() + 60, "another-secret-of-the-right-length!!"))).status, 403);
    assert.equal(upstream.calls.length, 0);
  });

  test("forged, expired or altered links are one and the same 403, and the upstream sees nothing", async () => {
    const { search } = new URL(link);
    const url = `${upstream.origin}/pictures/cat.png`;
    const bad = [
      sign(url, nowSeconds() - 1),
      sign(url, nowSeconds() + 31 * 24 * 3600),
      sign("https://169.254.169.254/latest", nowSeconds() + 60),
      sign("https://example.com.internal/x", nowSeconds() + 60),
      sign(`${worker.origin}/health`, nowSeconds() + 60),
      `${link}&url=x`,
      `${link}&more=1`,
      link.replace("&sig=", "&sgi="),
      link.replace(/&exp=\d+/, ""),
      link.slice(0, -1),
      `${worker.origin}/image-proxy${search.toUpperCase()}`,
    ];
    for (let i = 1; i < search.length; i += 1) {
      const altered = search[i] === "x" ? "y" : "x";
      bad.push(`${worker.origin}/image-proxy${search.slice(0, i)}${altered}${search.slice(i + 1)}`);
    }
    const bodies = new Set();
    for (const address of bad) {
      const { status, bytes } = await getRaw(address);
      assert.equal(status, 403, address);
      bodies.add(bytes.toString());
    }
    assert.equal(bodies.size, 1);
    assert.equal(JSON.parse([...bodies][0]).error.code, "forbidden");
    assert.equal(upstream.calls.length, 0);
  });
});
