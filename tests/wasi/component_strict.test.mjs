// The component on a strict host (tests/support/hosts/strict_wasi_host.mjs), which no rule of WASI or the canonical ABI can be broken on unseen. After
// each request the host makes sure that no handle is left. tests/wasi/strict_wasi_host.test.mjs shows that it objects.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { check, checkErrorShape, loadCases, prepare } from "../support/cases/cases.mjs";
import { lineOf, loggedCalls } from "../support/clients/log.mjs";
import { delta, events, imageFaults, llmPrompt, optimiserFaults, stream, whole } from "../support/upstreams/faults.mjs";
import { largePng } from "../support/upstreams/pictures.mjs";
import {
  callsTo,
  chatRequest,
  goodPicture,
  linkRequest,
  nameOf,
  onHosts,
  settings,
  upstream,
  world,
  worldOf,
} from "../support/hosts/strict_component.mjs";

const good = events(delta({ content: llmPrompt }), delta({}, "stop"), "[DONE]");
const png = largePng(150_000);
const kibibyte = 1024;

const lastLog = (seen) => seen.logs.at(-1);
const errorOf = (seen) => JSON.parse(seen.text).error;
const textBy = (seen, ms) =>
  Buffer.concat(seen.pieces.filter((piece) => piece.ms <= ms).map(({ bytes }) => bytes)).toString();
const commentCount = (text) => text.match(/^:/gm)?.length ?? 0;

