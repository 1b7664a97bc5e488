// Picture links through the module: which are good, and which URLs are fetched.
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { test } from "node:test";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { checkErrorShape } from "../support/cases/cases.mjs";
import { converse, startMs } from "../support/hosts/conversation.mjs";
import { seededRandom } from "../support/texts/hostile_texts.mjs";
import { pictures } from "../support/upstreams/served_bodies.mjs";

const gateway = "https://gw.example.com";
const secret = "a-secret-of-the-tests-of-32-bytes-or-more";
const otherSecret = "another-secret-of-the-tests-of-32-bytes";
const settings = {
  AUTHORIZED_API_KEY: "client-key",
  IMAGE_GEN_API_BASE: "https://images.example/generate",
  IMAGE_GEN_MODEL: "flux",
  IMAGE_GEN_API_KEY: "image-key-number-0,image-key-number-1",
  IMAGE_PROXY_SECRET: secret,
};
const nowSeconds = startMs / 1000;
const lifeSeconds = 600;
const pictureUrl = "https://cdn.example.net/o/a(1).png?Expires=1&Signature=a%2Bb~c";

const signature = (url, expires, key = secret) =>
  createHmac("sha256", key).update(`fluxgate-image-v1\n${expires}\n${url}`).digest("base64url");

/** Everything but letters, digits and -._~ as %XX (RFC 3986, 2.3). */
const escaped = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** A link as the gateway signs it. */
function sign(url, { key, expires = nowSeconds + lifeSeconds } = {}) {
  return `${gateway}/image-proxy?url=${escaped(url)}&exp=${expires}&sig=${signature(url, expires, key)}`;
}

/** Asks for what stands behind a link. */
const show = (
  core,
  link,
  upstream = () => ({ status: 200, body: pictures.png }),
  { method, headers, ...options } = {},
) => converse(core, { method, headers, url: link }, upstream, options);

/** Makes a link. `image`: what the backend answers. */
function makeLink(core, url = pictureUrl, options = {}) {
  const body = JSON.stringify({ model: "flux", messages: [{ role: "user", content: "a cat" }] });
  const request = {
    method: "POST",
    url: `${gateway}/v1/chat/completions`,
    headers: { authorization: "Bearer client-key" },
    body,
  };
  const seen = converse(core, request, () => ({ status: 200, body: JSON.stringify({ images: [{ url }] }) }), options);
  return seen.status === 200 ? /^!\[Image\]\((\S+)\)/.exec(seen.json().choices[0].message.content)[1] : seen;
}

// ---- Signatures.

/** Bytes that are the same in every run: xorshift32, Marsaglia 2003, as in tests/native/base/sha256_test.cpp. */
function byteSource(seed) {
  let state = seed >>> 0;
  return (length) => {
    const bytes = Buffer.alloc(length);
    for (let i = 0; i < length; i += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      bytes[i] = state & 255;
    }
    return bytes;
  };
}

test("the vectors of HMAC-SHA256 are what node:crypto says of 10,000 random keys and messages", () => {
  const { cases } = JSON.parse(readFileSync(new URL("../vectors/base/ours_hmac_sha256.json", import.meta.url), "utf8"));
  let total = 0;
  for (const {
    name,
    in: { seed, count },
    out,
  } of cases) {
    const take = byteSource(seed);
    const digests = createHash("sha256");
    for (let i = 0; i < count; i += 1) {
      const [keyBytes, lowBytes, highBytes] = take(3);
      const key = take(keyBytes);
      digests.update(
        createHmac("sha256", key)
          .update(take(lowBytes + highBytes))
          .digest(),
      );
    }
    assert.equal(digests.digest("hex"), out, name);
    total += count;
  }
  assert.equal(total, 10_000);
});

