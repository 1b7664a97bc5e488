// Every backend, as strict as it is: what the module asks of it, and what its answers and refusals come to.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { sizesText } from "../../scripts/backends.mjs";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse, startMs } from "../support/hosts/conversation.mjs";
import { largePng, samplePng } from "../support/upstreams/pictures.mjs";
import { backends } from "../upstreams/all.mjs";

const keys = ["user0:secret-key-number-0", "user1:secret-key-number-1"];
const pictureUrl = "https://pictures.example.com/cat.png";

const settingsOf = ({ type, model, base }, extra = {}) => ({
  AUTHORIZED_API_KEY: "client-key",
  IMAGE_GEN_API_TYPE: type,
  IMAGE_GEN_API_BASE: base,
  IMAGE_GEN_MODEL: model,
  IMAGE_GEN_API_KEY: keys.join(","),
  IMAGE_PROXY_SECRET: "a-secret-of-the-tests-of-32-bytes-or-more",
  ...extra,
});

function requestFor(path, body) {
  const headers = { authorization: "Bearer client-key", "content-type": "application/json" };
  return { method: "POST", url: `https://gateway.example${path}`, headers, body: JSON.stringify(body) };
}

const chat = (model, idea) =>
  requestFor("/v1/chat/completions", { model, messages: [{ role: "user", content: idea }] });

/** A fake of the backend, at the time of conversations. */
function fakeOf(backend, options = {}) {
  let nowMs = startMs;
  const pictureBase64 = samplePng.toString("base64");
  const fake = backend.fake({ keys, pictureUrl, pictureBase64, now: () => nowMs, ...options });
  const apply = (target, self, [call]) => {
    nowMs = startMs + call.startMs;
    return target(call);
  };
  return new Proxy(fake, { apply });
}

/** Answers the calls of one backend; its host gives the picture. */
function upstreamOf(backend, options = {}) {
  const answer = fakeOf(backend, options);
  return (call) =>
    call.url === pictureUrl ? { status: 200, headers: { "content-type": "image/png" }, body: samplePng } : answer(call);
}

/** The key that a call carries, as it is, in base64 or by the name of who signs a token; -1: none. */
const keyOf = ({ headers, url }) => {
  const parts = Object.values(headers).flatMap((value) => value.split(/[ .]/));
  const texts = [...parts, ...parts.map((part) => Buffer.from(part, "base64").toString()), url];
  const signer = (key) => `"iss":"${key.split(":")[0]}"`;
  return keys.findIndex((key) => texts.some((text) => text.includes(key) || text.includes(signer(key))));
};

const ideas = ["a cat on a roof", "a cat on a roof 16:9", "a cat 9:16", "a cat 21:9", "a cat 1:4", "a cat 2048x2048"];

const finishes = [
  { quality: "high", output_format: "webp", background: "transparent" },
  { quality: "low", output_format: "jpeg", background: "opaque" },
  { quality: "hd", output_format: "png" },
  { quality: "finest", output_format: "gif", background: "blue" },
];

/** How a field is sent, in JSON or in a form. */
const between = String.raw`"(?::|\r\n\r\n)"?`;
const sent = {
  quality: (value) => new RegExp(`"quality${between}(${value === "low" ? "low|standard|draft" : "high|hd"})\\b`),
  output_format: (value) => new RegExp(`"output_?format${between}${value === "jpeg" ? "jpe?g" : value}\\b`, "i"),
  background: (value) => new RegExp(`"background${between}${value}\\b`),
};

/** Models that change a picture need one. Those of Hugging Face do nothing else. */
const needsPicture = /edit|^fal.*kontext$|Kontext-dev$|pix2pix|refiner/i;

