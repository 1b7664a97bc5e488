// The real `openai` package against the Worker in workerd: what it gets.
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import OpenAI from "openai";
import { assertPassedOn, languageModel } from "../support/clients/clients.mjs";
import { picture, stream, textOf, useClient } from "../support/clients/openai.mjs";
import { completion } from "../support/upstreams/upstream.mjs";
import { linkIn } from "../support/clients/chat.mjs";

const words = "a tabby cat, red tile roof, warm evening light";

describe("the openai client", () => {
  const use = useClient();

  test("chat.completions.create gives a picture that opens", async () => {
    const answer = await use.client.chat.completions.create(picture);
    const [choice] = answer.choices;
    assert.equal(choice.finish_reason, "stop");
    assert.equal(choice.message.role, "assistant");
    assert.equal(answer.usage.total_tokens, 320);
    const response = await fetch(linkIn(choice.message.content));
    assert.equal(response.headers.get("content-type"), "image/png");
  });

  test("n pictures come in one message", async () => {
    const { choices } = await use.client.chat.completions.create({ ...picture, n: 2 });
    assert.equal(choices.length, 1);
    const links = [...choices[0].message.content.matchAll(/!\[Image\]\((\S+)\)/g)];
    assert.equal(links.length, 2);
    for (const [, link] of links) assert.equal((await fetch(link)).status, 200);
    assert.equal(use.pictureCalls(), 2);
  });

  test("models.list and models.retrieve", async () => {
    const ids = [];
    for await (const { id } of use.client.models.list()) ids.push(id);
    assert.deepEqual(ids, ["flux-schnell", "black-forest-labs/FLUX.1-dev"]);
    assert.equal((await use.client.models.retrieve("black-forest-labs/FLUX.1-dev")).id, "black-forest-labs/FLUX.1-dev");
  });

  test("tools that are only offered change nothing", async () => {
    const tools = [
      { type: "function", function: { name: "get_time", parameters: { type: "object", properties: {} } } },
    ];
    const { choices } = await use.client.chat.completions.create({ ...picture, tools, tool_choice: "auto" });
    assert.match(linkIn(choices[0].message.content), /\/image-proxy\?/);
  });
});

describe("the openai client, streaming", () => {
  const use = useClient();

  test("iterating over the chunks", async () => {
    const chunks = await stream(use.client, picture);
    const content = textOf(chunks);
    assert.equal((await fetch(linkIn(content))).headers.get("content-type"), "image/png");
    assert.ok(content.endsWith(`Optimized prompt: ${words}`), content);
    assert.equal(chunks.at(-1).choices[0].finish_reason, "stop");
    assert.equal(chunks[0].model, picture.model);
    assert.ok(chunks.every(({ usage }) => (usage ?? null) === null));
    assert.match(use.wire.exchanges[0].text, /\n\ndata: \[DONE\]\n\n$/);
  });

  test("the same content as without streaming", async () => {
    const { choices } = await use.client.chat.completions.create(picture);
    const chunks = await stream(use.client, picture);
    const withoutLink = (content) => content.replace(linkIn(content), "");
    assert.equal(withoutLink(textOf(chunks)), withoutLink(choices[0].message.content));
  });

  test("include_usage gives the language model's counts in a last chunk", async () => {
    const stream_options = { include_usage: true };
    const chunks = await stream(use.client, { ...picture, stream_options });
    const last = chunks.at(-1);
    assert.deepEqual(last.choices, []);
    assert.deepEqual(last.usage, { prompt_tokens: 300, completion_tokens: 20, total_tokens: 320 });
  });

  test(".stream() puts the answer together", async () => {
    const runner = use.client.chat.completions.stream({ ...picture, stream_options: { include_usage: true } });
    const seen = { chunk: 0, content: "" };
    runner.on("chunk", () => (seen.chunk += 1));
    runner.on("content", (delta) => (seen.content += delta));
    const content = await runner.finalContent();
    assert.equal(seen.content, content);
    assert.ok(seen.chunk >= 4, `${seen.chunk}`);
    assert.match(linkIn(content), /\/image-proxy\?/);
    const answer = await runner.finalChatCompletion();
    assert.deepEqual([answer.model, answer.choices[0].finish_reason], [picture.model, "stop"]);
    assert.equal((await runner.totalUsage()).total_tokens, 320);
  });

  test("n pictures", async () => {
    const chunks = await stream(use.client, { ...picture, n: 3 });
    assert.equal([...textOf(chunks).matchAll(/!\[Image\]\(/g)].length, 3);
    assert.equal(use.pictureCalls(), 3);
  });

  test("no thinking unless it is to be shown", async () => {
    use.upstream.onChat = languageModel({ thinks: "Cats like warm tiles." });
    const chunks = await stream(use.client, picture);
    assert.ok(
      chunks.every(({ choices: [choice] }) => !("reasoning_content" in choice.delta || "reasoning" in choice.delta)),
    );
    assert.ok(textOf(chunks).endsWith(words));
  });

  test("the head and the role come before the language model has answered", async () => {
    const { promise: released, resolve: release } = Promise.withResolvers();
    use.upstream.onChat = async (call) => {
      await released;
      return languageModel()(call);
    };
    const chunks = await use.client.chat.completions.create({ ...picture, stream: true });
    const iterator = chunks[Symbol.asyncIterator]();
    const { value } = await iterator.next();
    assert.equal(value.choices[0].delta.role, "assistant");
    release();
    const rest = [];
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) rest.push(next.value);
    assert.ok(textOf(rest).endsWith(words));
  });
});

