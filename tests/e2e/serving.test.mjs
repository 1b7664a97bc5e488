// What a picture link shows in a real browser, and on the wire when its upstream breaks: workerd and headless Chromium.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { after, before, beforeEach, describe, test } from "node:test";
import { startBrowser } from "../support/clients/browser.mjs";
import { checkErrorShape } from "../support/cases/cases.mjs";
import {
  declaredType,
  fixedHeaders,
  pictures,
  servedBodies,
  upstreamHeaders,
} from "../support/upstreams/served_bodies.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";

const lifeSeconds = 1000;

/** A site of its own, where chat programs show pictures, and where a script that has run reports. */
async function startSite() {
  const site = { reports: [], pages: new Map() };
  const server = createServer((incoming, response) => {
    const page = site.pages.get(incoming.url);
    if (page === undefined && incoming.url !== "/favicon.ico") site.reports.push(incoming.url);
    response.writeHead(page === undefined ? 404 : 200, { "content-type": "text/html" });
    response.end(page);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  site.origin = `http://localhost:${server.address().port}`;
  site.close = () => (server.closeAllConnections(), server.close());
  return site;
}

/** An answer as it goes over the wire: { status, headers, bytes }, or an error when it is not whole. */
function get(url, method = "GET", headers = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) }),
      );
      response.on("error", (error) =>
        reject(
          Object.assign(error, {
            status: response.statusCode,
            lengthBytes: chunks.reduce((sum, { length }) => sum + length, 0),
          }),
        ),
      );
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("what a picture link shows", { concurrency: true }, () => {
  let upstream;
  let worker;
  let site;
  let samples;
  before(async () => {
    upstream = await startUpstream();
    [worker, site] = await Promise.all([startWorkerd(settingsFor(upstream)), startSite()]);
    upstream.onPicture = ({ url }) => {
      const [, kind, index] = url.split("/");
      return kind === "broken" ? breaks[index].answer : sampleAnswer(samples[index], kind === "declared");
    };
    samples = servedBodies(`new Image().src="${site.origin}/ran";window.name="ran";document.title="ran"`);
  });
  after(async () => {
    site?.close();
    await worker?.close();
    await upstream?.close();
  });

  function linkTo(path) {
    const { IMAGE_PROXY_SECRET: secret } = settingsFor(upstream);
    const url = upstream.origin + path;
    const expires = Math.floor(Date.now() / 1000) + lifeSeconds;
    const signature = createHmac("sha256", secret).update(`fluxgate-image-v1\n${expires}\n${url}`).digest("base64url");
    return `${worker.origin}/image-proxy?url=${encodeURIComponent(url)}&exp=${expires}&sig=${signature}`;
  }

  function sampleAnswer({ label, body }, isDeclared) {
    const { location, "x-content-type-options": _, ...headers } = upstreamHeaders;
    const length = isDeclared ? {} : { "content-length": null };
    return { headers: { ...headers, ...length, ...(label === "" ? {} : { "content-type": label }) }, body };
  }

  /** Every sample with its link, with a declared length and without; `type` is then what it is served as, and lengthBytes what is said of it. */
  const linkedSamples = () =>
    samples.flatMap((sample, index) => [
      { ...sample, link: linkTo(`/sample/${index}`) },
      {
        ...sample,
        name: `${sample.name}, declared`,
        type: declaredType(sample) ?? sample.type,
        lengthBytes: sample.body.length,
        link: linkTo(`/declared/${index}`),
      },
    ]);

  test("every sample has its fixed headers and its bytes, HEAD the same without them, or is refused", async () => {
    const linkedMs = Date.now();
    for (const { name, type, body, lengthBytes, link } of linkedSamples()) {
      const conditions = { range: "bytes=0-3", "if-none-match": "*", "if-modified-since": new Date().toUTCString() };
      const [answer, head] = [await get(link, "GET", conditions), await get(link, "HEAD", conditions)];
      const {
        connection,
        "keep-alive": _,
        date,
        "x-request-id": id,
        "cache-control": cacheControl,
        "transfer-encoding": coding,
        ...headers
      } = answer.headers;
      assert.equal(head.status, answer.status, name);
      assert.equal(head.bytes.length, 0);
      assert.equal(head.headers["content-type"], answer.headers["content-type"]);
      if (type === null) {
        assert.equal(answer.status, 502, name);
        checkErrorShape(JSON.parse(answer.bytes), 502);
        assert.equal(JSON.parse(answer.bytes).error.code, "upstream_not_an_image");
        assert.equal(cacheControl, "no-store");
        assert.equal(headers["content-type"], "application/json");
        assert.equal(headers["x-content-type-options"], "nosniff");
        assert.ok(
          !("set-cookie" in headers || "link" in headers || "refresh" in headers || "content-disposition" in headers),
        );
        continue;
      }
      assert.equal(answer.status, 200, name);
      assert.equal(coding, lengthBytes === undefined ? "chunked" : undefined, name);
      const [, leftSeconds] = /^public, max-age=(\d+), immutable$/.exec(cacheControl) ?? [];
      assert.ok(leftSeconds <= lifeSeconds, cacheControl);
      assert.ok(leftSeconds >= lifeSeconds - (Date.now() - linkedMs) / 1000 - 1, cacheControl);
      const { "cache-control": __, ...fixed } = fixedHeaders(type, lengthBytes, lifeSeconds);
      assert.deepEqual(headers, fixed, name);
      assert.ok(answer.bytes.equals(body), name);
      const unsteady = {
        connection: undefined,
        "keep-alive": undefined,
        date: undefined,
        "x-request-id": undefined,
        "cache-control": undefined,
        "transfer-encoding": undefined,
      };
      assert.deepEqual({ ...head.headers, ...unsteady }, { ...answer.headers, ...unsteady }, name);
    }
    assert.ok(upstream.callsTo("/sample/").length >= 2 * samples.length);
    for (const { headers } of upstream.callsTo("/sample/")) {
      for (const name of ["range", "if-none-match", "if-modified-since", "cookie", "referer", "origin"])
        assert.equal(headers[name], undefined);
    }
  });

  describe("in Chromium", { concurrency: 1 }, () => {
    let browser;
    let context;
    const downloads = [];
    before(async () => {
      browser = await startBrowser();
      context = await browser.newContext({ acceptDownloads: false });
    });
    after(() => browser?.close());
    beforeEach(() => (site.reports = []));

    async function openPage() {
      const page = await context.newPage();
      page.on("download", (download) => downloads.push(download.url()));
      page.on("dialog", (dialog) => (site.reports.push(dialog.message()), dialog.dismiss()));
      return page;
    }

    test("a script of the samples would be seen to run", async () => {
      const { body } = samples.find(({ name }) => name === "HTML");
      const page = await openPage();
      site.pages.set("/control", body);
      await page.goto(`${site.origin}/control`, { waitUntil: "load" });
      assert.equal(await page.title(), "ran");
      assert.ok(site.reports.includes("/ran"), site.reports.join());
    });

    test("a link opened by itself is a picture or an error, and never runs a script or saves a file", async () => {
      const page = await openPage();
      for (const { name, type, shows, link } of linkedSamples()) {
        const response = await page.goto(link, { waitUntil: "load" });
        assert.equal(response.status(), type === null ? 502 : 200, name);
        const seen = await page.evaluate(() => {
          const [image] = document.images;
          return {
            type: document.contentType,
            widthPx: image?.naturalWidth ?? 0,
            scripts: document.scripts.length,
            title: document.title,
            name: window.name,
          };
        });
        assert.equal(seen.type, type === null ? "application/json" : `image/${type}`, name);
        assert.equal(seen.widthPx > 0, shows, `${name}: ${JSON.stringify(seen)}`);
        assert.equal(seen.scripts, 0, name);
        assert.ok(seen.title !== "ran" && seen.name !== "ran", name);
      }
      assert.deepEqual(site.reports, []);
      assert.deepEqual(downloads, []);
    });

    test("another site's page shows the pictures, and nothing of them can be script, style or a frame", async () => {
      const page = await openPage();
      const all = linkedSamples();
      const quoted = (link) => link.replaceAll("&", "&amp;");
      site.pages.set("/chat", all.map(({ link }) => `<img src="${quoted(link)}">`).join("\n"));
      await page.goto(`${site.origin}/chat`, { waitUntil: "load" });
      const widths = await page.evaluate(() => Array.from(document.images, ({ naturalWidth }) => naturalWidth));
      assert.deepEqual(
        widths.map((widthPx) => widthPx > 0),
        all.map(({ shows }) => shows),
      );
      assert.equal(widths[0], 3);

      const uses = all
        .filter(({ body }) => body.includes("/ran"))
        .map(({ link }) => {
          const address = quoted(link);
          return `<script src="${address}"></script><script type="module" src="${address}"></script><link rel="stylesheet" href="${address}"><iframe src="${address}"></iframe><object data="${address}"></object><embed src="${address}">`;
        });
      assert.ok(uses.length > 10);
      site.pages.set("/misuse", uses.join("\n"));
      await page.goto(`${site.origin}/misuse`, { waitUntil: "load" });
      assert.notEqual(await page.title(), "ran");
      assert.equal(await page.evaluate(() => window.name), "");
      assert.deepEqual(site.reports, []);
      assert.deepEqual(downloads, []);
    });
  });

  // ---- Broken upstreams: the client sees a broken transfer, whatever the upstream had promised.

  const megabyte = Buffer.alloc(1024 * 1024);
  /** Writes the head and some megabytes of a picture, each when the one before is gone; then `end(response)`. */
  const partly = (lengthBytes, megabytes, end) => (_, response) => {
    let left = megabytes;
    const more = () => {
      while (left > 0 && !response.destroyed) {
        left -= 1;
        if (!response.write(megabyte)) return response.once("drain", more);
      }
      if (!response.destroyed) end(response);
    };
    response.on("error", () => {});
    response.writeHead(200, lengthBytes === null ? {} : { "content-length": lengthBytes });
    response.write(pictures.png);
    more();
  };
  const cut = (response) => setTimeout(() => response.destroy(), 50);
  const stay = () => {};

  /** ms: after how long the transfer breaks. */
  const breaks = [
    { name: "cut, without a length", answer: partly(null, 1, cut), ms: 0 },
    { name: "cut, with its length", answer: partly(3 * megabyte.length, 1, cut), ms: 0 },
    { name: "cut just behind its start, without a length", answer: partly(null, 0, cut), ms: 0 },
    { name: "over 20 MiB, without a length", answer: partly(null, 24, (response) => response.end()), ms: 0 },
    { name: "without end", answer: partly(null, 4096, stay), ms: 0 },
    { name: "stalled, without a length", answer: partly(null, 1, stay), ms: 10_000 },
    { name: "stalled, with its length", answer: partly(3 * megabyte.length, 1, stay), ms: 10_000 },
  ];

  test("a picture that is cut, stalls or is too large is a broken transfer, never a short answer", async () => {
    const runs = breaks.map(async ({ name, ms }, index) => {
      const startMs = performance.now();
      const isBroken = ({ status, lengthBytes }) =>
        status === 200 && lengthBytes > 0 && lengthBytes <= 20 * megabyte.length;
      await assert.rejects(get(linkTo(`/broken/${index}`)), isBroken, name);
      const tookMs = performance.now() - startMs;
      assert.ok(tookMs >= ms && tookMs < ms + 15_000, `${name}: ${tookMs} ms`);
    });
    await Promise.all(runs);
  });
});
