// No secret and no prompt gets out: everything that goes wrong with upstreams that repeat what they were told, and every byte of answers and
// log searched for it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { badBodies, cutBodies } from "../support/texts/bad_bodies.mjs";
import { around, formsOf, lower, stringsIn, swapCase } from "../support/texts/secret_forms.mjs";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import {
  delta,
  events,
  imageFaults,
  optimiserFaults,
  optimiserRefusal,
  picture,
  stream,
  whole,
} from "../support/upstreams/faults.mjs";
import { repeated, repeating } from "../support/upstreams/repeating.mjs";
import { classesOf } from "../support/clients/log.mjs";

/** With characters that every encoding changes. */
const odd = 'k+Q/y~Z%2F=w?&"<J>\\x:';
const secrets = {
  client: [`client-${odd}-A`, `client-${odd}-B`],
  image: Array.from({ length: 6 }, (_, i) => `image-${odd}-number-${i}`),
  llm: [`llm-${odd}-number-0`, `llm-${odd}-number-1`],
  proxy: [`proxy-${odd}-of-thirty-two-bytes-or-more-A`, `proxy-${odd}-of-thirty-two-bytes-or-more-B`],
};

/** Words that no other text has, in every part of what a client and a language model say. */
const idea = "a cat on a xylophagous rooftop of quinzhee tiles";
const wishes = "drawn in the manner of brobdingnagian woodcuts";
const unwanted = "no zugzwang umbrellas and no cwtch lanterns";
const thought = "The jentacular light suits a rooftop.";
const said = "a tabby cat, flibbertigibbet tiles, low crepuscular sun";
const promptWords = [
  "xylophagous",
  "quinzhee",
  "brobdingnagian",
  "woodcuts",
  "zugzwang",
  "cwtch",
  "jentacular",
  "flibbertigibbet",
  "crepuscular",
];

const settings = (keyCount, extra = {}) => ({
  AUTHORIZED_API_KEY: secrets.client.join(","),
  IMAGE_GEN_API_BASE: "https://images.example/generate",
  IMAGE_GEN_MODEL: "flux",
  IMAGE_GEN_API_KEY: secrets.image.slice(0, keyCount).join(","),
  IMAGE_PROXY_SECRET: secrets.proxy.join(","),
  OPENAI_API_BASE: "https://llm.example/v1",
  OPENAI_API_KEY: secrets.llm.join(","),
  OPENAI_MODEL: "llm-small",
  SHOW_REASONING: "1",
  ...extra,
});

const request = (streams, extra = {}) => ({
  method: "POST",
  url: "https://gateway.example/v1/chat/completions",
  headers: { authorization: `Bearer ${secrets.client[1]}` },
  body: JSON.stringify({
    model: "flux",
    messages: [
      { role: "system", content: wishes },
      { role: "user", content: idea },
    ],
    negative_prompt: unwanted,
    stream: streams,
    ...extra,
  }),
});

const isLlm = ({ url }) => url.startsWith("https://llm.example/");

// ---- The search.

const forbidden = Object.values(secrets)
  .flat()
  .flatMap((secret) => [...formsOf(secret)]);
// The part that makes it a secret is enough; "image-" and "number-" are not.
const parts = [...formsOf(odd)];

/** Everything that leaves: to the client and to the log. */
function leaving(seen) {
  const log = seen.logs.map((line) => JSON.stringify(line)).join("\n");
  // Strings as a reader of the log has them, too.
  const strings = seen.logs.flatMap(stringsIn).join("\n");
  return {
    answer: `${seen.status}\n${JSON.stringify(seen.headers)}\n${Object.entries(seen.headers).join("\n")}\n${seen.text}`,
    log: `${log}\n${strings}`,
  };
}

function assertNoSecret(seen) {
  const { answer, log } = leaving(seen);
  for (const form of [...forbidden, ...parts]) {
    assert.ok(!answer.includes(form), `the answer holds ${form}: ${around(answer, form)}`);
    assert.ok(!log.includes(form), `the log holds ${form}: ${around(log, form)}`);
  }
}

function assertNoPromptInLog(seen) {
  const log = lower(leaving(seen).log);
  for (const word of promptWords) assert.ok(!log.includes(word), `the log holds ${word}: ${around(log, word)}`);
}

// ---- The tests.

const llmGood = whole({ content: said, reasoning_content: thought });