describeBuilds("backends", (makeCore) => {
  for (const [name, backend] of Object.entries(backends)) {
    describe(name, () => {
      for (const model of backend.models.filter((each) => !needsPicture.test(each))) {
        test(`draws with ${model}, in every shape`, () => {
          const core = makeCore(settingsOf({ ...backend, model }));
          for (const idea of ideas) {
            const seen = converse(core, chat(model, idea), upstreamOf(backend));
            assert.equal(seen.status, 200, `${idea}: ${seen.text}`);
            assert.match(seen.json().choices[0].message.content, /!\[.*\]\((https:|data:image)/);
          }
        });
      }

      test("takes a seed and what must not be there, or does without them", () => {
        const core = makeCore(settingsOf(backend));
        const seen = converse(core, chat(backend.model, "a cat on a roof --seed 7 --no dogs"), upstreamOf(backend));
        assert.equal(seen.status, 200, seen.text);
      });

      for (const finish of finishes) {
        test(`is told ${JSON.stringify(finish)}, or the client is told that it is not`, () => {
          for (const model of backend.models.filter((each) => !needsPicture.test(each))) {
            const core = makeCore(settingsOf({ ...backend, model }));
            const wish = { model, prompt: "a cat", response_format: "url", ...finish };
            const seen = converse(core, requestFor("/v1/images/generations", wish), upstreamOf(backend));
            assert.equal(seen.status, 200, `${model}: ${seen.text}`);
            const { body } = seen.calls[0];
            const ignored = (seen.headers["x-fluxgate-ignored"] ?? "").split(", ");
            for (const [field, value] of Object.entries(finish)) {
              const isTold = sent[field](value).test(body.toString());
              assert.equal(isTold, !ignored.includes(field), `${model}: ${field}, ${ignored}: ${body}`);
            }
          }
        });
      }

      test("gives the picture itself", () => {
        const core = makeCore(settingsOf(backend));
        const wish = { model: backend.model, prompt: "a cat", response_format: "b64_json" };
        const seen = converse(core, requestFor("/v1/images/generations", wish), upstreamOf(backend));
        assert.equal(seen.status, 200, seen.text);
        assert.equal(seen.json().data[0].b64_json, samplePng.toString("base64"));
      });

      test("a refused key makes room for the next", () => {
        const core = makeCore(settingsOf(backend));
        const upstream = upstreamOf(backend, { keys: keys.slice(1) });
        const seen = converse(core, chat(backend.model, "a cat"), upstream);
        assert.equal(seen.status, 200, seen.text);
        assert.deepEqual([...new Set(seen.calls.map(keyOf))], [0, 1], seen.text);
      });
    });
  }
});

/** The part of a polled backend that its fake does not tell: whether orders can be called off. */
const queued = {
  bfl: false,
  fal: true,
  replicate: true,
  modelscope: false,
  wavespeed: false,
  novita: false,
  kling: false,
};

describeBuilds("queued backends", (makeCore) => {
  for (const [name, canCancel] of Object.entries(queued)) {
    const backend = backends[name];
    const make = (options) => {
      const fake = fakeOf(backend, options);
      return { fake, core: makeCore(settingsOf(backend)) };
    };
    const draw = ({ core, fake }, options) => converse(core, chat(backend.model, "a cat"), fake, options);

    describe(name, () => {
      test("a picture is ordered once, and asked for with growing pauses", () => {
        const made = make({ pollsNeeded: 8 });
        const seen = draw(made);
        assert.equal(seen.status, 200, seen.text);
        assert.equal(made.fake.submitted, 1);
        assert.deepEqual(made.fake.cancelled, []);
        const times = seen.calls.map(({ startMs }) => startMs);
        const pauses = times.slice(1).map((ms, i) => ms - times[i]);
        assert.ok(pauses[7] > pauses[0], `${pauses}`);
        assert.ok(times.at(-1) < 13_000, `${times}`);
        const [call] = seen.logs.at(-1).calls;
        assert.equal(call.polls, seen.calls.length - 1);
      });

      test("a failed question is asked again", () => {
        const made = make({ fault: "poll_broken_once" });
        const seen = draw(made);
        assert.equal(seen.status, 200, seen.text);
        assert.equal(made.fake.submitted, 1);
      });

      for (const [fault, status, code] of [
        ["refused_later", 400, "content_policy_violation"],
        ["fails_later", /^50[23]$/, /^upstream_/],
        ["no_picture", 502, /^upstream_/],
        ["never", 504, "upstream_timeout"],
      ]) {
        test(`${fault}: no second order`, () => {
          const made = make({ fault });
          const seen = draw(made);
          assert.match(String(seen.status), new RegExp(status), seen.text);
          assert.match(seen.json().error.code, new RegExp(code));
          assert.equal(made.fake.submitted, 1);
          assert.ok(seen.calls.length <= 45);
          assert.equal(made.fake.cancelled.length, canCancel && fault === "never" ? 1 : 0);
          if (fault !== "refused_later") assert.equal(seen.headers["x-should-retry"], "false");
        });
      }

      test("is called off when the client leaves", () => {
        const whole = draw(make());
        const lastPoll = whole.effects.lastIndexOf("fetch");
        const made = make();
        const seen = draw(made, { clientLeavesAt: lastPoll });
        assert.equal(made.fake.submitted, 1);
        // Nobody answers a call any more; it is under way.
        assert.equal(/cancel/.test(seen.calls.at(-1).url), canCancel, seen.calls.at(-1).url);
        if (canCancel) assert.equal(keyOf(seen.calls.at(-1)), 0);
        assert.equal(seen.logs.at(-1).outcome, "left");
      });

      test("four pictures at once fit into the calls of a request, however long they take", () => {
        const made = make({ fault: "never" });
        const wish = { model: backend.model, prompt: "a cat", n: 4 };
        const seen = converse(made.core, requestFor("/v1/images/generations", wish), made.fake);
        assert.equal(seen.status, 504, seen.text);
        assert.equal(made.fake.submitted, 4);
        assert.ok(seen.calls.length <= 45, `${seen.calls.length}`);
      });

      test("ten pictures fit as well", () => {
        const made = make({ pollsNeeded: 1 });
        const wish = { model: backend.model, prompt: "a cat", n: 10, response_format: "url" };
        const seen = converse(made.core, requestFor("/v1/images/generations", wish), made.fake);
        assert.equal(seen.status, 200, seen.text);
        assert.equal(seen.json().data.length, 10, seen.text);
        assert.ok(seen.calls.length <= 45, `${seen.calls.length}`);
      });

      test("those who wait hear how far it is", () => {
        const { fake } = make();
        const made = { fake, core: makeCore(settingsOf(backend, { SHOW_REASONING: "1" })) };
        const request = chat(backend.model, "a cat");
        request.body = JSON.stringify({ ...JSON.parse(request.body), stream: true });
        const seen = converse(made.core, request, made.fake);
        assert.match(seen.text, /The picture is in the queue|Drawing/);
      });

      const { later } = JSON.parse(readFileSync(new URL(`../vectors/refusals/${name}.json`, import.meta.url), "utf8"));
      for (const { name: what, body, class: kind } of later) {
        test(`fails later: ${what}`, () => {
          const { fake, core } = make({ pollsNeeded: name === "fal" ? 0 : 2 });
          const upstream = (call, index) => {
            const answer = fake(call);
            return index === 0 || /"COMPLETED"/.test(answer.body)
              ? answer
              : { ...answer, status: statusOf(what), body: JSON.stringify(body) };
          };
          const seen = converse(core, chat(backend.model, "a cat"), upstream);
          const { code } = seen.json().error;
          if (kind === "policy") assert.equal(code, "content_policy_violation", seen.text);
          else assert.match(code, /^upstream_/, seen.text);
          assert.equal(fake.submitted, 1);
        });
      }
    });
  }

  test("the key goes to hosts of the backend alone", () => {
    for (const url of [
      "https://elsewhere.example.com/poll",
      "https://api.bfl.ai.example.com/p",
      "https://notbfl.ai/p",
    ]) {
      const upstream = (call, index) =>
        index === 0
          ? { status: 200, body: JSON.stringify({ id: "1", polling_url: url }) }
          : { status: 200, body: JSON.stringify({ status: "Ready", result: { sample: pictureUrl } }) };
      const core = makeCore(settingsOf(backends.bfl));
      const seen = converse(core, chat(backends.bfl.model, "a cat"), upstream);
      assert.equal(seen.status, 200, seen.text);
      assert.equal(seen.calls[1].url, url);
      assert.deepEqual(seen.calls.map(keyOf), [0, -1], url);
    }
  });

  test("nobody is asked inside the operator's network", () => {
    const addresses = ["http://169.254.169.254/latest", "https://localhost/poll", "https://10.0.0.1/", "file:///x"];
    // Hosts take a backslash for a slash, and a line end would be one of the header's.
    addresses.push(
      "https://10.0.0.5\\.bfl.ai/x",
      "https://elsewhere.example.com\\.bfl.ai/x",
      "https://api.bfl.ai/x\nx: y",
    );
    for (const url of addresses) {
      const upstream = () => ({ status: 200, body: JSON.stringify({ id: "1", polling_url: url }) });
      const seen = converse(makeCore(settingsOf(backends.bfl)), chat(backends.bfl.model, "a cat"), upstream);
      assert.equal(seen.json().error.code, "upstream_bad_url", seen.text);
      assert.equal(seen.calls.length, 1);
    }
  });
});

/** The status of an answer about a job that a table tells of in words. */
const statusOf = (what) => Number(/with (\d{3})$/.exec(what)?.[1] ?? 200);

describeBuilds("candidates", (makeCore) => {
  const settings = {
    AUTHORIZED_API_KEY: "client-key",
    IMAGE_PROXY_SECRET: "a-secret-of-the-tests-of-32-bytes-or-more",
    IMAGE_GEN_API_TYPE: "bfl",
    IMAGE_GEN_MODEL: "flux=flux-2-pro",
    IMAGE_GEN_API_KEY: keys[0],
    IMAGE_GEN_API_TYPE_2: "together",
    IMAGE_GEN_MODEL_2: "flux=black-forest-labs/FLUX.2-pro, black-forest-labs/FLUX.1-schnell",
    IMAGE_GEN_API_KEY_2: keys[1],
  };
  const upstreamOfBoth = (first) => {
    const [one, other] = [fakeOf(backends.bfl, first), fakeOf(backends.together)];
    return (call) => (call.url.includes("bfl.ai") ? one(call) : other(call));
  };
  const hosts = ({ calls }) => [...new Set(calls.map(({ url }) => new URL(url).host))];

  test("have one name for clients", () => {
    const seen = converse(makeCore(settings), {
      method: "GET",
      url: "https://gateway.example/v1/models",
      headers: { authorization: "Bearer client-key" },
    });
    assert.deepEqual(
      seen.json().data.map(({ id }) => id),
      ["flux", "black-forest-labs/FLUX.1-schnell"],
    );
  });

  for (const [fault, asks] of [
    [null, false],
    ["bad_key", true],
    ["no_money", true],
    ["limited", true],
    ["overloaded", true],
    ["unknown_model", true],
    ["refused", false],
    ["broken", false],
    ["bad_parameter", false],
    ["refused_later", false],
    ["never", false],
  ]) {
    test(`${fault ?? "a good answer"}: the second is ${asks ? "asked" : "not asked"}`, () => {
      const seen = converse(makeCore(settings), chat("flux", "a cat"), upstreamOfBoth({ fault }));
      assert.equal(hosts(seen).includes("api.together.xyz"), asks, seen.text);
      assert.equal(seen.status === 200, asks || fault === null, seen.text);
      if (seen.status === 200) {
        assert.equal(seen.headers["x-fluxgate-provider"], asks ? "together" : "bfl");
        assert.equal(seen.json().model, "flux");
      }
    });
  }

  test("the second is not asked for a picture that is ordered, whatever the questions are answered", () => {
    for (const status of [401, 402, 403, 404, 410, 503]) {
      const core = makeCore(settings);
      const upstream = upstreamOfBoth({});
      const seen = converse(core, chat("flux", "a cat"), (call, index) =>
        index === 0 ? upstream(call) : { status, body: '{"detail":"no"}' },
      );
      assert.deepEqual([...new Set(hosts(seen).map((host) => host.replace(/.*(?=bfl)/, "")))], ["bfl.ai"], `${status}`);
      assert.equal(seen.headers["x-should-retry"], "false", seen.text);
      const again = converse(core, chat("flux", "a cat"), upstream);
      assert.equal(again.headers["x-fluxgate-provider"], "bfl", `the key does not rest after ${status}`);
    }
  });

  test("are told of in the list of models: who is ready, and who rests", () => {
    const core = makeCore({ ...settings, IMAGE_GEN_PRICE: "0.03" });
    const list = () => {
      const headers = { authorization: "Bearer client-key" };
      const request = { method: "GET", url: "https://gateway.example/v1/models", headers };
      return converse(core, request).json().data[0];
    };
    const states = ({ candidates }) => candidates.map(({ provider, state, wait }) => [provider, state, wait]);
    const ready = ["together", "ready", undefined];
    assert.deepEqual(states(list()), [["bfl", "ready", undefined], ready]);
    assert.equal(list().price, 0.03);
    assert.deepEqual(list().modalities, { input: ["text", "image"], output: ["image"] });
    assert.equal(list().references, 8);
    assert.equal(list().sizes.step, 16);
    converse(core, chat("flux", "a cat"), upstreamOfBoth({ fault: "no_money" }));
    assert.deepEqual(states(list()), [["bfl", "resting", 3600], ready]);
  });

  test("what a picture cost is what the backend says, else what the settings say", () => {
    const told = (extra, model, n) => {
      const core = makeCore({ ...settings, ...extra });
      const request = requestFor("/v1/images/generations", { model, prompt: "a cat", n, response_format: "url" });
      const seen = converse(core, request, upstreamOfBoth({}));
      assert.equal(seen.status, 200, seen.text);
      const costs = [seen.headers["x-fluxgate-cost"], seen.json().usage?.cost, seen.logs.at(-1).cost];
      return costs.map((cost) => (cost === undefined ? cost : Number(cost)));
    };
    const schnell = "black-forest-labs/FLUX.1-schnell";
    assert.deepEqual(told({}, "flux", 2), [0.06, 0.06, 0.06], "three credits each, of a cent");
    assert.deepEqual(told({}, schnell, 1), [undefined, undefined, undefined]);
    assert.deepEqual(told({ IMAGE_GEN_PRICE_2: "0.003" }, schnell, 3), [0.009, 0.009, 0.009]);
    assert.deepEqual(told({ IMAGE_GEN_PRICE_2: `${schnell}=0.0027,flux=1` }, schnell, 1), [0.0027, 0.0027, 0.0027]);
    for (const price of ["free", "-1", "other=0.1", "flux=", "=0.1"]) {
      const seen = converse(makeCore({ ...settings, IMAGE_GEN_PRICE_2: price }), chat("flux", "a cat"));
      assert.match(seen.json().error.message, /^IMAGE_GEN_PRICE_2 /, price);
    }
  });

  test("the first is passed over while its key rests", () => {
    const core = makeCore(settings);
    const upstream = upstreamOfBoth({ fault: "no_money" });
    converse(core, chat("flux", "a cat"), upstream);
    const seen = converse(core, chat("flux", "a cat"), upstream);
    assert.deepEqual(hosts(seen), ["api.together.xyz"]);
  });
});

/** The pictures that each backend's models go by: how many at most, and the models, where not all of the fake's do. */
const referring = {
  openai: [16, /^gpt-image/],
  gemini: [3],
  openrouter: [8],
  siliconflow: [1, /Edit|Kolors/],
  together: [1, /kontext|FLUX\.2|google/i],
  xai: [3],
  ark: [10],
  dashscope: [1, /qwen-image-(2|3|edit)/],
  a1111: [1],
  modelscope: [1, /Edit|FLUX\.2/],
  bfl: [4],
  fal: [1, /flux-2|kontext|nano-banana|seedream|gpt-image/],
  replicate: [1, /flux-2|flux-3|kontext|nano-banana|seedream|sdxl/],
  "workers-ai": [3, /flux-2|^openai|^google|^black-forest|^xai|^bytedance/],
  chat: [16],
  kling: [1],
  fireworks: [1, /kontext/],
  deepinfra: [4, /FLUX-2/],
  wavespeed: [1, /edit|nano-banana|gpt-image|seedream-v4$|flux-dev/],
  runware: [4, /400@/],
  stability: [1, /sd3|ultra/],
  novita: [1, /safetensors|flux-2|^qwen/],
  ideogram: [1],
  recraft: [1],
  huggingface: [1, /Kontext|Edit|pix2pix|refiner/],
  minimax: [1],
};

/** The models that take OpenAI's masks: what is transparent is drawn anew. Elsewhere masks are of other colours, or none are taken. */
const masked = { openai: /^gpt-image/, fal: /gpt-image/ };

/** Above so many bytes a backend takes no picture. */
const largest = { replicate: [999_999, "google/nano-banana"], recraft: [9_999_999], minimax: [9_999_999] };

/** A form as a browser sends it: [name, text] or [name, file name, media type, bytes]. */
function formOf(parts) {
  const boundary = "----WebKitFormBoundaryAbCdEf0123456789";
  const pieces = parts.flatMap(([name, value, type, bytes]) => {
    const file = bytes === undefined ? "" : `; filename="${value}"`;
    const typed = bytes === undefined ? "" : `Content-Type: ${type}\r\n`;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n${typed}\r\n`;
    return [Buffer.from(head), bytes ?? Buffer.from(value), Buffer.from("\r\n")];
  });
  const body = Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
  return { type: `multipart/form-data; boundary=${boundary}`, body };
}

/** The calls of a fake with their bodies as bytes: forms hold files. */
const byBytes = (upstream) => (call) => upstream({ ...call, body: call.bytes });

describeBuilds("pictures to go by", (makeCore) => {
  const post = (path, { type, body }) => ({
    method: "POST",
    url: `https://gateway.example${path}`,
    headers: { authorization: "Bearer client-key", "content-type": type },
    body,
  });

  for (const [name, [most, models = /./]] of Object.entries(referring)) {
    const backend = backends[name];
    for (const model of backend.models.filter((each) => models.test(each))) {
      test(`${name}: ${model} is given 1, ${most} and ${most + 1} of them`, () => {
        for (const count of [1, most, Math.min(most + 1, 16)]) {
          const files = Array.from({ length: count }, (_, i) => {
            return [count === 1 ? "image" : "image[]", `${i}.png`, "image/png", samplePng];
          });
          const form = formOf([["model", model], ["prompt", "put a hat on it"], ["response_format", "url"], ...files]);
          const core = makeCore(settingsOf({ ...backend, model }));
          const seen = converse(core, post("/v1/images/edits", form), byBytes(upstreamOf(backend)));
          assert.equal(seen.status, 200, `${count}: ${seen.text}`);
          const sent = seen.calls[0].bytes;
          const raw = sent.includes(samplePng);
          const coded = sent.toString("latin1").split(samplePng.toString("base64")).length - 1;
          assert.ok(raw || coded >= 1, "the picture is in the call");
          assert.equal(Number(seen.calls[0].headers["content-length"]), sent.length);
          assert.deepEqual(seen.leftOver, []);
        }
      });
    }
  }

  /** What comes of a wish to change this picture. */
  const changed = (backend, model, picture, files = []) => {
    const form = formOf([
      ["model", model],
      ["prompt", "put a hat on it"],
      ["response_format", "url"],
      ["image", "0.png", "image/png", picture],
      ...files,
    ]);
    const core = makeCore(settingsOf({ ...backend, model }));
    return converse(core, post("/v1/images/edits", form), byBytes(upstreamOf(backend)));
  };
  const assertRefused = (seen, words, code = "image_input_unsupported") => {
    assert.deepEqual([seen.status, seen.json().error.code], [400, code], seen.text);
    assert.match(seen.json().error.message, words);
    assert.deepEqual(seen.calls, []);
  };

  for (const [name, backend] of Object.entries(backends)) {
    const [, models = /./] = referring[name] ?? [0, /^$/];
    for (const model of backend.models.filter((each) => !models.test(each))) {
      test(`${name}: ${model} goes by none`, () =>
        assertRefused(changed(backend, model, samplePng), /goes by no pictures/));
    }
  }

  for (const [name, [, models = /./]] of Object.entries(referring)) {
    test(`${name}: a mask is passed on, or refused before anything is paid for`, () => {
      for (const model of backends[name].models.filter((each) => models.test(each))) {
        const seen = changed(backends[name], model, samplePng, [["mask", "m.png", "image/png", samplePng]]);
        if (masked[name]?.test(model)) assert.match(seen.calls[0].body.toString(), /"mask(_url)?"/);
        else assertRefused(seen, /takes no mask/, "mask_unsupported");
      }
    });
  }

  for (const [name, [most, model = backends[name].model]] of Object.entries(largest)) {
    test(`${name}: ${model} is given one of ${most} bytes and no larger one`, () => {
      const seen = changed(backends[name], model, largePng(most));
      assert.equal(seen.status, 200, seen.text);
      assertRefused(changed(backends[name], model, largePng(most + 1)), /no pictures so large/);
    });
  }

  for (const name of Object.keys(referring)) {
    test(`${name}: the next key is given the picture again`, () => {
      const [, models = /./] = referring[name];
      const backend = backends[name];
      const model = backend.models.find((each) => models.test(each));
      const form = formOf([
        ["model", model],
        ["prompt", "put a hat on it"],
        ["image", "0.png", "image/png", largePng(50_000)],
      ]);
      const core = makeCore(settingsOf({ ...backend, model }));
      const upstream = byBytes(upstreamOf(backend, { keys: keys.slice(1) }));
      const seen = converse(core, post("/v1/images/edits", form), upstream);
      assert.equal(seen.status, 200, seen.text);
      const orders = seen.calls.filter(({ bytes }) => bytes.length > 50_000);
      assert.deepEqual(orders.map(keyOf), [0, 1]);
      assert.equal(orders[0].bytes.length, orders[1].bytes.length);
    });
  }
});

