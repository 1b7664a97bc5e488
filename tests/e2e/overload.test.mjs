// What one instance takes, and what it does beyond, in workerd.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { checkStalledUploads } from "../support/cases/run_wire.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { chat, idea } from "../support/clients/chat.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";

describe("load", () => {
  let upstream;
  let worker;
  before(async () => {
    upstream = await startUpstream();
    worker = await startWorkerd(settingsFor(upstream));
  });
  beforeEach(() => upstream.reset());
  after(async () => {
    await worker?.close();
    await upstream?.close();
  });

  test("a refused request is answered while nothing of its body comes", async () => {
    await checkStalledUploads(worker, { servesOn: false }); // workerd closes the connection.
  });

  test("beyond 256 requests in flight the answer is 503 overloaded, and nothing is asked of an upstream for it", async () => {
    const { promise: released, resolve: release } = Promise.withResolvers();
    const { onChat } = upstream;
    upstream.onChat = async (call) => (await released, onChat(call));
    const answers = Array.from({ length: 300 }, () => chat(worker, idea("a cat")));
    const refused = [];
    for (const answer of answers) answer.then((response) => response.status === 503 && refused.push(response));
    while (refused.length < 44) await new Promise((resolve) => setTimeout(resolve, 20));
    release();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 200).length, 256);
    assert.equal(statuses.filter((status) => status === 503).length, 44);
    const [first] = refused;
    assert.equal(first.headers.get("retry-after"), "1");
    assert.equal(first.headers.get("x-should-retry"), "true");
    assert.equal((await first.json()).error.code, "overloaded");
    assert.equal(upstream.callsTo("/llm").length, 256);
    assert.equal((await chat(worker, idea("a cat"))).status, 200);
  });

  // What is held of a request for as long as its upstream takes: the text of a system message, a text of whoever wrote last, a text for
  // the language model, a chat program's task with a picture inside.
  const long = "s".repeat(7_900_000);
  const user = { role: "user", content: "a cat" };
  const inline = {
    role: "user",
    content: [
      { type: "text", text: "a cat" },
      { type: "image_url", image_url: { url: `data:image/png;base64,${long}` } },
    ],
  };
  const task = {
    role: "user",
    content: '### Task:\nJSON format: { "title": "x" }\n<chat_history>\nUSER: a cat\n</chat_history>',
  };
  const large = {
    "with a long system message": { messages: [{ role: "system", content: long }, user] },
    "with an inline picture": { messages: [inline, user] },
    "whose last message is long and not the user's": { messages: [user, { role: "assistant", content: long }] },
    "for the language model": { messages: [{ role: "user", content: long }], response_format: { type: "json_object" } },
    "that are tasks": { messages: [inline, task] },
  };
  for (const [name, request] of Object.entries(large)) {
    test(`eight requests of nearly 8 MiB at once, ${name}, harm nobody`, async () => {
      const body = JSON.stringify({ model: "flux-schnell", ...request });
      const { promise: released, resolve: release } = Promise.withResolvers();
      const { onChat } = upstream;
      upstream.onChat = async (call) => (await released, onChat(call));
      const answers = Promise.allSettled(Array.from({ length: 8 }, () => chat(worker, body)));
      // Time for all of them to arrive, and to lie beside each other.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      release();
      // Who is refused while still sending may see its connection close before it reads the 503.
      const statuses = (await answers).map(({ value }) => value?.status ?? 503);
      for (const status of statuses) assert.ok(status === 200 || status === 503, String(statuses));
      assert.ok(statuses.includes(200), String(statuses));
      assert.equal((await chat(worker, idea("a cat"))).status, 200);
      assert.ok(
        !worker.logs.some((line) => line.includes("rt_")),
        worker.logs.find((line) => line.includes("rt_")),
      );
    });
  }
});