describe("the openai client and thinking", () => {
  const use = useClient({ SHOW_REASONING: "1" });

  test("comes as reasoning_content and as reasoning, before the content", async () => {
    use.upstream.onChat = languageModel({ thinks: "Cats like warm tiles." });
    const chunks = await stream(use.client, picture);
    assert.match(textOf(chunks, "reasoning_content"), /^Cats like warm tiles\./);
    assert.equal(textOf(chunks, "reasoning"), textOf(chunks, "reasoning_content"));
    assert.ok(textOf(chunks).endsWith(words));
    const fields = chunks.flatMap(({ choices: [choice] }) => Object.keys(choice.delta)).join(" ");
    assert.match(fields, /^role content (reasoning_content reasoning )+content$/);
  });

  test("comes in the message of a whole answer", async () => {
    use.upstream.onChat = languageModel({ thinks: "Cats like warm tiles." });
    const { choices } = await use.client.chat.completions.create(picture);
    assert.equal(choices[0].message.reasoning_content, "Cats like warm tiles.");
    assert.equal(choices[0].message.reasoning, "Cats like warm tiles.");
  });

  test("<think> in the text is thinking too", async () => {
    use.upstream.onChat = languageModel({ says: `<think>Cats like warm tiles.</think>${words}` });
    const chunks = await stream(use.client, picture);
    assert.match(textOf(chunks, "reasoning_content"), /^Cats like warm tiles\./);
    assert.ok(textOf(chunks).endsWith(`Optimized prompt: ${words}`));
  });

  test("reaches the client while the language model is still at it", async () => {
    const { promise: released, resolve: release } = Promise.withResolvers();
    use.upstream.onChat = (call) => async (request, response) => {
      const { headers, body } = languageModel({ thinks: "Cats like warm tiles." })(call);
      const end = body.indexOf("data: ", body.indexOf("reasoning_content"));
      response.writeHead(200, headers);
      response.write(body.slice(0, end));
      await released;
      response.end(body.slice(end));
    };
    const chunks = await use.client.chat.completions.create({ ...picture, stream: true });
    let thinking = "";
    for await (const { choices } of chunks) {
      thinking += choices[0].delta.reasoning_content ?? "";
      if (thinking !== "") release(); // Had it to be complete first, this would hang.
    }
    assert.match(thinking, /^Cats like warm tiles\./);
  });
});

