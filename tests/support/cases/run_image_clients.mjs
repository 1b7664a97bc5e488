// Pictures without a chat, as programs ask for them: the real packages `openai`, `ai` with two of its providers, and LangChain.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { DallEAPIWrapper } from "@langchain/openai";
import { APICallError, generateImage } from "ai";
import OpenAI from "openai";
import { useClient } from "../clients/openai.mjs";
import { largePng } from "../upstreams/pictures.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false; // What it says of its own versions is not about us.
process.env.LANGSMITH_TRACING = "false"; // Whoever runs the tests may have it on.
process.env.LANGCHAIN_TRACING_V2 = "false";

const prompt = "a cat on a roof";
const words = "a tabby cat, red tile roof, warm evening light";
const bytes = largePng(50_000);
const base64 = bytes.toString("base64");

/** `start(variables)` gives a host: { origin, close() }. seesClientsLeave is false for a host that tells the gateway nothing of its clients. */
export function describeImageClients(title, start, { seesClientsLeave = true } = {}) {
  describe(title, { concurrency: 1 }, () => {
    const use = useClient(
      { MODEL_ALIASES: "gpt-image-*=black-forest-labs/FLUX.1-dev,dall-e-*=flux-schnell" },
      (variables) =>
        // Limited keys rest, so they belong to a model of their own.
        start({
          ...variables,
          IMAGE_GEN_API_BASE_1: variables.IMAGE_GEN_API_BASE,
          IMAGE_GEN_MODEL_1: "limited",
          IMAGE_GEN_API_KEY_1: "limited-image-key",
        }),
    );
    beforeEach(() => {
      use.upstream.onPicture = () => ({ headers: { "content-type": "image/png" }, body: bytes });
    });

    /** Gives that field of every call that the backend got. */
    const asked = (field) => use.upstream.callsTo("/generate").map(({ json }) => json[field]);
    const limited = () => ({ status: 429, headers: { "retry-after": "20" }, body: { message: "slow" } });
    const half = () => ({ body: "cut off in the mid" });

    async function assertShows(url) {
      const response = await fetch(url);
      assert.equal(response.headers.get("content-type"), "image/png");
      assert.ok(Buffer.from(await response.arrayBuffer()).equals(bytes));
    }

    describe("the openai client", () => {
      const generate = (request, options) =>
        use.client.images.generate({ model: "flux-schnell", prompt, ...request }, options);

      test("images.generate gives base64", async () => {
        const { data: answer, response } = await generate().withResponse();
        assert.deepEqual(
          answer.data.map((picture) => Object.keys(picture)),
          [["b64_json"]],
        );
        assert.ok(answer.data[0].b64_json === base64);
        assert.equal(response.headers.get("x-fluxgate-prompt"), "raw");
        assert.deepEqual([asked("model"), asked("prompt")], [["flux-schnell"], [prompt]]);
      });

      test("images.generate streams each picture as an event", async () => {
        const events = [];
        for await (const event of await generate({ stream: true, n: 2, partial_images: 2 })) events.push(event);
        assert.deepEqual(
          events.map(({ type }) => type),
          ["image_generation.completed", "image_generation.completed"],
        );
        for (const event of events) {
          assert.ok(event.b64_json === base64);
          assert.deepEqual(
            [event.output_format, event.size, event.quality, event.background],
            ["png", "1024x1024", "auto", "auto"],
          );
          assert.ok(Number.isInteger(event.created_at) && Number.isInteger(event.usage.total_tokens));
          assert.equal(event.fluxgate.provider, "siliconflow");
        }
      });

      test("a stream that fails throws", async () => {
        const read = async () => {
          for await (const event of await generate({ stream: true, model: "limited" })) assert.fail(event.type);
        };
        use.upstream.onImage = limited;
        await assert.rejects(read, (error) => error instanceof OpenAI.APIError && error.code === "rate_limit_exceeded");
      });

      test("images.generate gives links on wish", async () => {
        const { data } = await generate({ response_format: "url" });
        assert.deepEqual(
          data.map((picture) => Object.keys(picture)),
          [["url"]],
        );
        await assertShows(data[0].url);
      });

      test("n pictures", async () => {
        const { data } = await generate({ n: 5 });
        assert.equal(data.length, 5);
        for (const { b64_json } of data) assert.ok(b64_json === base64);
        assert.equal(use.pictureCalls(), 5);
      });

      test("what only OpenAI's models know does no harm", async () => {
        const only = {
          quality: "hd",
          style: "vivid",
          background: "opaque",
          moderation: "low",
          output_format: "png",
          output_compression: 90,
          user: "u",
        };
        const { data } = await generate({
          ...only,
          size: "1024x576",
          stream: false,
          partial_images: 0,
          safety_identifier: "s",
        });
        assert.equal(data.length, 1);
        assert.deepEqual(asked("image_size"), ["1024x576"]);
      });

      test("the optimiser, by a header or by the model's name, tells its prompt", async () => {
        const wishes = [
          [{}, { headers: { "x-fluxgate-optimize": "1" } }],
          [{ model: "flux-schnell:optimized" }],
          [{ model: "gpt-image-2:optimized" }],
        ];
        for (const wish of wishes) {
          const { data, response } = await generate(...wish).withResponse();
          assert.equal(data.data[0].revised_prompt, words);
          assert.equal(response.headers.get("x-fluxgate-prompt"), "optimized");
        }
        assert.deepEqual(asked("prompt"), [words, words, words]);
        assert.deepEqual(asked("model"), ["flux-schnell", "flux-schnell", "black-forest-labs/FLUX.1-dev"]);
      });

      test("names that programs have built in are names of our models", async () => {
        const names = ["gpt-image-1", "gpt-image-2", "gpt-image-2.5-flare", "dall-e-3"];
        for (const model of names) assert.equal((await generate({ model })).data.length, 1);
        assert.deepEqual(asked("model"), [...Array(3).fill("black-forest-labs/FLUX.1-dev"), "flux-schnell"]);
      });

      test("no model is the first one", async () => {
        await generate({ model: undefined });
        assert.deepEqual(asked("model"), ["flux-schnell"]);
      });

      const mistakes = [
        ["an unknown model", { model: "gpt-4o" }, "unsupported_image_model", "model"],
        ["eleven pictures", { n: 11 }, "invalid_parameters", "n"],
        ["a blank prompt", { prompt: " " }, "empty_prompt", "prompt"],
        ["no prompt", { prompt: undefined }, "invalid_parameters", "prompt"],
        ["a size in words", { size: "large" }, "invalid_parameters", "size"],
      ];
      for (const [name, request, code, param] of mistakes) {
        test(`${name}: a BadRequestError that names the field`, async () => {
          await assert.rejects(
            async () => generate(request),
            (error) => {
              assert.ok(error instanceof OpenAI.BadRequestError, error.stack);
              assert.deepEqual([error.code, error.param, error.type], [code, param, "invalid_request_error"]);
              assert.match(error.requestID, /^[0-9a-f]{32}$/);
              return true;
            },
          );
          assert.equal(use.upstream.calls.length, 0);
        });
      }

      test("a wrong key: an AuthenticationError", async () => {
        await assert.rejects(use.connect({ apiKey: "wrong" }).images.generate({ prompt }), (error) => {
          assert.ok(error instanceof OpenAI.AuthenticationError);
          return true;
        });
      });

      test("limited keys: a RateLimitError that says when to come back", async () => {
        use.upstream.onImage = limited;
        const patient = use.connect({ maxRetries: 0 });
        await assert.rejects(patient.images.generate({ model: "limited", prompt }), (error) => {
          assert.ok(error instanceof OpenAI.RateLimitError);
          assert.equal(error.code, "rate_limit_exceeded");
          assert.ok(Number(error.headers.get("retry-after")) >= 1);
          assert.equal(error.headers.get("x-should-retry"), "true");
          return true;
        });
      });

      const failures = [
        [
          "a breach of policy",
          { status: 400, body: { error: { code: "content_policy_violation" } } },
          OpenAI.BadRequestError,
          400,
          "content_policy_violation",
        ],
        ["half an answer", half(), OpenAI.InternalServerError, 502, "upstream_bad_response"],
        [
          "a picture at a bad address",
          { body: { images: [{ url: "http://10.0.0.1/" }] } },
          OpenAI.InternalServerError,
          502,
          "upstream_bad_url",
        ],
      ];
      for (const [name, answer, errorClass, status, code] of failures) {
        test(`${name} is not asked for again`, async () => {
          use.upstream.onImage = () => answer;
          await assert.rejects(
            async () => generate(),
            (error) => {
              assert.ok(error instanceof errorClass, error.stack);
              assert.deepEqual([error.status, error.code, error.param], [status, code, null]);
              return true;
            },
          );
          assert.equal(use.wire.exchanges.length, 1);
          assert.equal(use.pictureCalls(), 1);
        });
      }
    });

    describe("the AI SDK's provider for compatible servers", () => {
      const model = (id, options) => {
        const common = { name: "fluxgate", apiKey: "client-key", baseURL: use.baseURL, fetch: use.wire.fetch };
        return createOpenAICompatible({ ...common, ...options }).imageModel(id);
      };

      test("generateImage gives a picture", async () => {
        const { image, images, warnings } = await generateImage({
          model: model("flux-schnell"),
          prompt,
          size: "1024x576",
        });
        assert.ok(Buffer.from(image.uint8Array).equals(bytes));
        assert.equal(image.mediaType, "image/png");
        assert.deepEqual([images.length, warnings], [1, []]);
        assert.deepEqual(asked("image_size"), ["1024x576"]);
      });

      test("n pictures come in one answer", async () => {
        const { images } = await generateImage({ model: model("flux-schnell"), prompt, n: 4 });
        assert.equal(images.length, 4);
        for (const { base64: text } of images) assert.ok(text === base64);
        assert.deepEqual([use.wire.exchanges.length, use.pictureCalls()], [1, 4]);
      });

      test("options of ours pass", async () => {
        const providerOptions = { fluxgate: { seed: 7, aspect_ratio: "9:16", negative_prompt: "dogs" } };
        await generateImage({ model: model("flux-schnell"), prompt, providerOptions });
        assert.deepEqual([asked("seed"), asked("image_size"), asked("negative_prompt")], [[7], ["576x1024"], ["dogs"]]);
      });

      test("links are opened", async () => {
        const providerOptions = { fluxgate: { response_format: "url" } };
        const { image } = await generateImage({ model: model("flux-schnell"), prompt, providerOptions });
        assert.ok(Buffer.from(image.uint8Array).equals(bytes));
        assert.equal(use.wire.exchanges.length, 2);
      });

      test("gpt-image-1 is a name of ours", async () => {
        const { images } = await generateImage({ model: model("gpt-image-1"), prompt });
        assert.equal(images.length, 1);
        assert.deepEqual(asked("model"), ["black-forest-labs/FLUX.1-dev"]);
      });

      // The SDK tries every 5xx again by default and reads no x-should-retry.
      for (const [name, id, answer, status, code] of [
        ["half an answer", "flux-schnell", half(), 502, "upstream_bad_response"],
        ["limited keys", "limited", limited(), 429, "rate_limit_exceeded"],
        [
          "a breach of policy",
          "flux-schnell",
          { status: 400, body: { error: { code: "content_policy_violation" } } },
          400,
          "content_policy_violation",
        ],
        ["an unknown model", "gpt-4o", {}, 400, "unsupported_image_model"],
      ]) {
        test(`${name}: an APICallError`, async () => {
          use.upstream.onImage = () => answer;
          await assert.rejects(generateImage({ model: model(id), prompt, maxRetries: 0 }), (error) => {
            assert.ok(APICallError.isInstance(error), error.stack);
            assert.deepEqual([error.statusCode, error.data.error.code], [status, code]);
            return true;
          });
          assert.equal(use.wire.exchanges.length, 1);
        });
      }

      test(
        "leaving ends the backend's call",
        { skip: !seesClientsLeave && "the host tells nothing of its clients" },
        async () => {
          const { promise: closed, resolve } = Promise.withResolvers();
          const controller = new AbortController();
          use.upstream.onImage = () => (request) => {
            request.socket.once("close", resolve);
            controller.abort();
          };
          await assert.rejects(
            generateImage({ model: model("flux-schnell", { fetch }), prompt, abortSignal: controller.signal }),
            { name: "AbortError" },
          );
          await closed;
          assert.equal(use.pictureCalls(), 1);
          await use.client.models.list(); // The wire wants an answer to check.
        },
      );
    });

    describe("the AI SDK's provider for OpenAI", () => {
      const model = (id) =>
        createOpenAI({ apiKey: "client-key", baseURL: use.baseURL, fetch: use.wire.fetch }).image(id);

      for (const [id, backendModel] of [
        ["flux-schnell", "flux-schnell"],
        ["dall-e-3", "flux-schnell"],
        ["gpt-image-1", "black-forest-labs/FLUX.1-dev"],
        ["gpt-image-2", "black-forest-labs/FLUX.1-dev"],
      ]) {
        test(`generateImage with the model ${id}`, async () => {
          const { images } = await generateImage({
            model: model(id),
            prompt,
            n: 2,
            size: "1024x1024",
            providerOptions: { openai: { quality: "high" } },
          });
          assert.equal(images.length, 2);
          for (const { base64: text } of images) assert.ok(text === base64);
          assert.deepEqual(asked("model"), [backendModel, backendModel]);
        });
      }

      test("the optimiser's prompt is the revised one", async () => {
        const { providerMetadata } = await generateImage({ model: model("flux-schnell:optimized"), prompt });
        assert.equal(providerMetadata.openai.images[0].revisedPrompt, words);
      });

      test("a failure that may have been billed is not asked for again with maxRetries 0", async () => {
        use.upstream.onImage = half;
        await assert.rejects(generateImage({ model: model("gpt-image-2"), prompt, maxRetries: 0 }), (error) => {
          assert.deepEqual([error.statusCode, error.data.error.code], [502, "upstream_bad_response"]);
          assert.equal(error.responseHeaders["x-should-retry"], "false");
          return true;
        });
        assert.equal(use.pictureCalls(), 1);
      });
    });

    describe("LangChain's wrapper of DALL-E", () => {
      /** Makes a wrapper on the wire. The wrapper takes the global `fetch` of the moment, and no other. */
      function wrapper(fields) {
        const { fetch } = globalThis;
        globalThis.fetch = use.wire.fetch;
        try {
          return new DallEAPIWrapper({ apiKey: "client-key", baseUrl: use.baseURL, ...fields });
        } finally {
          globalThis.fetch = fetch;
        }
      }

      test("gives a link", async () => {
        await assertShows(await wrapper().invoke(prompt));
        assert.deepEqual(
          [asked("model"), asked("prompt"), asked("image_size")],
          [["flux-schnell"], [prompt], ["1024x1024"]],
        );
      });

      test("gives base64", async () => {
        assert.ok((await wrapper({ dallEResponseFormat: "b64_json" }).invoke(prompt)) === base64);
      });

      test("n pictures are n requests", async () => {
        const links = await wrapper({ n: 2 }).invoke(prompt);
        assert.equal(links.length, 2);
        for (const { type, image_url } of links) {
          assert.equal(type, "image_url");
          await assertShows(image_url);
        }
        assert.equal(use.wire.exchanges.length, 2);
      });

      test("a mistake is thrown, and names its field", async () => {
        await assert.rejects(wrapper({ size: "large" }).invoke(prompt), (error) => {
          assert.deepEqual([error.status, error.code, error.param], [400, "invalid_parameters", "size"]);
          return true;
        });
      });
    });
  });
}