describeBuilds("signatures of links", (makeCore) => {
  test("are node:crypto's HMAC-SHA256 for many secrets and URLs", () => {
    const take = byteSource(7);
    for (let i = 0; i < 100; i += 1) {
      const key = take(32 + take(1)[0]).toString("base64");
      const core = makeCore({ ...settings, IMAGE_PROXY_SECRET: key });
      for (let j = 0; j < 5; j += 1) {
        const url = `https://cdn.example.net/${take(take(1)[0]).toString("base64url")}`;
        assert.equal(makeLink(core, url), sign(url, { key, expires: nowSeconds + 7 * 24 * 3600 }));
      }
    }
  });

  const core = makeCore(settings);
  const link = makeLink(core);
  const query = link.slice(link.indexOf("?") + 1);
  const [url, exp, sig] = query.split("&");
  const linkOf = (...parameters) => `${gateway}/image-proxy?${parameters.join("&")}`;

  /** The one answer to every bad link; it costs no call. */
  const refusal = show(core, linkOf(url, exp, `sig=${signature(pictureUrl, "1", secret)}`));
  function checkRefused(address, by = core) {
    const { status, headers, text, calls } = show(by, address);
    assert.equal(status, 403, address);
    assert.deepEqual([headers, text, calls], [refusal.headers, refusal.text, []], address);
  }
  function checkGood(address, by = core) {
    const { status, calls } = show(by, address);
    assert.equal(status, 200, address);
    assert.deepEqual(
      calls.map(({ url: called }) => called),
      [pictureUrl],
    );
  }

  test("a refusal is an error that nobody keeps", () => {
    checkErrorShape(refusal.json(), 403);
    assert.equal(refusal.json().error.code, "forbidden");
    assert.equal(refusal.headers["cache-control"], "no-store");
    assert.ok(!refusal.text.includes("cdn.example.net"));
    checkGood(link);
  });

  test("every change of one character is refused", () => {
    const start = link.length - query.length;
    const changed = new Set();
    for (let at = start; at < link.length; at += 1) {
      const [before, after] = [link.slice(0, at), link.slice(at + 1)];
      const code = link.charCodeAt(at);
      const replacements = [
        ...'0Az%&=+/.-_~?;:,"\\ \t\0é{',
        link[at].toUpperCase(),
        link[at].toLowerCase(),
        ...[1, 2, 4, 32, 64].map((bit) => String.fromCharCode(code ^ bit)),
      ];
      for (const other of replacements)
        changed
          .add(before + other + after)
          .add(before + other + link[at] + after)
          .add(link + other);
      changed.add(before + after).add(before + link[at] + link[at] + after);
      if (after !== "") changed.add(before + after[0] + link[at] + after.slice(1));
    }
    // A line break ends a head's line and `#` ends a URL: no request has them in its URL.
    const tried = [...changed].filter((each) => each !== link && !/[\n\r#]/.test(each));
    assert.ok(tried.length > query.length * 30, String(tried.length));
    for (const address of tried) checkRefused(address);
  });

  test("parameters come in any order, once each, and with none beside them", () => {
    for (const order of [
      [url, exp, sig],
      [url, sig, exp],
      [exp, url, sig],
      [exp, sig, url],
      [sig, url, exp],
      [sig, exp, url],
    ])
      checkGood(linkOf(...order));
    const two = (parameter) => [parameter, ...[url, exp, sig]];
    for (const parameters of [
      [],
      [""],
      [url],
      [exp],
      [sig],
      [url, exp],
      [url, sig],
      [exp, sig],
      ["url=", exp, sig],
      [url, "exp=", sig],
      [url, exp, "sig="],
      ["url", "exp", "sig"],
      two(url),
      two(exp),
      two(sig),
      two("url="),
      two("url"),
      two("sig"),
      two("x=1"),
      two("x"),
      two(""),
      two("utm_source=chat"),
      [...two(url), sig, exp],
      [url, "", exp, sig],
      [url, exp, sig, ""],
      ["URL" + url.slice(3), exp, sig],
      ["%75rl" + url.slice(3), exp, sig],
      [url, exp, "sig[]" + sig.slice(3)],
      [url, exp, ` ${sig}`],
      [url, `${exp}.0`, sig],
      [url, "exp=0" + exp.slice(4), sig],
      [url, exp, sig + "="],
      [url.slice(0, -1), exp, sig],
    ]) {
      checkRefused(linkOf(...parameters));
    }
    checkRefused(`${gateway}/image-proxy`);
  });

  test("a link ends with its last second, and may not claim more than 30 days", () => {
    for (const [expires, good] of [
      [nowSeconds - 1, false],
      [nowSeconds, true],
      [nowSeconds + 30 * 24 * 3600, true],
      [nowSeconds + 30 * 24 * 3600 + 1, false],
      [9_999_999_999, false],
    ]) {
      (good ? checkGood : checkRefused)(sign(pictureUrl, { expires }));
    }
    assert.ok(link.includes(`&exp=${nowSeconds + 7 * 24 * 3600}&`), "seven days");
  });

  test("secrets are replaced one after the other", () => {
    const [both, latest] = [`${otherSecret},${secret}`, otherSecret].map((IMAGE_PROXY_SECRET) =>
      makeCore({ ...settings, IMAGE_PROXY_SECRET }),
    );
    checkGood(link, both);
    checkRefused(link, latest);
    const next = makeLink(both);
    checkGood(next, both);
    checkGood(next, latest);
    checkRefused(next);
  });

  test("without a secret they come from the backends' keys and from no key of a client", () => {
    const derived = {
      ...settings,
      IMAGE_PROXY_SECRET: "",
      FLUX_GEN_API_BASE: "https://more.example/generate",
      FLUX_GEN_MODEL: "other",
      FLUX_GEN_API_KEY: "flux-key-number-0",
    };
    const own = makeCore(derived);
    const made = makeLink(own);
    const key = createHmac("sha256", "fluxgate-image-key-v1")
      .update("image-key-number-0\nimage-key-number-1\nflux-key-number-0")
      .digest();
    assert.equal(made, sign(pictureUrl, { key, expires: nowSeconds + 7 * 24 * 3600 }));
    checkGood(made, own);
    checkGood(made, makeCore({ ...derived, AUTHORIZED_API_KEY: "other-client-key,client-key" }));
    checkGood(
      made,
      makeCore({
        ...derived,
        IMAGE_GEN_MODEL: "flux,more",
        OPENAI_API_BASE: "https://llm.example",
        OPENAI_API_KEY: "llm",
        OPENAI_MODEL: "m",
      }),
    );
    for (const changed of [
      { IMAGE_GEN_API_KEY: "image-key-number-0,image-key-number-2" },
      { IMAGE_GEN_API_KEY: "image-key-number-1,image-key-number-0" },
      { FLUX_GEN_API_KEY: "flux-key-number-1" },
      { IMAGE_GEN_API_KEY: "image-key-number-0" },
      { IMAGE_PROXY_SECRET: secret },
    ]) {
      checkRefused(made, makeCore({ ...derived, ...changed }));
    }
    const weak = makeCore({
      ...settings,
      AUTHORIZED_API_KEY: `client-key,${"k".repeat(64)}`,
      IMAGE_PROXY_SECRET: "",
      IMAGE_GEN_API_KEY: "short",
    });
    assert.equal(makeLink(weak).status, 500);
    const byClientKey = sign(pictureUrl, { key: "k".repeat(64) });
    assert.notEqual(show(weak, byClientKey).status, 200);
    assert.deepEqual(show(weak, byClientKey).calls, []);
  });
});

// ---- Which URLs are fetched: what the URL class of the Fetch standard makes of them.

const privateTops = [
  "localhost",
  "localdomain",
  "local",
  "internal",
  "private",
  "lan",
  "corp",
  "home",
  "intranet",
  "test",
  "invalid",
  "example",
  "onion",
  "arpa",
  "svc",
  "alt",
];
const rebinding = [
  "nip.io",
  "sslip.io",
  "xip.io",
  "localtest.me",
  "localh.st",
  "lvh.me",
  "vcap.me",
  "lacolhost.com",
  "1u.ms",
  "rbndr.us",
  "fuf.me",
  "local.gd",
  "localho.st",
  "traefik.me",
  "backname.io",
];

/** The rules U1-U9 in terms of the URL class: the canonical URL, or null. undefined: an `xn--` label that is none, for nobody to fetch. */
function admitted(url) {
  const [, authority, rest] = /^https:\/\/(?!\/)([^/?#]*)([^#]*)/i.exec(url) ?? [];
  if (authority === undefined || /[\0- \x7f\\]/.test(url) || Buffer.byteLength(url) > 4096) return null;
  if (!/^[A-Za-z0-9._-]+(:(443)?)?$/.test(authority)) return null;
  const parsed = URL.parse(url);
  if (parsed === null) return /(^|\.)xn--/i.test(authority) ? undefined : null;
  const { hostname } = parsed;
  assert.equal(parsed.port + parsed.username + parsed.password, "");
  const labels = hostname.split(".");
  const top = labels.at(-1);
  const isName =
    labels.length > 1 && labels.every((label) => /^(?!-).{1,63}(?<!-)$/.test(label)) && hostname.length <= 253;
  if (isIP(hostname) !== 0 || !isName || privateTops.includes(top)) return null;
  if (rebinding.some((domain) => `.${hostname}`.endsWith(`.${domain}`)) || hostname === "gw.example.com") return null;
  return `https://${hostname}${rest.startsWith("/") ? "" : "/"}${rest}`;
}

const schemes = [
  "https://",
  "HTTPS://",
  "hTtPs://",
  "http://",
  "https:/",
  "https:",
  "https:///",
  "//",
  "",
  "ftp://",
  "data:",
  "javascript:",
  "wss://",
  "https:\\\\",
  " https://",
  "https://\t",
  "ht\ntps://",
];
const users = ["a@", "a:b@", "@", ":@", "cdn.example.com@", "cdn.example.com:443@", "a%40b@", "a\\@"];
const hosts = [
  "cdn.example.com",
  "CDN.Example.COM",
  "a.b",
  "a_b.example.com",
  "_a.b.c",
  "xn--fiqs8s.example.com",
  "cdn.xn--p1ai",
  "XN--E1AFMKFD.com",
  "xn--a.com",
  "xn--.com",
  "xn--localhost-.com",
  "dead.beef",
  "1.2.3.com",
  "0x7f.com",
  "a.0x7g",
  "a.1e3",
  "127.0.0.1",
  "127.1",
  "127.0.1",
  "0",
  "1",
  "2130706433",
  "017700000001",
  "0177.0.0.1",
  "0x7f000001",
  "0x7f.1",
  "0X7F.0.0.0x1",
  "0x",
  "a.0x",
  "a.0xf",
  "1.2.3.4.5",
  "256.1.1.1",
  "127.0.0.09",
  "1.1.1.1",
  "4294967296",
  "a.1",
  "a.1.",
  "127.0.0.1.",
  "127.0.0.1..",
  "%31.1",
  "169.254.169.254",
  "１２７.0.0.1",
  "[::1]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[fe80::1%25eth0]",
  "[2606:4700::1111]",
  "[1",
  "1]",
  "::1",
  "[::1].com",
  "[v1.a]",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "a.localhost",
  "printer.local",
  "metadata.google.internal",
  "x.svc",
  "nas.home.arpa",
  "metadata",
  "a.test",
  "a.tests",
  "local.com",
  "a.example",
  "example.com",
  "127.0.0.1.nip.io",
  "nip.io",
  "NIP.io",
  "notnip.io",
  "nip.io.com",
  "a.1u.ms",
  "x.lvh.me",
  "7f000001.c0a80001.rbndr.us",
  "gw.example.com",
  "GW.example.com",
  "a.gw.example.com",
  "gw.example.com.",
  "example.com",
  "cdn.example.com.",
  "cdn..example.com",
  ".cdn.example.com",
  "-a.example.com",
  "a-.example.com",
  "a.-b.com",
  "a.com-",
  ".",
  "..",
  "",
  "cdn。example.com",
  "127。0。0。1",
  "cdn．example.com",
  "cdn｡example.com",
  "loc\u00adalhost",
  "local\u200dhost",
  "ⓛocalhost",
  "ｌｏｃａｌｈｏｓｔ",
  "straße.com",
  "münchen.com",
  "K.com",
  "℀.com",
  "cdn.exa mple.com",
  "cdn.example.com\0.evil.org",
  "cdn%2eexample.com",
  "cdn.example.com%00",
  "%6cocalhost",
  "a*b.com",
  "a!b.com",
  "a$b.com",
  "a'b.com",
  "a(b).com",
  "a,b.com",
  "a;b.com",
  "a=b.com",
  "a&b.com",
  "a+b.com",
  "a~b.com",
  "a^b.com",
  "a|b.com",
  "a<b.com",
  "a`b.com",
  "a{b}.com",
  'a"b.com',
  `${"a".repeat(63)}.com`,
  `${"a".repeat(64)}.com`,
  `${"a".repeat(49)}.`.repeat(5) + "com",
  `${"a".repeat(49)}.`.repeat(5) + "comm",
];
const ports = [
  "",
  ":",
  ":443",
  ":80",
  ":8080",
  ":0",
  ":0443",
  ":00443",
  ":65536",
  ":44",
  ":4430",
  ":443a",
  ":-443",
  ":+443",
  ":0x1bb",
  ":443:443",
  ":４４３",
  ":99999999999999999999",
  ": 443",
  ":443.",
];
const tails = [
  "",
  "/",
  "/a.png",
  "/a/../../b",
  "//evil.org/",
  "/%2e%2e/",
  "/@evil.org/",
  "/a b",
  "/a\tb",
  "/a\\b",
  "\\a",
  "/é猫.png",
  "/(x)[y]",
  "?",
  "?x=1",
  "?@evil.org/",
  "?a#b",
  "#",
  "#@evil.org/",
  "#a/b",
  "/a#b?c",
  "/a?b#c#d",
  "/100%",
  "/a%zz",
  "/%00",
  "/http://127.0.0.1/",
  "@evil.org/",
  "%40evil.org/",
  ":443/",
  "/\n",
  "/\u3002",
  "/a;b:c@d",
  "/\ud83d\ude00",
  "/\x7f",
];
const strays = [
  " ",
  "\t",
  "\n",
  "\r",
  "\0",
  "\\",
  "/",
  "//",
  "@",
  ":",
  "?",
  "#",
  ".",
  "-",
  "%",
  "[",
  "]",
  "%2e",
  "0x",
  "1",
  "\u3002",
  "\uff0e",
  "\u00ad",
  "é",
  "\x7f",
  "\x1f",
  "A",
  "_",
  "&",
  "..",
  "%00",
  "\u202e",
  "|",
];

/** Mostly nearly right, so that many get far. */
function randomUrl(next) {
  const pick = (list) => list[next(list.length)];
  const rarely = (list, usual) => (next(5) === 0 ? pick(list) : usual);
  let host = next(3) === 0 ? pick(hosts.slice(0, 16)) : pick(hosts);
  if (next(4) === 0) host = `${pick(["a", "cdn", "1", "0x1", "xn--p1ai", "_", "", "a-b"])}.${host}`;
  if (next(5) === 0) host = `${host}.${pick(["com", "1", "0xf", "local", "nip.io", "", "COM", "c0m", "xn--p1ai"])}`;
  let url = rarely(schemes, "https://") + rarely(users, "") + host + rarely(ports, "") + pick(tails);
  for (let strayCount = Math.max(0, next(6) - 3); strayCount > 0; strayCount -= 1) {
    const at = next(url.length + 1);
    url = url.slice(0, at) + pick(strays) + url.slice(at + next(2));
  }
  return url.toWellFormed();
}

/** Each build compares as many. */
const urlCount = 50_000;
let seed = 0;

describeBuilds("URLs of pictures", (makeCore) => {
  test(`what is fetched is what the URL class reads and the rules allow, for ${urlCount} URLs`, () => {
    const core = makeCore(settings);
    const next = seededRandom((seed += 1));
    const fetched = (url) => {
      const { status, calls } = show(core, sign(url), () => "failed");
      // What is admitted is asked for twice, since the connection is lost; of anything else nobody hears.
      assert.deepEqual([status, calls.length], calls.length > 0 ? [502, 2] : [403, 0]);
      assert.equal(calls[1]?.url, calls[0]?.url);
      return calls[0]?.url ?? null;
    };
    const counts = { fetched: 0, broken: 0 };
    for (let i = 0; i < urlCount; i += 1) {
      const url = randomUrl(next);
      const actual = fetched(url);
      const expected = admitted(url);
      if (expected === undefined) {
        counts.broken += 1;
        assert.ok(actual === null || !URL.canParse(actual), JSON.stringify(url));
        continue;
      }
      assert.equal(actual, expected, JSON.stringify(url));
      if (actual === null) continue;
      counts.fetched += 1;
      if (actual !== url) assert.equal(fetched(actual), actual, "a fixed point");
      const read = new URL(actual);
      const asked = new URL(url);
      asked.hash = "";
      assert.equal(read.href, asked.href.replace(/#$/, ""));
      assert.equal(`https://${read.host}`, actual.slice(0, actual.indexOf("/", 8)));
    }
    assert.ok(counts.fetched > urlCount / 20, JSON.stringify(counts));
    assert.ok(counts.broken > 0);
  });
});