describe("the openai client, leaving", () => {
  const use = useClient({ SHOW_REASONING: "1" });

  /** Says of the next call to `handler` how long it outlives `leave()`. The call gets `text` and no end. */
  function watchCall(handler, headers = {}, text = "") {
    const { promise, resolve } = Promise.withResolvers();
    let leftAt;
    use.upstream[handler] = () => (request, response) => {
      request.socket.once("close", () => resolve(performance.now() - leftAt));
      if (text === "") return;
      response.writeHead(200, headers);
      response.write(text);
    };
    return { outlivedMs: promise, leave: (chunks) => ((leftAt = performance.now()), chunks.controller.abort()) };
  }

  test("in the middle of the thinking: no picture is asked for", async () => {
    const choices = [{ index: 0, delta: { reasoning_content: "Cats" }, finish_reason: null }];
    const chunk = { id: "c", object: "chat.completion.chunk", created: 0, model: "m", choices };
    const text = `data: ${JSON.stringify(chunk)}\n\n`;
    const call = watchCall("onChat", { "content-type": "text/event-stream" }, text);
    const chunks = await use.client.chat.completions.create({ ...picture, stream: true });
    let thinking = "";
    for await (const { choices } of chunks) {
      thinking += choices[0].delta.reasoning_content ?? "";
      if (thinking === "Cats") call.leave(chunks);
    }
    assert.ok((await call.outlivedMs) < 250, `${await call.outlivedMs} ms`);
    await delay(100);
    assert.equal(use.pictureCalls(), 0);
    const { status, code } = JSON.parse(use.worker.logs.at(-1));
    assert.deepEqual([status, code], [499, "client_closed"]);
  });

  test("while the picture is made: its call is aborted and no other follows", async () => {
    const call = watchCall("onImage");
    const chunks = await use.client.chat.completions.create({ ...picture, stream: true });
    let progress = "";
    for await (const { choices } of chunks) {
      progress += choices[0].delta.reasoning_content ?? "";
      if (progress.includes("attempt 1")) {
        while (use.pictureCalls() === 0) await delay(5);
        call.leave(chunks);
      }
    }
    assert.ok((await call.outlivedMs) < 250, `${await call.outlivedMs} ms`);
    await delay(100);
    assert.equal(use.pictureCalls(), 1);
  });

  test("by breaking out of the loop", async () => {
    const call = watchCall("onChat");
    const chunks = await use.client.chat.completions.create({ ...picture, stream: true });
    for await (const chunk of chunks) {
      assert.equal(chunk.choices[0].delta.role, "assistant");
      while (use.upstream.callsTo("/llm").length === 0) await delay(5);
      call.leave({ controller: { abort() {} } });
      break;
    }
    assert.ok((await call.outlivedMs) < 250, `${await call.outlivedMs} ms`);
    assert.equal(use.pictureCalls(), 0);
  });
});

