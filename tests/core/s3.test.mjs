// Storing pictures in a bucket of S3, with a scripted server: what it is asked, by whom it is signed, and what becomes of the answer when it fails.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import aws4 from "aws4";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import { largePng, samplePng } from "../support/upstreams/pictures.mjs";
import { settingsFor } from "../support/upstreams/upstream.mjs";

const upstream = { origin: "http://upstream.test:8080", host: "upstream.test:8080" };
const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const bucket = "https://s3.test/pictures";
const {
  OPENAI_API_BASE: _base,
  OPENAI_API_KEY: _key,
  OPENAI_MODEL: _model,
  ...settings
} = settingsFor(upstream, {
  IMAGES_S3_URL: `${bucket}/`,
  IMAGES_S3_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  IMAGES_S3_SECRET: secret,
});
const request = {
  method: "POST",
  url: "https://gateway.example/v1/chat/completions",
  headers: { authorization: "Bearer client-key" },
  body: JSON.stringify({ model: "flux-schnell", messages: [{ role: "user", content: "a cat" }] }),
};
const random = new Uint8Array(16).fill(7);
const picture = { status: 200, headers: { "content-length": String(samplePng.length) }, body: samplePng };
const inJson = (bytes) => ({ data: [{ b64_json: bytes.toString("base64") }] });
const linked = { images: [{ url: `${upstream.origin}/pictures/cat.png` }] };
const refusal = (status, code) => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>no &lt;${secret}&gt;</Message></Error>`,
});
const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Asks once; `store`: what the server answers, or a function of the call that gives it. Adds `link` and `calls` of the store as `asked`. */
function ask(core, store, { made = linked, host = picture, ...options } = {}) {
  const seen = converse(
    core,
    request,
    (call) => {
      if (call.url.startsWith(`${bucket}/`)) return typeof store === "function" ? store(call) : store;
      return call.url.endsWith("/generate") ? { status: 200, body: JSON.stringify(made) } : host;
    },
    { random, ...options },
  );
  const link = seen.status === 200 ? /\((\S+)\)/.exec(seen.json().choices[0].message.content)[1] : null;
  return { ...seen, link, asked: seen.calls.filter(({ url }) => url.startsWith(`${bucket}/`)) };
}

/** Checks the signature of a call by another signer, and that nothing is signed that hosts or proxies rewrite. */
function assertSigned({ method, url, headers }, region = "us-east-1") {
  const { host, pathname, search } = new URL(url);
  const [, names] = /SignedHeaders=([^,]+),/.exec(headers.authorization);
  const own = Object.fromEntries(names.split(";").map((name) => [name, name === "host" ? host : headers[name]]));
  const keys = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: secret };
  const again = aws4.sign({ service: "s3", region, method, host, path: pathname + search, headers: { ...own } }, keys);
  assert.equal(headers.authorization, again.headers.Authorization);
  const others = names.split(";").filter((name) => !name.startsWith("x-amz-"));
  assert.deepEqual(others, headers["content-type"] === undefined ? ["host"] : ["content-type", "host"]);
  assert.deepEqual(names.split(";").slice(-2), ["x-amz-content-sha256", "x-amz-date"]);
  assert.equal(headers["x-amz-date"], "20260101T000000Z");
}

/** Neither a call nor a line of the log holds the secret. */
function assertSecretIsKept({ calls, logs, text }) {
  const said = JSON.stringify([calls.map(({ url, headers, body }) => [url, headers, body]), logs, text]);
  assert.ok(!said.includes(secret));
}

/** A server that takes uploads. `steps` gets its calls. */
const server =
  (steps, answers = {}) =>
  (call) => {
    steps.push(call);
    const query = new URL(call.url).search.slice(1);
    if (call.method === "DELETE") return { status: 204 };
    if (query === "uploads")
      return (
        answers.begin ?? {
          status: 200,
          body: '<?xml version="1.0"?>\n<s3:InitiateMultipartUploadResult xmlns:s3="x"><s3:Bucket>UploadId</s3:Bucket>\n<s3:UploadId a="b">\n u/1&amp;2 </s3:UploadId></s3:InitiateMultipartUploadResult>',
        }
      );
    if (call.method === "PUT") return answers.part ?? { status: 200, headers: { etag: `"${steps.length}&"` } };
    return (
      answers.end ?? {
        status: 200,
        body: `${" ".repeat(20)}<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>`,
      }
    );
  };
const nameOf = ({ method, url }) => `${method} ${url.replace(/.*\.png/, "")}`;

describeBuilds("a bucket of S3", (makeCore) => {
  test("gets the whole picture, signed, and the link is ours", () => {
    const seen = ask(makeCore(settings), { status: 200 });
    assert.equal(seen.asked.length, 1);
    const [put] = seen.asked;
    const key = /^https:\/\/s3\.test\/pictures\/([A-Za-z0-9_-]{22}\.png)$/.exec(put.url)[1];
    assert.equal(seen.link, `https://gateway.example/i/${key}`);
    assert.deepEqual(
      [put.method, put.headers["content-type"], put.headers["content-length"], put.headers["cache-control"]],
      ["PUT", "image/png", String(samplePng.length), "max-age=31536000"],
    );
    assert.equal(put.headers["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
    assert.deepEqual(put.bytes, samplePng);
    assertSigned(put);
    assertSecretIsKept(seen);
    assert.deepEqual(seen.leftOver, []);
  });

  test("a small body is hashed; a longer one, and one that passes by, are not", () => {
    const put = (options) => ask(makeCore(settings), { status: 200 }, options).asked[0];
    const small = largePng(64 * 1024);
    const large = largePng(64 * 1024 + 1);
    assert.equal(put({ made: inJson(small) }).headers["x-amz-content-sha256"], hash(small));
    const passing = { status: 200, headers: { "content-length": String(small.length) }, body: small };
    for (const call of [put({ made: inJson(large) }), put({ host: passing })]) {
      assert.equal(call.headers["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
      assertSigned(call);
    }
    assert.deepEqual(put({ host: passing }).bytes, small);
  });

  test("a picture of unknown length is held, and sent with its length", () => {
    const bytes = largePng(300_000);
    const seen = ask(makeCore(settings), { status: 200 }, { host: { status: 200, body: bytes } });
    assert.match(seen.link, /\/i\//);
    const [put] = seen.asked;
    assert.equal(put.headers["content-length"], "300000");
    assert.deepEqual(put.bytes, bytes);
    assertSigned(put);
    assert.deepEqual(seen.leftOver, []);
    const tooLarge = ask(makeCore(settings), { status: 200 }, { host: { status: 200, body: largePng(6_000_000) } });
    assert.match(tooLarge.link, /\/image-proxy/);
    assert.deepEqual([tooLarge.asked, tooLarge.leftOver], [[], []]);
  });

  test("the region, a bucket with a host of its own, and a usual port, are signed as hosts send them", () => {
    for (const url of ["HTTPS://Pictures.S3.test:443", "https://pictures.s3.test/"]) {
      const core = makeCore({ ...settings, IMAGES_S3_URL: url, IMAGES_S3_REGION: "eu-central-1" });
      const seen = converse(core, request, (call) =>
        call.url.endsWith("/generate") ? { status: 200, body: JSON.stringify(linked) } : picture,
      );
      const put = seen.calls.find(({ method }) => method === "PUT");
      assert.match(put.url, /^https:\/\/pictures\.s3\.test\/[A-Za-z0-9_-]{22}\.png$/);
      assertSigned(put, "eu-central-1");
    }
  });

  for (const [name, store, detail] of [
    ["a wrong secret", refusal(403, "SignatureDoesNotMatch"), "store status 403, SignatureDoesNotMatch"],
    ["a wrong key id", refusal(403, "InvalidAccessKeyId"), "store status 403, InvalidAccessKeyId"],
    ["no such bucket", refusal(404, "NoSuchBucket"), "store status 404, NoSuchBucket"],
    ["too many calls", refusal(503, "SlowDown"), "store status 503, SlowDown"],
    ["an error without a word", { status: 500 }, "store status 500"],
    ["a code that is none", refusal(500, "<b>x</b>"), "store status 500"],
    ["broken XML", { status: 500, body: "<Error><Code>Slow" }, "store status 500"],
    [
      "another region",
      { ...refusal(307, "TemporaryRedirect"), headers: { location: "https://elsewhere.test/pictures/x.png" } },
      "store status 307, TemporaryRedirect",
    ],
    ["no answer", "failed", ""],
    ["silence", "silent", ""],
  ]) {
    test(`${name}: the signed link, a line in the log that says so, and no second picture`, () => {
      const seen = ask(makeCore(settings), store);
      assert.match(seen.link, /^https:\/\/gateway\.example\/image-proxy\?url=/);
      const lines = seen.logs.filter(({ ev }) => ev === "store_failed");
      assert.deepEqual(
        lines.map((line) => line.detail ?? ""),
        [detail],
      );
      assert.equal(seen.calls.filter(({ url }) => url.endsWith("/generate")).length, 1);
      assert.ok(!seen.calls.some(({ url }) => url.includes("elsewhere")));
      assertSecretIsKept(seen);
      assert.deepEqual(seen.leftOver, []);
    });
  }

  test("12 MB of base64 are stored in parts, each signed", () => {
    const bytes = largePng(9_000_000);
    const steps = [];
    const core = makeCore(settings);
    const seen = ask(core, server(steps), { made: inJson(bytes) });
    assert.match(seen.link, /^https:\/\/gateway\.example\/i\/[A-Za-z0-9_-]{22}\.png$/);
    assert.deepEqual(steps.map(nameOf), [
      "POST ?uploads",
      "PUT ?uploadId=u%2F1%262&partNumber=1",
      "PUT ?uploadId=u%2F1%262&partNumber=2",
      "POST ?uploadId=u%2F1%262",
    ]);
    const [begin, first, second, end] = steps;
    assert.deepEqual(
      [begin.headers["content-type"], begin.headers["content-length"], begin.headers["cache-control"]],
      ["image/png", "0", "max-age=31536000"],
    );
    assert.equal(first.bytes.length, 5 * 1024 * 1024, "the least that servers of S3 take");
    assert.equal(first.headers["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
    assert.deepEqual(Buffer.concat([first.bytes, second.bytes]), bytes);
    assert.equal(
      end.body,
      '<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
        "<Part><PartNumber>1</PartNumber><ETag>&quot;2&amp;&quot;</ETag></Part>" +
        "<Part><PartNumber>2</PartNumber><ETag>&quot;3&amp;&quot;</ETag></Part></CompleteMultipartUpload>",
    );
    assert.equal(end.headers["x-amz-content-sha256"], hash(end.body));
    for (const call of steps) assertSigned(call);
    assertSecretIsKept(seen);
    assert.deepEqual(seen.leftOver, []);
  });

  for (const [name, answers, isBegun] of [
    ["is not begun", { begin: refusal(503, "SlowDown") }, false],
    ["gets no id", { begin: { status: 200, body: "<InitiateMultipartUploadResult/>" } }, false],
    ["gets an id without an end", { begin: { status: 200, body: "<X><UploadId>abc" } }, false],
    [
      "gets an id that is too long",
      { begin: { status: 200, body: `<UploadId>${"x".repeat(1025)}</UploadId>` } },
      false,
    ],
    ["gets an answer that is too large", { begin: { status: 200, body: "<".repeat(20_000) } }, false],
    ["has a part refused", { part: refusal(400, "EntityTooSmall") }, true],
    ["has a part lost", { part: "failed" }, true],
    ["ends with status 200 and an error", { end: refusal(200, "InternalError") }, true],
    ["ends with broken XML", { end: { status: 200, body: "<Complete" } }, true],
    ["ends with nothing", { end: { status: 200 } }, true],
    ["is not ended", { end: refusal(400, "InvalidPart") }, true],
  ]) {
    test(`an upload that ${name} is an error, is called off, and the picture is not made again`, () => {
      const steps = [];
      const seen = ask(makeCore(settings), server(steps, answers), { made: inJson(largePng(6_000_000)) });
      assert.deepEqual([seen.status, seen.json().error.code], [502, "upstream_bad_response"]);
      assert.equal(seen.calls.filter(({ url }) => url.endsWith("/generate")).length, 1);
      const calledOff = steps.filter(({ method }) => method === "DELETE");
      assert.deepEqual(calledOff.map(nameOf), isBegun ? ["DELETE ?uploadId=u%2F1%262"] : []);
      calledOff.forEach((call) => assertSigned(call));
      assertSecretIsKept(seen);
      assert.deepEqual(seen.leftOver, []);
    });
  }

  test("an upload is called off when its picture turns out to be damaged, and when the client goes", () => {
    const good = largePng(9_000_000).toString("base64");
    const damaged = { data: [{ b64_json: `${good.slice(0, 8_000_000)}!${good.slice(8_000_000)}` }] };
    const steps = [];
    const seen = ask(makeCore(settings), server(steps), { made: damaged });
    assert.equal(seen.json().error.code, "upstream_not_an_image");
    assert.equal(nameOf(steps.at(-1)), "DELETE ?uploadId=u%2F1%262");
    const whole = ask(makeCore(settings), server([]), { made: inJson(largePng(9_000_000)) });
    const secondPart = whole.effects.lastIndexOf("fetch") - 1;
    const left = [];
    ask(makeCore(settings), server(left), { made: inJson(largePng(9_000_000)), clientLeavesAt: secondPart });
    assert.equal(left.at(-1)?.method, "DELETE");
  });

  test("a server that knows no parts gets the whole, which the host has held", () => {
    const bytes = largePng(9_000_000);
    const steps = [];
    const core = makeCore(settings);
    const seen = ask(core, server(steps, { begin: refusal(501, "NotImplemented"), part: { status: 200 } }), {
      made: inJson(bytes),
    });
    assert.match(seen.link, /\/i\//);
    assert.deepEqual(steps.map(nameOf), ["POST ?uploads", "PUT "]);
    assert.deepEqual([steps[1].headers["content-length"], steps[1].headers["content-type"]], ["9000000", "image/png"]);
    assert.deepEqual(Buffer.from(steps[1].bytes), bytes);
    steps.forEach((call) => assertSigned(call));
    assert.deepEqual(seen.leftOver, []);
  });

  const path = `/i/${"A".repeat(22)}.png`;
  const show = (answer, { headers = {}, extra = {}, method = "GET" } = {}) =>
    converse(
      makeCore({ ...settings, ...extra }),
      { method, url: `https://gateway.example${path}`, headers },
      () => answer,
    );
  const stored = {
    status: 200,
    headers: { etag: '"x"', "content-length": String(samplePng.length), "x-amz-request-id": "1", "set-cookie": "a=b" },
    body: samplePng,
  };

  test("a stored picture is shown as from any store, with ranges and conditions that nobody signs", () => {
    const headers = { range: "bytes=1-3", "if-none-match": '"y"' };
    for (const method of ["GET", "HEAD"]) {
      const seen = show(stored, { headers, method });
      const [call] = seen.calls;
      assert.deepEqual([call.method, call.url], [method, `${bucket}/${"A".repeat(22)}.png`]);
      assert.deepEqual(
        [call.headers.range, call.headers["if-none-match"], call.headers["accept-encoding"]],
        ["bytes=1-3", '"y"', "identity"],
      );
      assertSigned(call);
      const names = ["etag", "content-length", "cache-control", "content-type", "set-cookie", "x-amz-request-id"];
      assert.deepEqual(
        [seen.status, ...names.map((name) => seen.headers[name])],
        [200, '"x"', "68", "public, max-age=31536000, immutable", "image/png", undefined, undefined].map((value) =>
          value === "68" ? String(samplePng.length) : value,
        ),
      );
      assert.deepEqual(seen.bytes, method === "GET" ? samplePng : Buffer.alloc(0));
    }
    const part = show({
      status: 206,
      headers: { "content-range": "bytes 1-3/70", "content-length": "3" },
      body: "PNG",
    });
    assert.deepEqual([part.status, part.headers["content-range"], part.text], [206, "bytes 1-3/70", "PNG"]);
    for (const status of [304, 416]) assert.deepEqual(show(refusal(status, "InvalidRange")).bytes, Buffer.alloc(0));
    assert.deepEqual(show(refusal(416, "InvalidRange")).status, 416);
    const coded = show({ ...stored, headers: { ...stored.headers, "content-encoding": "gzip" } });
    assert.equal(coded.headers["content-length"], undefined, "the length is that of other bytes");
  });

  for (const [answer, status, code, detail] of [
    [refusal(404, "NoSuchKey"), 404, "image_gone", ""],
    [refusal(403, "SignatureDoesNotMatch"), 502, "upstream_bad_status", "store status 403, SignatureDoesNotMatch"],
    [refusal(503, "SlowDown"), 502, "upstream_bad_status", "store status 503, SlowDown"],
    [{ status: 302, headers: { location: "https://x.test/" } }, 502, "upstream_bad_status", "store status 302"],
    ["failed", 502, "upstream_unreachable", ""],
    ["silent", 504, "upstream_timeout", ""],
  ]) {
    test(`a server that answers ${answer.status ?? answer} ${detail}: ${code}`, () => {
      const seen = show(answer);
      assert.deepEqual([seen.status, seen.json().error.code], [status, code]);
      assert.equal(seen.logs.find(({ ev }) => ev === "request").detail ?? "", detail);
      assert.equal(seen.calls.length, 1);
      assertSecretIsKept(seen);
      assert.ok(seen.ms <= 10_000);
    });
  }

  test("a service of the host wins", () => {
    const seen = converse(makeCore({ ...settings, "binding://IMAGES": "1" }), request, (call) => {
      if (call.url.startsWith("binding://")) return { status: 200 };
      return call.url.endsWith("/generate") ? { status: 200, body: JSON.stringify(linked) } : picture;
    });
    assert.match(seen.text, /\/i\//);
    assert.ok(!seen.calls.some(({ url }) => url.startsWith(bucket)));
  });

  test("plain http is taken for this machine and for hosts that the operator trusts", () => {
    const isTaken = (extra) => show(stored, { extra }).status === 200;
    const url = (text, extra = {}) => ({ IMAGES_S3_URL: text, ...extra });
    for (const good of ["http://127.0.0.1:9000/b", "http://localhost/b", "http://[::1]:9000/b"])
      assert.ok(isTaken(url(good)), good);
    assert.ok(isTaken(url("http://minio:9000/b", { IMAGE_HOSTS_INTERNAL: "minio:9000" })));
    assert.ok(isTaken(url("http://minio/b", { IMAGE_HOSTS_INTERNAL: "minio:80" })));
    for (const bad of ["http://minio:9000/b", "http://s3.test/b", "http://127.0.0.1.s3.test/b", "http://localhost.x/b"])
      assert.ok(!isTaken(url(bad)), bad);
  });
});
