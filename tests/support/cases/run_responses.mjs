// The responses face with the real packages that speak it, on any host: `openai`, `ai` with OpenAI's provider, LangChain and OpenAI's agents.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { createOpenAI } from "@ai-sdk/openai";
import { ChatOpenAI, tools as langchainTools } from "@langchain/openai";
import { Agent, OpenAIResponsesModel, Runner, imageGenerationTool, setTracingDisabled } from "@openai/agents";
import { generateText, streamText } from "ai";
import OpenAI from "openai";
import { largePng } from "../upstreams/pictures.mjs";
import { useImageServer } from "../upstreams/image_server.mjs";

setTracingDisabled(true);
globalThis.AI_SDK_LOG_WARNINGS = false; // What it says of its own versions is not about us.
process.env.LANGSMITH_TRACING = "false"; // Whoever runs the tests may have it on.
process.env.LANGCHAIN_TRACING_V2 = "false";

const model = "gpt-image-1";
const tools = [{ type: "image_generation" }];

/** `start(settings)` starts the host. `stores`: it keeps pictures in a bucket. */
export function describeResponses(title, start, { stores = false } = {}) {
  describe(title, { concurrency: 1 }, () => {
    const use = useImageServer(start);
    let client;
    let access;
    before(() => {
      access = { baseURL: `${use.host.origin}/v1`, apiKey: "client-key" };
      client = new OpenAI({ ...access, maxRetries: 0 });
    });

    const pictureOf = (output) => output.find(({ type }) => type === "image_generation_call");
    const base64 = () => use.backend.picture.toString("base64");

    test("openai: responses.create gives the picture, and a message about it", async () => {
      const response = await client.responses.create({ model, input: "a cat", tools });
      assert.ok(pictureOf(response.output).result === base64());
      assert.match(response.output_text, /Optimized prompt: a cat, /);
      assert.match(response._request_id, /^[0-9a-f]{32}$/);
      if (stores) {
        const [, link] = /!\[Image\]\((.*?)\)/.exec(response.output_text);
        assert.ok(Buffer.from(await (await fetch(link)).arrayBuffer()).equals(use.backend.picture));
      }
    });

    test("openai: responses.stream checks each event, and ends with the same response", async () => {
      const partial = { tools: [{ type: "image_generation", partial_images: 1 }] };
      const stream = client.responses.stream({ model, input: "a cat 3:2", ...partial });
      const drafts = [];
      stream.on("response.image_generation_call.partial_image", (event) => drafts.push(event.partial_image_b64));
      const response = await stream.finalResponse();
      assert.equal(pictureOf(response.output).size, "1536x1024");
      assert.ok(pictureOf(response.output).result === base64());
      assert.ok(drafts.length === 1 && drafts[0] === base64());
    });

    test("openai: an edit of a picture in the input, and of the one that was made before", async () => {
      const first = await client.responses.create({ model, input: "a red fox", tools });
      const made = use.backend.picture;
      use.backend.picture = largePng(200_000);
      const input = [
        { role: "user", content: "a red fox" },
        ...first.output,
        { role: "user", content: "make it blue" },
      ];
      const changed = await client.responses.create({ model, input, tools });
      assert.deepEqual(use.paths(), ["/v1/images/generations", "/v1/images/edits"]);
      assert.ok(use.backend.calls[1].body.includes(made));
      assert.equal(pictureOf(changed.output).action, "edit");
      const image_url = `data:image/png;base64,${made.toString("base64")}`;
      const content = [
        { type: "input_text", text: "put a hat on it" },
        { type: "input_image", image_url, detail: "auto" },
      ];
      await client.responses.create({ model, input: [{ role: "user", content }], tools });
      assert.ok(use.backend.calls[2].body.includes(made));
    });

    test("openai: previous_response_id", { skip: !stores && "nothing is stored by this host" }, async () => {
      let { id } = await client.responses.create({ model, input: "a red fox" });
      for (const [index, input] of ["make it blue", "make it bigger", "make it purple"].entries()) {
        const before = use.backend.picture;
        use.backend.picture = largePng(100_000 + index);
        ({ id } = await client.responses.create({ model, input, previous_response_id: id }));
        assert.ok(use.backend.calls.at(-1).body.includes(before), input);
      }
    });

    test("openai: what is not kept, a foreign id and a wrong key", async () => {
      await assert.rejects(client.responses.retrieve("resp_1"), OpenAI.NotFoundError);
      await assert.rejects(client.responses.delete("resp_1"), OpenAI.NotFoundError);
      await assert.rejects(client.responses.cancel("resp_1"), OpenAI.NotFoundError);
      const foreign = { model, input: "make it blue", previous_response_id: "resp_0123456789abcdef" };
      await assert.rejects(client.responses.create(foreign), (error) => error.code === "previous_response_not_found");
      const stranger = new OpenAI({ ...access, apiKey: "wrong", maxRetries: 0 });
      await assert.rejects(stranger.responses.create({ model, input: "a cat" }), OpenAI.AuthenticationError);
    });

    test("openai: a backend that refuses, whole and streamed", async () => {
      use.backend.answer = { status: 400, body: { error: { message: "no", code: "moderation_blocked" } } };
      await assert.rejects(
        client.responses.create({ model, input: "a cat" }),
        (error) => error.code === "content_policy_violation",
      );
      const response = await client.responses.stream({ model, input: "a cat" }).finalResponse();
      assert.deepEqual([response.status, response.error.code], ["failed", "image_content_policy_violation"]);
      delete use.backend.answer;
    });

    test("ai: generateText and streamText with the image tool", async () => {
      const openai = createOpenAI(access);
      const asked = {
        model: openai.responses(model),
        prompt: "a cat",
        tools: { image_generation: openai.tools.imageGeneration({ outputFormat: "png" }) },
      };
      const text = await generateText(asked);
      const [made] = text.staticToolResults;
      assert.ok(made.output.result === base64());
      assert.match(text.text, /Optimized prompt: a cat, /);
      const stream = streamText(asked);
      const [streamed] = await stream.staticToolResults;
      assert.ok(streamed.output.result === base64());
      assert.equal(await stream.finishReason, "stop");
    });

    for (const streaming of [false, true]) {
      test(`langchain: the image tool, ${streaming ? "streamed" : "whole"}`, async () => {
        const { apiKey, baseURL } = access;
        const chat = new ChatOpenAI({ model, apiKey, useResponsesApi: true, streaming, configuration: { baseURL } });
        const answer = await chat.invoke("a cat", { tools: [langchainTools.imageGeneration()] });
        const [call] = answer.additional_kwargs.tool_outputs;
        assert.ok(call.result === base64());
        use.backend.calls.splice(0);
        await chat.invoke(["a cat", answer, ["user", "make it blue"]], { tools: [langchainTools.imageGeneration()] });
        assert.deepEqual(use.paths(), ["/v1/images/edits"]);
      });

      test(`openai's agents: the image tool, ${streaming ? "streamed" : "whole"}`, async () => {
        const agent = new Agent({
          name: "painter",
          model: new OpenAIResponsesModel(client, model),
          tools: [imageGenerationTool()],
        });
        const result = await new Runner({ tracingDisabled: true }).run(agent, "a cat", { stream: streaming });
        if (streaming) await result.completed;
        const item = result.newItems.find(({ rawItem }) => rawItem.type === "hosted_tool_call");
        assert.ok(item.rawItem.output === base64());
        assert.match(result.finalOutput, /Optimized prompt: a cat, /);
      });
    }
  });
}