describeBuilds("secrets", (makeCore) => {
  const run = (core, streams, { llm = llmGood, image = () => picture }, extra) => {
    let imageCalls = 0;
    return converse(core, request(streams, extra), (call) => repeating(isLlm(call) ? llm : image(imageCalls++), call));
  };

  test("the search finds a secret in any form", () => {
    const forms = [
      odd,
      swapCase(odd),
      JSON.stringify(odd),
      encodeURIComponent(odd),
      ...["base64", "base64url", "hex"].map((name) => Buffer.from(`Bearer ${odd}!`).toString(name)),
    ];
    for (const form of forms) {
      assert.throws(
        () => assertNoSecret({ status: 200, headers: {}, logs: [{ detail: form }], text: "" }),
        /the log holds/,
        form,
      );
      assert.throws(
        () => assertNoSecret({ status: 200, headers: { "x-a": form }, logs: [], text: "" }),
        /the answer holds/,
        form,
      );
    }
    assert.throws(
      () => assertNoPromptInLog({ status: 200, headers: {}, logs: [{ detail: "Zugzwang" }], text: "" }),
      /the log holds/,
    );
  });

  test("the settings of these tests are good ones, and the keys are used as they stand", () => {
    const seen = run(makeCore(settings(1)), false, {});
    assert.equal(seen.status, 200, seen.text);
    const keys = seen.calls.map(({ headers }) => headers.authorization);
    assert.deepEqual(keys, [`Bearer ${secrets.llm[0]}`, `Bearer ${secrets.image[0]}`]);
    assert.ok(seen.calls[1].body.includes("flibbertigibbet"));
    assert.ok(seen.calls[1].body.includes("zugzwang"));
    assertNoSecret(seen);
    assertNoPromptInLog(seen);
  });

  for (const streams of [false, true]) {
    const how = streams ? "streamed" : "whole";

    for (const { name, keys, answers } of imageFaults) {
      test(`${name}, ${how}`, () => {
        const image = (index) => answers[Math.min(index, answers.length - 1)];
        const seen = run(makeCore(settings(keys)), streams, { image });
        assertNoSecret(seen);
        assertNoPromptInLog(seen);
      });
    }

    for (const { name, llm } of [...optimiserFaults, { name: "F54 a refusal", llm: optimiserRefusal }]) {
      test(`${name}, ${how}`, () => {
        const seen = run(makeCore(settings(2)), streams, { llm });
        assertNoSecret(seen);
        assertNoPromptInLog(seen);
      });
    }

    test(`statuses of every kind, ${how}`, () => {
      for (const status of [
        204, 301, 302, 400, 401, 402, 403, 404, 405, 408, 409, 410, 412, 413, 415, 418, 422, 429, 451, 500, 502, 503,
        504, 520, 521, 524, 525, 526, 529, 530, 599,
      ]) {
        for (const body of [
          '{"error":{"code":"x","message":""}}',
          '{"code":20012,"message":""}',
          '{"detail":""}',
          "<html></html>",
          "",
        ]) {
          const core = makeCore(settings(2));
          const fault = { status, body };
          for (const seen of [run(core, streams, { llm: fault }), run(core, streams, { image: () => fault })]) {
            assertNoSecret(seen);
            assertNoPromptInLog(seen);
          }
        }
      }
    });

    test(`a backend that gives the key as the code of its error, or a part of it, ${how}`, () => {
      for (const shorten of [
        (key) => key,
        (key) => key.slice(0, -6),
        (key) => `${key.slice(0, 16)}...${key.slice(-12)}`,
      ]) {
        const core = makeCore(settings(1));
        const seen = converse(core, request(streams), (call) => {
          if (isLlm(call)) return llmGood;
          const { key, prompt } = repeated(call);
          return {
            status: 400,
            body: JSON.stringify({
              error: { code: shorten(key), message: prompt },
              code: shorten(key),
              message: shorten(key),
            }),
          };
        });
        for (const text of Object.values(leaving(seen))) {
          for (const part of [odd.slice(0, 8), odd.slice(-8), odd]) assert.ok(!text.includes(part), around(text, part));
        }
        assertNoPromptInLog(seen);
      }
    });

    for (const [cut, chunksOf] of Object.entries({
      "in one piece": (complaint) => [complaint],
      "byte by byte": (complaint) => [...complaint],
      "within the word error": (complaint) => [complaint.slice(0, 5), complaint.slice(5)],
      "as an event behind comments": (complaint) => [": working\n\n", ": working\n\n", `data: ${complaint}\n\n`],
      "as an event that is cut": (complaint) => [
        "event: er",
        `ror\r\ndata: ${complaint.slice(0, 20)}`,
        `${complaint.slice(20)}\r\n\r\n`,
      ],
    })) {
      test(`a text request whose answer is a complaint that repeats the key, ${cut}, ${how}`, () => {
        const seen = converse(
          makeCore(settings(1)),
          request(streams, { response_format: { type: "json_object" } }),
          (call) => {
            assert.ok(isLlm(call));
            const complaint = JSON.stringify({ error: { message: `You sent Bearer ${repeated(call).key}.` } });
            return { status: 200, headers: { "content-type": "text/event-stream" }, chunks: chunksOf(complaint) };
          },
        );
        assert.deepEqual(classesOf(seen), ["llm_error_in_200"]);
        assert.equal(seen.status, 502);
        assertNoSecret(seen);
      });
    }

    test(`a text request whose model only sends comments for long, ${how}`, () => {
      const comments = Array.from({ length: 30 }, () => ({ ms: 1000, bytes: ": working\n\n" }));
      const answer =
        'data: {"choices":[{"index":0,"delta":{"content":"{}"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
      const seen = converse(
        makeCore(settings(1)),
        request(streams, { response_format: { type: "json_object" } }),
        () => ({
          status: 200,
          headers: { "content-type": "text/event-stream" },
          chunks: [...comments, answer],
        }),
      );
      assert.equal(seen.text, `${comments.map(({ bytes }) => bytes).join("")}${answer}`);
      assert.equal(seen.ending, "complete");
    });

    test(`a text request that fails, ${how}`, () => {
      const keyCount = secrets.llm.length;
      for (const [llm, callCount] of [
        [{ status: 401, body: '{"error":{"message":"no"}}' }, keyCount],
        [{ status: 500 }, 1],
        ["failed", 1],
        [stream([events(delta({ content: "x" }))], { cut: true }), 1],
      ]) {
        const seen = run(makeCore(settings(1)), streams, { llm }, { response_format: { type: "json_object" } });
        assert.equal(seen.calls.length, callCount);
        assert.ok(seen.calls.every(isLlm));
        assertNoSecret(seen);
        assertNoPromptInLog(seen);
      }
    });
  }

  for (const [form, encode] of Object.entries({
    base64: (text) => Buffer.from(text).toString("base64"),
    base64url: (text) => Buffer.from(text).toString("base64url"),
    hex: (text) => Buffer.from(text).toString("hex"),
    "percent-encoding": encodeURIComponent,
    "other case": swapCase,
    "JSON's escapes": (text) => JSON.stringify(text).slice(1, -1),
  })) {
    test(`a backend that repeats the key in ${form}`, () => {
      const seen = converse(makeCore(settings(1)), request(false), (call) => {
        if (isLlm(call)) return llmGood;
        const { key } = repeated(call);
        return {
          status: 400,
          body: JSON.stringify({
            error: { code: "bad", message: `You sent ${encode(key)}, or Bearer ${encode(`Bearer ${key}`)}.` },
          }),
        };
      });
      assert.ok(classesOf(seen).includes("img_http_400"));
      assertNoSecret(seen);
    });
  }

  test("a backend that repeats the negative prompt", () => {
    const seen = converse(makeCore(settings(1)), request(false), (call) => {
      if (isLlm(call)) return llmGood;
      const { negativePrompt } = repeated(call);
      assert.equal(negativePrompt, unwanted);
      return {
        status: 400,
        body: JSON.stringify({ error: { code: "bad", message: `Unsupported negative_prompt '${negativePrompt}'` } }),
      };
    });
    assert.ok(classesOf(seen).includes("img_http_400"));
    assertNoPromptInLog(seen);
  });

  // Keys that no encoding changes: links and Markdown write the others in ways of their own.
  const plain = { IMAGE_GEN_API_KEY: "sk0image0123456789abcdef", OPENAI_API_KEY: "sk0llm0123456789abcdef" };
  const assertNoPlainKey = (seen) => {
    for (const key of Object.values(plain))
      for (const text of Object.values(leaving(seen))) assert.ok(!text.includes(key), around(text, key));
  };

  for (const streams of [false, true]) {
    const how = streams ? "streamed" : "whole";

    test(`a picture's address that holds the key, ${how}`, () => {
      const image = (call) => ({
        status: 200,
        body: JSON.stringify({ images: [{ url: `https://pictures.example.com/cat.png?key=${repeated(call).key}` }] }),
      });
      assertNoPlainKey(
        converse(makeCore(settings(1, plain)), request(streams), (call) => (isLlm(call) ? llmGood : image(call))),
      );
    });
  }

  test("a client that sends what it should not, or another client's key", () => {
    const core = makeCore(settings(1));
    const wrong = secrets.client[0].slice(0, -1);
    for (const authorization of [
      `Bearer ${wrong}`,
      `Basic ${secrets.client[0]}`,
      `Bearer ${secrets.image[0]}`,
      `Bearer ${secrets.client[0]} x`,
    ]) {
      const seen = converse(core, { ...request(false), headers: { authorization } });
      assert.equal(seen.status, 401, authorization);
      assertNoSecret(seen);
    }
    for (const path of ["/v1/models/", "/v1/chat/completions?key=", "/", "/image-proxy?url=", "/demo.png?prompt="]) {
      for (const secret of [secrets.client[0], secrets.proxy[0]]) {
        const url = `https://gateway.example${path}${encodeURIComponent(secret)}`;
        assertNoSecret(
          converse(core, { method: "GET", url, headers: { authorization: `Bearer ${secrets.client[0]}` } }),
        );
      }
    }
  });

  test("bad requests leave no word of theirs in the log", () => {
    const core = makeCore(settings(1));
    const bad = [
      `{"model":"flux","messages":[{"role":"user","content":"${idea}`,
      JSON.stringify({ model: idea, messages: [{ role: "user", content: idea }] }),
      JSON.stringify({ model: "flux", messages: idea }),
      JSON.stringify({ model: "flux", messages: [{ role: "user", content: { text: idea } }] }),
      JSON.stringify({ model: "flux", messages: [{ role: "user", content: idea.repeat(1000) }] }),
      JSON.stringify({ model: "flux", n: idea, messages: [{ role: "user", content: idea }] }),
      ...[...badBodies, ...cutBodies].map(({ body }) => body),
    ];
    for (const body of bad) {
      const seen = converse(core, { ...request(false), body });
      assert.ok(seen.status >= 400, String(body).slice(0, 100));
      assertNoSecret(seen);
      assertNoPromptInLog(seen);
    }
  });

  test("wrong settings are named, never shown", () => {
    const wrong = [
      { IMAGE_GEN_API_BASE: odd },
      { IMAGE_GEN_API_TYPE: odd },
      { OPENAI_API_BASE: odd },
      { PUBLIC_BASE_URL: odd },
      { IMAGE_PROXY_SECRET: odd },
      { IMAGE_RATIOS: odd },
      { DEFAULT_SIZE: odd },
      { IMAGE_HOSTS: odd },
      { IMAGE_HOSTS_INTERNAL: odd },
      { MAX_REQUEST_BYTES: odd },
      { IMAGE_TIMEOUT_MS: odd },
      { IMAGE_RETRY_AMBIGUOUS: odd },
      { SHOW_REASONING: odd },
      { LOG_PROMPTS: odd },
      { ALLOW_HTTP_IMAGES: odd },
      { FLUXGATE_DEMO: odd },
      { OPENAI_MODEL: "" },
    ];
    for (const each of wrong)
      assertNoSecret(
        converse(makeCore(settings(1, each)), request(false), (call) => (isLlm(call) ? llmGood : picture)),
      );
  });

  test("LOG_PROMPTS=1 logs prompts, and still no secret", () => {
    for (const streams of [false, true]) {
      const core = makeCore(settings(2, { LOG_PROMPTS: "1" }));
      const seen = run(core, streams, {});
      const log = JSON.stringify(seen.logs);
      for (const word of ["xylophagous", "jentacular", "flibbertigibbet"]) assert.ok(log.includes(word), word);
      assertNoSecret(seen);
      for (const { answers } of imageFaults)
        assertNoSecret(
          run(makeCore(settings(2, { LOG_PROMPTS: "1" })), streams, {
            image: (index) => answers[Math.min(index, answers.length - 1)],
          }),
        );
    }
  });

  test("pictures of several keys, of which each fails in its own way", () => {
    for (const streams of [false, true]) {
      const seen = run(
        makeCore(settings(6)),
        streams,
        {
          image: (index) =>
            [{ status: 401, body: "{}" }, { status: 429, body: "{}" }, { status: 500 }, "failed"][index % 4],
        },
        { n: 3 },
      );
      assertNoSecret(seen);
      assertNoPromptInLog(seen);
    }
  });
});