describe("the openai client, wanting text", () => {
  const use = useClient();
  const schema = {
    type: "object",
    properties: {
      mood: { type: "string", enum: ["calm", "wild"] },
      colours: { type: "array", items: { type: "string" } },
    },
    required: ["mood", "colours"],
    additionalProperties: false,
  };
  const tools = [{ type: "function", function: { name: "describe", parameters: schema, strict: true } }];
  const tool_choice = { type: "function", function: { name: "describe" } };
  const response_format = { type: "json_schema", json_schema: { name: "description", strict: true, schema } };
  const wanted = { mood: "calm", colours: ["roof"] };

  afterEach(() => assert.equal(use.pictureCalls(), 0));

  test("a forced tool is called", async () => {
    const request = { ...picture, tools, tool_choice, temperature: 0.2 };
    const { choices } = await use.client.chat.completions.create(request);
    assert.equal(choices[0].finish_reason, "tool_calls");
    const [call] = choices[0].message.tool_calls;
    assert.equal(call.function.name, "describe");
    assert.deepEqual(JSON.parse(call.function.arguments), wanted);
    assertPassedOn(use.upstream.calls[0], request);
  });

  test("a forced tool is called, streaming", async () => {
    const request = { ...picture, tools, tool_choice: "required", stream_options: { include_usage: true } };
    const runner = use.client.chat.completions.stream(request);
    let done;
    runner.on("tool_calls.function.arguments.done", (event) => (done = event));
    const answer = await runner.finalChatCompletion();
    assert.deepEqual(JSON.parse(done.arguments), wanted);
    assert.deepEqual(JSON.parse(answer.choices[0].message.tool_calls[0].function.arguments), wanted);
    assert.equal(answer.usage.total_tokens, 320);
    assertPassedOn(use.upstream.calls[0], { ...request, stream: true });
  });

  test("JSON after a schema", async () => {
    const request = { ...picture, response_format };
    const { choices } = await use.client.chat.completions.create(request);
    assert.deepEqual(JSON.parse(choices[0].message.content), wanted);
    assertPassedOn(use.upstream.calls[0], request);
  });

  test("JSON after a schema, streaming", async () => {
    const chunks = await stream(use.client, { ...picture, response_format });
    assert.deepEqual(JSON.parse(textOf(chunks)), wanted);
  });

  test("any JSON", async () => {
    use.upstream.onChat = languageModel({ says: '{"any":"thing"}' });
    const { choices } = await use.client.chat.completions.create({
      ...picture,
      response_format: { type: "json_object" },
    });
    assert.deepEqual(JSON.parse(choices[0].message.content), { any: "thing" });
  });

  test("a language model that answers nonsense is an error of its own, and asked once", async () => {
    use.upstream.onChat = () => ({ status: 404, body: "<html>" });
    for (const streams of [false, true]) {
      await assert.rejects(
        use.client.chat.completions.create({ ...picture, response_format, stream: streams }),
        (error) => {
          assert.ok(error instanceof OpenAI.InternalServerError);
          assert.match(error.code, /^upstream_/);
          return true;
        },
      );
    }
    assert.equal(use.upstream.calls.length, 2);
  });

  test("a stream that breaks off is an error", async () => {
    use.upstream.onChat = (call) => (request, response) => {
      const { headers, body } = languageModel()(call);
      response.writeHead(200, headers);
      response.write(body.slice(0, body.indexOf('{"content":"{')));
      setTimeout(() => response.destroy(), 50);
    };
    await assert.rejects(stream(use.client, { ...picture, response_format }));
    assert.equal(use.upstream.calls.length, 1);
  });

  test("leaving aborts the language model's answer", async () => {
    const { promise: closed, resolve } = Promise.withResolvers();
    use.upstream.onChat = (call) => (request, response) => {
      request.socket.once("close", resolve);
      const { headers, body } = languageModel()(call);
      response.writeHead(200, headers);
      response.write(body.slice(0, body.indexOf("\n\n") + 2));
    };
    const chunks = await use.client.chat.completions.create({ ...picture, response_format, stream: true });
    for await (const chunk of chunks) {
      assert.equal(chunk.choices[0].delta.role, "assistant");
      break;
    }
    await closed;
  });

  test("a chat program's request for a title", async () => {
    use.upstream.onChat = () => completion('{"title":"Cat on a Roof"}');
    const content =
      '### Task:\nGenerate a title. JSON format: { "title": "..." }\n<chat_history>\nUSER: a cat\n</chat_history>';
    const request = { ...picture, messages: [{ role: "user", content }] };
    const { choices } = await use.client.chat.completions.create(request);
    assert.equal(choices[0].message.content, '{"title":"Cat on a Roof"}');
    const chunks = await stream(use.client, request);
    assert.equal(textOf(chunks), '{"title":"Cat on a Roof"}');
  });
});

describe("the openai client, wanting text where there is no language model", () => {
  const use = useClient({ OPENAI_API_BASE: "", OPENAI_API_KEY: "", OPENAI_MODEL: "" });

  test("a BadRequestError that names the field", async () => {
    const response_format = { type: "json_object" };
    await assert.rejects(use.client.chat.completions.create({ ...picture, response_format }), (error) => {
      assert.ok(error instanceof OpenAI.BadRequestError);
      assert.deepEqual([error.code, error.param], ["unsupported_parameter", "response_format"]);
      return true;
    });
    assert.equal(use.upstream.calls.length, 0);
  });
});