describeBuilds("a draft in front of the picture", (makeCore) => {
  const [draft, made] = [largePng(200_000), largePng(300_000)].map((bytes) => bytes.toString("base64"));
  const part = (data, more) => ({ inlineData: { mimeType: "image/png", data }, ...more });

  for (const parts of [
    [part(draft, { thought: true }), { text: "Here it is." }, part(made)],
    [{ text: "x".repeat(20_000) }, part(made), { text: "y".repeat(20_000) }],
  ]) {
    test(`is not the picture: ${parts.length} parts, ${parts[0].thought ?? "no"} draft`, () => {
      const body = JSON.stringify({ candidates: [{ content: { parts }, finishReason: "STOP" }] });
      const model = "gemini-3-pro-image";
      const wish = { model, prompt: "a cat", response_format: "b64_json" };
      const request = requestFor("/v1/images/generations", wish);
      const seen = converse(makeCore(settingsOf({ ...backends.gemini, model })), request, () => ({
        status: 200,
        body,
      }));
      assert.equal(seen.status, 200, seen.text?.slice(0, 300));
      assert.equal(seen.json().data[0].b64_json, made);
    });
  }
});

describeBuilds("a picture between the words of a chat", (makeCore) => {
  for (const bytes of [6_000, 12_000, 300_000]) {
    for (const [before, behind] of [
      ["Here is the cat.\n\n![a cat](", ")\n\nDo you like it? "],
      ['<img src="', '">'],
      ["", " "],
      ["It is in this address: ", "\nIt was a pleasure."],
      ["猫 ![猫](", ' "猫")'],
    ]) {
      test(`is found in ${bytes} bytes between ${JSON.stringify(before)} and ${JSON.stringify(behind)}`, () => {
        const picture = largePng(bytes).toString("base64");
        const content = `${before}data:image/png;base64,${picture}${behind}`;
        const body = JSON.stringify({ choices: [{ index: 0, message: { content }, finish_reason: "stop" }] });
        const wish = { model: backends.chat.model, prompt: "a cat", response_format: "b64_json" };
        const request = requestFor("/v1/images/generations", wish);
        const seen = converse(makeCore(settingsOf(backends.chat)), request, () => ({ status: 200, body }));
        assert.equal(seen.status, 200, seen.text?.slice(0, 300));
        assert.equal(seen.json().data[0].b64_json, picture);
      });
    }
  }
});