function assertGood(seen) {
  assert.equal(seen.status, 200, seen.text);
  assert.equal(seen.ending, "whole");
  assert.match(seen.text, /!\[Image\]\(https:\/\/gateway\.example\/image-proxy/);
}

/** Thoughts are passed on as they come; how a host cuts them up is its own affair. */
function joinThoughts(text) {
  const thought = /^data: (\{.*"delta":\{)"reasoning_content":"(.*)","reasoning":"\2"(\},.*\})\n\n/;
  const joinedEvent = (head, words, tail) =>
    `data: ${head}"reasoning_content":"${words}","reasoning":"${words}"${tail}\n\n`;
  return text
    .split(/(?<=\n\n)/)
    .reduce((joined, event) => {
      const [, head, words, tail] = thought.exec(event) ?? [];
      const last = thought.exec(joined.at(-1) ?? "");
      const belongs = words !== undefined && last !== null && !words.startsWith("\\n\\n") && !last[2].endsWith("\\n");
      return belongs ? [...joined.slice(0, -1), joinedEvent(head, last[2] + words, tail)] : [...joined, event];
    }, [])
    .join("");
}

describe("the component on a strict host: the cases", () => {
  for (const testCase of loadCases()) {
    const prepared = prepare(testCase, upstream);
    test(
      testCase.name,
      onHosts(testCase.name, (startHost) => {
        const seen = startHost(prepared.settings).serve(prepared.request, worldOf(prepared));
        const calls = seen.calls.map((call) => ({ to: nameOf(call), ...call }));
        check(prepared, { ...seen, text: joinThoughts(seen.text), calls });
        assert.equal(seen.ending, "whole");
      }),
    );
  }
});

describe("the component on a strict host: failing backends", () => {
  // A coding is no fault of a body here: hosts of WASI undo none, so an answer in one that was not asked for is no answer at all.
  const withoutLlm = Object.entries(settings).filter(([name]) => !name.startsWith("OPENAI_"));
  for (const each of imageFaults.filter(({ name }) => !name.startsWith("F36"))) {
    test(
      each.name,
      onHosts(
        each.name,
        (startHost) => {
          const keys = Array.from({ length: each.keys }, (_, i) => `secret-key-number-${i}`).join(",");
          const image = (call, index) => each.answers[Math.min(index, each.answers.length - 1)];
          const host = startHost({ ...Object.fromEntries(withoutLlm), IMAGE_GEN_API_KEY: keys });
          const seen = host.serve(chatRequest(), world({ image }));
          assert.equal(seen.status, each.status, seen.text);
          if (each.code !== null) assert.equal(errorOf(seen).code, each.code);
          assert.deepEqual(
            seen.calls.map(({ headers }) => Number(/number-(\d+)$/.exec(headers.authorization)[1])),
            each.asked,
          );
        },
        { minPieceBytes: 1000 },
      ),
    );
  }

  for (const { name, llm, log, endsMs, says } of optimiserFaults) {
    test(
      name,
      onHosts(
        name,
        (startHost) => {
          const seen = startHost().serve(chatRequest({ stream: true }), world({ llm }));
          assertGood(seen);
          const [{ class: ending, ms }] = loggedCalls(seen, "OPENAI");
          assert.equal(ending, log);
          if (endsMs !== undefined) assert.equal(ms, endsMs);
          assert.equal(JSON.parse(callsTo(seen, "image")[0].body).prompt, (says ?? "a cat").trim());
        },
        { minPieceBytes: Infinity },
      ),
    );
  }

  test(
    "every error-code is let go of, refused or answered",
    onHosts("error codes", (startHost) => {
      const host = startHost();
      for (let i = 0; i < 100; i += 1) {
        const seen = host.serve(chatRequest(), world({ llm: i % 2 === 0 ? "failed" : "refused" }));
        assertGood(seen);
        assert.equal(seen.headers["x-fluxgate-prompt"], "original");
      }
    }),
  );

  test(
    "a backend that refuses is told of",
    onHosts("refused", (startHost) => {
      assert.equal(startHost().serve(chatRequest(), world({ image: "refused" })).status, 502);
    }),
  );

  test(
    "an answer that is silent is given up, and its call let go of",
    onHosts("silent", (startHost) => {
      const seen = startHost().serve(chatRequest(), world({ image: "silent" }));
      assert.equal(seen.status, 504);
      assert.equal(callsTo(seen, "image")[0].isCancelled, true);
      assert.equal(seen.ms, 60_000);
    }),
  );

  test(
    "the request is sent in pieces, and whole",
    onHosts("slow upload", (startHost) => {
      const seen = startHost().serve(chatRequest(), world(), { uploads: { bytesPerMs: 20, bufferBytes: 100 } });
      assertGood(seen);
      for (const { body, headers, uploadEnding } of seen.calls) {
        assert.equal(uploadEnding, "whole");
        assert.equal(Number(headers["content-length"]), Buffer.byteLength(body));
        JSON.parse(body);
      }
    }),
  );

  test(
    "an answer may come while the request is still on its way",
    onHosts("early answer", (startHost) => {
      const llm = { status: 413, early: true, ms: 5, chunks: [{ ms: 5, bytes: "{}" }] };
      const seen = startHost().serve(chatRequest(), world({ llm }), { uploads: { bytesPerMs: 0.5, bufferBytes: 64 } });
      assertGood(seen);
      assert.equal(seen.headers["x-fluxgate-prompt"], "original");
      assert.equal(callsTo(seen, "llm")[0].uploadEnding, "broken");
    }),
  );
});

describe("the component on a strict host: time", () => {
  test(
    "a comment each 9 s while a picture is made",
    onHosts("comments", (startHost) => {
      const seen = startHost().serve(chatRequest({ stream: true }), world({ image: { ...goodPicture, ms: 30_000 } }));
      assertGood(seen);
      assert.equal(seen.ms, 30_000);
      assert.deepEqual(
        [8999, 9000, 17_999, 18_000, 26_999, 27_000, 30_000].map((ms) => commentCount(textBy(seen, ms))),
        [0, 1, 1, 2, 2, 3, 3],
      );
    }),
  );

  test(
    "two pictures are made side by side",
    onHosts("side by side", (startHost) => {
      const script = world({ llm: stream([{ ms: 50, bytes: good }]), image: { ...goodPicture, ms: 300 } });
      const seen = startHost().serve(chatRequest({ n: 2, stream: true }), script);
      assertGood(seen);
      assert.equal(seen.text.match(/!\[Image\]/g).length, 2);
      assert.deepEqual(
        callsTo(seen, "image").map(({ startMs, endMs }) => [startMs, endMs]),
        [
          [50, 350],
          [50, 350],
        ],
      );
      assert.equal(seen.ms, 350);
    }),
  );

  test(
    "thinking is passed on when it comes",
    onHosts("thinking", (startHost) => {
      const thoughts = [1, 2, 3].map((i) => ({
        ms: 1000,
        bytes: events(delta({ reasoning_content: `thought ${i}` })),
      }));
      const seen = startHost().serve(chatRequest({ stream: true }), world({ llm: stream([...thoughts, good]) }));
      assertGood(seen);
      const toldBy = (ms) => joinThoughts(textBy(seen, ms)).split(',"reasoning":')[0];
      const thoughtsBy = (ms) => toldBy(ms).match(/thought \d/g)?.length ?? 0;
      assert.deepEqual([999, 1000, 1999, 2000, 2999, 3000].map(thoughtsBy), [0, 1, 1, 2, 2, 3]);
    }),
  );
});

describe("the component on a strict host: requests", () => {
  const {
    body,
    headers: { "content-length": bodyBytes, ...headers },
    ...rest
  } = chatRequest();
  const lengthless = { ...rest, headers };
  const withLength = (length) => ({ ...rest, headers: { ...headers, "content-length": length } });
  const part = body.slice(0, 20);
  const hundred = { ms: 1, bytes: "x".repeat(100) };

  const refusals = [
    {
      name: "one that breaks off",
      request: { ...withLength(bodyBytes), body: part, cut: true },
      code: "client_closed",
    },
    {
      name: "one without a length that breaks off",
      request: { ...lengthless, body: part, cut: true },
      code: "client_closed",
    },
    {
      name: "one that is silent",
      request: { ...lengthless, chunks: [part, { ms: Infinity }] },
      status: 408,
      ms: 30_000,
    },
    { name: "one that ends before its length", request: { ...withLength(1000), body }, code: "client_closed" },
    { name: "one that says that it is too large", request: { ...withLength(99_999_999), body: "x" }, status: 413 },
    {
      name: "one that grows too large",
      maxBytes: "2000",
      request: { ...lengthless, chunks: Array(100).fill(hundred) },
      status: 413,
      ms: 21,
    },
    { name: "one without a key", request: { ...rest, body }, status: 401 },
    { name: "a method that nobody knows", request: { method: "propfind", path: "/health" }, status: 405 },
  ];
  for (const { name, request, maxBytes = "8388608", status, code, ms } of refusals) {
    test(
      name,
      onHosts(name, (startHost) => {
        const seen = startHost({ ...settings, MAX_REQUEST_BYTES: maxBytes }).serve(request);
        if (status !== undefined) assert.equal(seen.status, status, seen.text);
        if (code !== undefined) assert.equal(lastLog(seen).code, code);
        if (ms !== undefined) assert.equal(seen.ms, ms);
        assert.equal(seen.calls.length, 0);
      }),
    );
  }

  test(
    "heads that leave out what they may, and strange ones",
    onHosts("heads", (startHost) => {
      const host = startHost();
      const statusOf = (request) => host.serve(request).status;
      assert.equal(statusOf({ method: "GET", path: "/health", scheme: null, authority: null }), 200);
      assert.equal(statusOf({ method: "GET", path: "/health", scheme: "gopher", authority: "[::1]:80" }), 200);
      assert.equal(statusOf({ method: "GET", path: null }), 200);
      assert.equal(statusOf({ method: "OPTIONS", path: "*" }), 204);
      assert.equal(statusOf({ method: "HEAD", path: "/health" }), 200);
      assert.equal(
        statusOf({ method: "GET", path: "/health", headers: { x: "y".repeat(60_000), y: "", connection: "close" } }),
        200,
      );
    }),
  );
});

describe("the component on a strict host: pictures", () => {
  const headers = { "content-type": "image/png", "content-length": png.length };
  const halves = [
    { ms: 5, bytes: png.subarray(0, 100_000) },
    { ms: 5, bytes: png.subarray(100_000) },
  ];
  const serve = (startHost, picture, { method = "GET", ...options } = {}) => {
    const host = startHost();
    return host.serve(linkRequest(host, method), world({ picture }), options);
  };

  // A picture whose head declares it is passed on when the core is done, and its end is in no log.
  const unheard = null;
  const part = [halves[0]];
  const slow = { bytesPerMs: 10, bufferBytes: 1000 };
  const pictures = [
    { name: "with a length", ending: "whole" },
    { name: "without a length", picture: { chunks: halves }, ending: "whole" },
    { name: "for a slow client", client: { bytesPerMs: 100, bufferBytes: 5000 }, ending: "whole" },
    {
      name: "that breaks off",
      picture: { chunks: [...part, { ms: 500 }], cut: true },
      ending: "broken",
      code: "upstream_bad_response",
    },
    {
      name: "with a length, that breaks off",
      picture: { headers, chunks: part, cut: true },
      ending: "broken",
      code: unheard,
    },
    {
      name: "that ends before its length",
      picture: { headers, chunks: part },
      ending: "broken",
      code: unheard,
    },
    {
      name: "that falls silent",
      picture: { headers, chunks: [...part, { ms: Infinity }] },
      ending: "broken",
      code: unheard,
      ms: 60_005,
    },
    {
      name: "without a length, that falls silent",
      picture: { chunks: [...part, { ms: Infinity }] },
      ending: "broken",
      code: "upstream_timeout",
      ms: 10_005,
    },
    {
      name: "for a client that leaves",
      client: { ...slow, leavesAtMs: 1500 },
      ending: "broken",
      code: unheard,
      ms: 1500,
    },
    {
      name: "without a length, for a client that leaves",
      picture: { chunks: halves },
      client: { ...slow, leavesAtMs: 1500 },
      ending: "broken",
      code: "client_closed",
      ms: 1500,
    },
    { name: "for a client that takes no more", client: { readsBytes: 1000 }, ending: "broken" },
  ];
  for (const { name, picture = { headers, chunks: halves }, client, ending, code, ms } of pictures) {
    test(
      name,
      onHosts(
        `picture ${name}`,
        (startHost) => {
          const seen = serve(startHost, picture, { client });
          assert.equal(seen.status, 200);
          assert.equal(seen.ending, ending, "only a body that is dropped unfinished is not taken for whole");
          assert.ok(png.subarray(0, seen.bytes.length).equals(seen.bytes));
          if (ending === "whole") assert.equal(seen.bytes.length, png.length);
          if (code !== undefined) assert.equal(lastLog(seen).code ?? null, code);
          if (ms !== undefined) assert.equal(seen.ms, ms);
        },
        { minPieceBytes: 1000 },
      ),
    );
  }

  test(
    "in tiny pieces",
    onHosts("tiny", (startHost) => {
      const small = png.subarray(0, 20 * kibibyte);
      const seen = serve(startHost, { headers: { ...headers, "content-length": small.length }, body: small });
      assert.equal(seen.ending, "whole");
      assert.ok(seen.bytes.equals(small));
    }),
  );

  test(
    "HEAD: the head alone, and the body let go of",
    onHosts("HEAD", (startHost) => {
      const seen = serve(startHost, { headers, chunks: halves }, { method: "HEAD" });
      assert.equal(seen.status, 200);
      assert.equal(seen.headers["content-length"], String(png.length));
      assert.equal(seen.bytes.length, 0);
      assert.ok(seen.calls.every(({ bodyEnding }) => bodyEnding !== undefined));
    }),
  );

  test(
    "one that is too large is broken off",
    onHosts(
      "too large",
      (startHost) => {
        const mebibytes = Array.from({ length: 21 }, () => Buffer.alloc(kibibyte * kibibyte));
        const seen = serve(startHost, { chunks: [png, ...mebibytes] });
        assert.equal(seen.ending, "broken");
        assert.equal(lastLog(seen).code, "upstream_too_large");
      },
      { minPieceBytes: Infinity },
    ),
  );

  test(
    "a silence counts anew when it was the client that held things up",
    onHosts(
      "slow client",
      (startHost) => {
        const picture = {
          chunks: [
            { ms: 5, bytes: png.subarray(0, 65_000) },
            { ms: 19_000, bytes: png.subarray(65_000, 100_000) },
          ],
        };
        assert.equal(serve(startHost, picture, { client: { bytesPerMs: 4, bufferBytes: 1000 } }).ending, "whole");
      },
      { minPieceBytes: 1000 },
    ),
  );

  test(
    "an address that hosts would refuse is escaped",
    onHosts(
      "escaped",
      (startHost) => {
        const picture = ({ url }) =>
          url.includes("/pictures/")
            ? { status: 302, headers: { location: '/a|b[c]{d}\u00e9?x=^`"<>' } }
            : { headers, body: png };
        const seen = serve(startHost, picture);
        assert.equal(seen.status, 200);
        assert.equal(seen.calls[1].url, `${upstream.origin}/a%7Cb%5Bc%5D%7Bd%7D%C3%A9?x=%5E%60%22%3C%3E`);
      },
      { minPieceBytes: 1000 },
    ),
  );
});

describe("the component on a strict host: clients", () => {
  test(
    "one that leaves, at any moment of a stream",
    onHosts("leaving", (startHost) => {
      const host = startHost();
      const thought = { ms: 10, bytes: events(delta({ reasoning_content: "hm" })) };
      const script = world({
        llm: stream([thought, thought, thought, { ms: 10, bytes: good }]),
        image: { ...goodPicture, ms: 20 },
      });
      for (let leavesAtMs = 0; leavesAtMs <= 70; leavesAtMs += 5) {
        const seen = host.serve(chatRequest({ stream: true, n: 2 }), script, { client: { leavesAtMs } });
        assert.equal(seen.ending, leavesAtMs <= 60 ? "broken" : "whole", `${leavesAtMs} ms`);
        if (seen.ending === "broken") assert.equal(lastLog(seen).code, "client_closed");
        for (const { isCancelled, bodyEnding } of seen.calls) assert.ok(isCancelled || bodyEnding !== undefined);
      }
    }),
  );

  test(
    "one that leaves while nothing is sent is noticed with the next comment",
    onHosts("unnoticed", (startHost) => {
      const seen = startHost().serve(chatRequest({ stream: true }), world({ image: { ...goodPicture, ms: 50_000 } }), {
        client: { leavesAtMs: 100 },
      });
      assert.equal(lastLog(seen).code, "client_closed");
      assert.equal(seen.ms, 9000);
      assert.equal(callsTo(seen, "image")[0].isCancelled, true);
    }),
  );

  for (const streams of [true, false]) {
    test(
      `one that does not read is given up after 60 s: ${streams ? "a stream" : "a whole answer"}`,
      onHosts("stuck", (startHost) => {
        const seen = startHost().serve(chatRequest({ stream: streams }), world(), { client: { readsBytes: 100 } });
        assert.equal(seen.ending, "broken");
        // The core hears nothing of the end of a whole answer.
        assert.equal(lastLog(seen).code, streams ? "client_closed" : undefined);
        assert.equal(seen.ms, 60_000);
      }),
    );
  }

  test(
    "one that reads slowly gets all",
    onHosts("slow", (startHost) => {
      const seen = startHost().serve(chatRequest({ stream: true }), world(), {
        client: { bytesPerMs: 0.05, bufferBytes: 50 },
      });
      assertGood(seen);
      assert.ok(seen.text.endsWith("data: [DONE]\n\n"));
    }),
  );
});

describe("the component on a strict host: one instance", () => {
  test(
    "lines of its log are whole",
    onHosts("log", (startHost) => {
      const messages = [{ role: "user", content: "a café cat ".repeat(2900) }];
      const seen = startHost({ ...settings, LOG_PROMPTS: "1" }).serve(chatRequest({ messages }), world());
      assertGood(seen);
      assert.match(lineOf(seen).idea, /^(a café cat )+/);
    }),
  );

  test(
    "3,000 requests, good and bad, leave its memory as it was",
    onHosts(
      "memory",
      (startHost) => {
        const host = startHost();
        const { random } = host;
        const link = linkRequest(host);
        const script = world({
          llm: () => random.of([whole(), "failed", stream(good), { status: 500 }]),
          image: () => random.of([goodPicture, "refused", { status: 503 }, { status: 200, body: "{", cut: true }]),
          picture: () => ({ headers: { "content-type": "image/png" }, body: png, cut: random.below(2) === 0 }),
        });
        let firstBytes = 0;
        for (let i = 0; i < 3000; i += 1) {
          host.pass(random.below(10_000)); // Keys that rest come back.
          const client = random.below(16) === 0 ? { leavesAtMs: random.below(3000) } : {};
          const request =
            random.below(50) === 0 ? link : chatRequest({ stream: random.below(2) === 0, n: 1 + random.below(3) });
          const seen = host.serve(request, script, { client });
          if (seen.status >= 400 && seen.ending === "whole") checkErrorShape(JSON.parse(seen.text), seen.status);
          if (i === 500) firstBytes = host.memoryBytes;
        }
        assert.equal(host.memoryBytes, firstBytes);
      },
      { minPieceBytes: Infinity },
    ),
  );
});