describeBuilds("a wish for a picture like any other", (makeCore) => {
  for (const wish of [
    { quality: "auto", output_format: "auto", background: "auto" },
    { quality: "standard", output_format: null },
    { quality: "", background: 7 },
  ]) {
    for (const type of ["openai", "siliconflow"]) {
      test(`${type}: ${JSON.stringify(wish)} is none`, () => {
        const request = requestFor("/v1/images/generations", { model: backends[type].model, prompt: "a cat", ...wish });
        const seen = converse(makeCore(settingsOf(backends[type])), request, upstreamOf(backends[type]));
        assert.equal(seen.status, 200, seen.text);
        assert.equal(seen.headers["x-fluxgate-ignored"], undefined);
        assert.doesNotMatch(seen.calls[0].body.toString(), /quality|output_format|background/);
      });
    }
  }
});

describeBuilds("the address of Gemini", (makeCore) => {
  const model = "gemini-2.5-flash-image";
  for (const [base, address] of [
    ["https://relay.example", "https://relay.example/v1beta/models/MODEL:generateContent"],
    ["https://relay.example/v1beta/", "https://relay.example/v1beta/models/MODEL:generateContent"],
    ["https://relay.example/g/v1?token=x", "https://relay.example/g/v1/models/MODEL:generateContent?token=x"],
    [
      "https://relay.example/v1beta/models/other:generateContent",
      "https://relay.example/v1beta/models/MODEL:generateContent",
    ],
  ]) {
    test(`is made of ${base}`, () => {
      const seen = converse(
        makeCore(settingsOf({ type: "gemini", model, base })),
        chat(model, "a cat"),
        () => "failed",
      );
      assert.equal(seen.calls[0].url, address.replace("MODEL", model));
    });
  }
});

describeBuilds("the settings of the page", (makeCore) => {
  const page = readFileSync(new URL("../../docs/backends.md", import.meta.url), "utf8");
  for (const [, type, model] of page.matchAll(/IMAGE_GEN_API_TYPE=(\S+)\nIMAGE_GEN_MODEL=(\S+)\nIMAGE_GEN_API_KEY/g)) {
    test(`${type}: the sizes of its model`, () => {
      const [section] = page.split("\n## ").filter((each) => each.startsWith(`${type}\n`));
      const headers = { authorization: "Bearer client-key" };
      const core = makeCore(settingsOf({ type, model, base: backends[type].base }));
      const seen = converse(core, { method: "GET", url: "https://gateway.example/v1/models", headers }, () => "failed");
      const [{ sizes }] = seen.json().data;
      assert.ok(section.includes(`- Sizes of that model: ${sizesText(sizes)}.\n`), section);
    });
    test(`${type}: three lines are enough`, () => {
      const core = makeCore(settingsOf({ type, model, base: "" }));
      const seen = converse(core, chat(model, "a cat on a roof"), upstreamOf(backends[type]));
      assert.equal(seen.status, 200, seen.text);
    });
  }
});

/** By the class of a refusal: status and code for the client, and the keys that are asked. */
const outcomes = {
  policy: [400, "content_policy_violation", [0]],
  auth: [502, "upstream_auth_failed", [0, 1]],
  quota: [429, "insufficient_quota", [0, 1]],
  rate: [429, "rate_limit_exceeded", [0, 1]],
  rejected: [400, "upstream_rejected_request", [0]],
  model_not_found: [502, "upstream_model_not_found", [0]],
};

/** What the client is told about asking again, by the class; by itself no client repeats what was 400. */
const advice = { auth: "false", quota: "false", model_not_found: "false", rate: "true" };

describeBuilds("refusals of backends", (makeCore) => {
  for (const [name, backend] of Object.entries(backends)) {
    const { refusals } = JSON.parse(readFileSync(new URL(`../vectors/refusals/${name}.json`, import.meta.url), "utf8"));
    test(`${name}: at least eight, some of them with a source`, () => {
      assert.ok(refusals.length >= 8);
      assert.ok(refusals.some(({ source }) => !source.startsWith("assumed")));
    });
    for (const { name: what, status, headers = {}, body, alternative, class: kind } of refusals) {
      for (const each of alternative === undefined ? [body] : [body, alternative]) {
        test(`${name}: ${what}${each === body ? "" : ", in other words"}`, () => {
          const core = makeCore(settingsOf(backend));
          const answer = { status, headers, body: typeof each === "string" ? each : JSON.stringify(each) };
          const seen = converse(core, chat(backend.model, "a cat"), () => answer);
          const { error } = seen.json();
          if (kind === "server") return assert.equal(error.code, "upstream_unavailable", seen.text);
          const asked = [...new Set(seen.calls.map(keyOf).filter((key) => key !== -1))];
          assert.deepEqual([seen.status, error.code, asked], outcomes[kind], seen.text);
          assert.doesNotMatch(error.message, /secret-key|https?:/);
          assert.equal(seen.headers["x-should-retry"], advice[kind], seen.text);
        });
      }
    }
  }
});
