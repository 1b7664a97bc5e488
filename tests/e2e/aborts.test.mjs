// Clients that go away, in workerd: what was under way is aborted and nothing further starts.
//
// workerd by itself notices a reset, not a half-closed connection: the peer might still read. (Cloudflare's edge resets.)
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { delta, events } from "../support/upstreams/faults.mjs";
import { largePng } from "../support/upstreams/pictures.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { chat, idea, linkIn } from "../support/clients/chat.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";

/** A client that can leave at any moment. Give it all of the body, or a part of it with the length that it says the body has. */
class Client {
  text = "";

  constructor(url, { method = "POST", body = "", lengthBytes = Buffer.byteLength(body) } = {}) {
    const headers = { authorization: "Bearer client-key", "content-length": lengthBytes };
    this.request = httpRequest(url, { method, headers, agent: false });
    this.request.on("error", () => {}); // The reset is ours.
    this.request.on("response", (response) => {
      this.response = response;
      response.on("error", () => {});
      response.on("data", (chunk) => (this.text += chunk.toString("latin1")));
    });
    this.request.write(body);
    if (lengthBytes === Buffer.byteLength(body)) this.request.end();
  }

  async reads(part) {
    while (!this.text.includes(part)) await delay(5);
  }

  leave() {
    this.request.socket.resetAndDestroy();
  }
}

/** A backend that wants a pause of two seconds before the next call. */
const busy = { status: 503, headers: { "retry-after": "2" } };

const classesIn = ({ calls }) => calls.map((call) => call.class);

/** An upstream and a worker, and what a client's leaving does to them. */
class Scene {
  async start(settings) {
    this.upstream = await startUpstream();
    this.worker = await startWorkerd(settingsFor(this.upstream, { SHOW_REASONING: "1", ...settings }));
    this.reset();
  }

  reset() {
    this.upstream.reset();
    this.firstLog = this.worker.logs.length;
    this.held = []; // Calls that the upstream does not bring to an end: when each was closed.
  }

  async close() {
    await this.worker?.close();
    await this.upstream?.close();
  }

  /** A handler that begins an answer, if there is anything to begin with, and then holds the connection. */
  hold(begin = () => {}) {
    return () => (request, response) => {
      response.on("error", () => {});
      const closed = new Promise((resolve) => request.socket.once("close", () => resolve(performance.now())));
      this.held.push(closed);
      begin(response);
    };
  }

  async untilHeld(count) {
    while (this.held.length < count) await delay(5);
  }

  async untilCalled(count) {
    while (this.upstream.calls.length < count) await delay(5);
  }

  chat(body) {
    return new Client(`${this.worker.origin}/v1/chat/completions`, { body: JSON.stringify(body) });
  }

  /** The log's lines about the requests of this scene. */
  get lines() {
    return this.worker.logs
      .slice(this.firstLog)
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line))
      .filter(({ ev, face }) => ev !== "config" && face !== "health");
  }

  /**
   * Lets the client leave when it is ready to, with so many calls made and held, and looks at what follows. Gives the log. isPassed: the platform hands
   * the answer on, and the request was over before.
   */
  async leaves(client, { ready, held, calls, isPassed = false }) {
    await ready();
    assert.equal(this.held.length, held, "connections that are held");
    assert.equal(this.upstream.calls.length, calls, "calls so far");
    client.leave();
    const patience = delay(2000, Infinity);
    // A busy machine takes its time for this answer as well: the Worker has known since then.
    const knownMs = this.worker.request("/health").then(() => performance.now());
    for (const closed of this.held) {
      const outlivedMs = (await Promise.race([closed, patience])) - (await knownMs);
      assert.ok(outlivedMs < 250, `a call outlived its client by ${outlivedMs} ms`);
    }
    await delay(500);
    assert.equal(this.upstream.calls.length, calls, "nothing further is asked of an upstream");
    const { lines } = this;
    assert.equal(lines.length, 1);
    const [{ ev, status, code, outcome }] = lines;
    const left = isPassed ? [200, undefined, "ok"] : [499, "client_closed", "left"];
    assert.deepEqual([ev, status, code, outcome], ["request", ...left]);
    return lines;
  }
}

const thinkingEvents = events(
  delta({ role: "assistant", content: "" }),
  delta({ reasoning_content: "The roof is red." }),
);

/** The head of an event stream, and these bytes of it. */
const streaming = (bytes) => (response) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(bytes);
};

describe("clients that go away", { concurrency: 2 }, () => {
  describe("at any point of the flow", { concurrency: 1 }, () => {
    const scene = new Scene();
    before(() => scene.start());
    beforeEach(() => scene.reset());
    after(() => scene.close());

    for (const stream of [false, true]) {
      const how = stream ? "from a stream" : "from a whole answer";

      test(`${how}: while sending the body`, async () => {
        const body = JSON.stringify(idea("a cat", { stream }));
        const client = new Client(`${scene.worker.origin}/v1/chat/completions`, {
          body: body.slice(0, -2),
          lengthBytes: body.length,
        });
        await scene.leaves(client, { ready: () => delay(100), held: 0, calls: 0 });
      });

      test(`${how}: while the optimiser's head is awaited`, async () => {
        scene.upstream.onChat = scene.hold();
        const client = scene.chat(idea("a cat", { stream }));
        await scene.leaves(client, { ready: () => scene.untilHeld(1), held: 1, calls: 1 });
      });

      test(`${how}: in the middle of the optimiser's stream`, async () => {
        scene.upstream.onChat = scene.hold(streaming(thinkingEvents));
        const client = scene.chat(idea("a cat", { stream }));
        const ready = async () => {
          await scene.untilHeld(1);
          await (stream ? client.reads("The roof is red.") : delay(50));
        };
        await scene.leaves(client, { ready, held: 1, calls: 1 });
      });

      test(`${how}: while the backend's head is awaited, and no other key is tried`, async () => {
        scene.upstream.onImage = scene.hold();
        const client = scene.chat(idea("a cat", { stream }));
        await scene.leaves(client, { ready: () => scene.untilHeld(1), held: 1, calls: 2 });
      });

      test(`${how}: while the backend's body arrives`, async () => {
        scene.upstream.onImage = scene.hold((response) => {
          response.writeHead(200, { "content-type": "application/json" });
          response.write('{"images":[');
        });
        const client = scene.chat(idea("a cat", { stream }));
        const ready = async () => {
          await scene.untilHeld(1);
          await delay(50);
        };
        await scene.leaves(client, { ready, held: 1, calls: 2 });
      });

      test(`${how}: in the pause before another key`, async () => {
        scene.upstream.onImage = () => busy;
        const client = scene.chat(idea("a cat", { stream }));
        const ready = async () => {
          await scene.untilCalled(2);
          await delay(300);
        };
        const [line] = await scene.leaves(client, { ready, held: 0, calls: 2 });
        assert.deepEqual(classesIn(line), ["ok", "img_http_5xx"]);
        assert.equal(line.unfinished_calls, undefined);
      });

      test(`${how}: while three pictures are made`, async () => {
        scene.upstream.onImage = scene.hold();
        const client = scene.chat(idea("a cat", { stream, n: 3 }));
        await scene.leaves(client, { ready: () => scene.untilHeld(3), held: 3, calls: 4 });
      });

      test(`${how}: while one of three pictures is made, one pauses and one is done`, async () => {
        let count = 0;
        const { onImage } = scene.upstream;
        const handlers = [onImage, scene.hold(), () => busy];
        scene.upstream.onImage = (call) => handlers[count++](call);
        const client = scene.chat(idea("a cat", { stream, n: 3 }));
        const ready = async () => {
          await scene.untilHeld(1);
          await scene.untilCalled(4);
          await delay(300);
        };
        const [line] = await scene.leaves(client, { ready, held: 1, calls: 4 });
        assert.deepEqual(classesIn(line).toSorted(), ["img_http_5xx", "ok", "ok"]);
        assert.equal(line.unfinished_calls, 1);
      });

      test(`${how}: while a text answer is awaited`, async () => {
        scene.upstream.onChat = scene.hold();
        const client = scene.chat(idea("a cat", { stream, response_format: { type: "json_object" } }));
        await scene.leaves(client, { ready: () => scene.untilHeld(1), held: 1, calls: 1 });
      });

      test(`${how}: in the middle of a text answer`, async () => {
        scene.upstream.onChat = scene.hold(
          stream
            ? streaming(events(delta({ content: '{"a":' })))
            : (response) => {
                response.writeHead(200, { "content-type": "application/json" });
                response.write('{"choices":[{"a');
              },
        );
        const client = scene.chat(idea("a cat", { stream, response_format: { type: "json_object" } }));
        await scene.leaves(client, { ready: () => client.reads(stream ? "delta" : "choices"), held: 1, calls: 1 });
      });
    }

    test("while a title is written", async () => {
      scene.upstream.onChat = scene.hold();
      const task =
        '### Task:\nGenerate a title. JSON format: { "title": "..." }\n<chat_history>\nUSER: a cat\n</chat_history>';
      const client = scene.chat(idea(task));
      await scene.leaves(client, { ready: () => scene.untilHeld(1), held: 1, calls: 1 });
    });

    test("while a refusal's body arrives", async () => {
      scene.upstream.onImage = scene.hold((response) => {
        response.writeHead(401, { "content-type": "application/json" });
        response.write('{"error":');
      });
      const client = scene.chat(idea("a cat"));
      const ready = async () => {
        await scene.untilHeld(1);
        await delay(50);
      };
      await scene.leaves(client, { ready, held: 1, calls: 2 });
    });

    test("while more is written than the client reads", async () => {
      const piece = events(delta({ reasoning_content: "thinking ".repeat(5000) }));
      scene.upstream.onChat = scene.hold((response) => {
        streaming(thinkingEvents)(response);
        for (let i = 0; i < 20; i += 1) response.write(piece);
      });
      const client = scene.chat(idea("a cat", { stream: true }));
      const ready = async () => {
        await client.reads("The roof is red.");
        client.response.pause();
        await delay(100);
      };
      await scene.leaves(client, { ready, held: 1, calls: 1 });
    });

    for (const [what, type] of [
      ["a picture", "application/octet-stream"],
      ["a picture that the platform hands on", "image/png"],
    ]) {
      test(`in the middle of ${what}`, async () => {
        const answer = await (await chat(scene.worker, idea("a cat"))).json();
        const link = linkIn(answer.choices[0].message.content);
        scene.reset();
        const bytes = largePng(1024 * 1024);
        scene.upstream.onPicture = scene.hold((response) => {
          response.writeHead(200, { "content-type": type, "content-length": bytes.length });
          response.write(bytes.subarray(0, bytes.length / 2));
        });
        const client = new Client(link, { method: "GET" });
        const isPassed = type === "image/png";
        await scene.leaves(client, { ready: () => client.reads("PNG"), held: 1, calls: 1, isPassed });
      });
    }

    test("while a picture's head is awaited", async () => {
      const answer = await (await chat(scene.worker, idea("a cat"))).json();
      const link = linkIn(answer.choices[0].message.content);
      scene.reset();
      scene.upstream.onPicture = scene.hold();
      const client = new Client(link, { method: "GET" });
      await scene.leaves(client, { ready: () => scene.untilHeld(1), held: 1, calls: 1 });
    });

    test("and afterwards there is room for 256 requests at once", async () => {
      const { upstream, worker } = scene;
      const { promise: released, resolve: release } = Promise.withResolvers();
      const { onChat } = upstream;
      upstream.onChat = async (call) => (await released, onChat(call));
      const answers = Array.from({ length: 256 }, () => chat(worker, idea("a cat")));
      let early = 0;
      for (const answer of answers) answer.finally(() => (early += 1));
      while (early === 0 && upstream.callsTo("/llm").length < 256) await delay(10);
      release();
      assert.deepEqual(new Set((await Promise.all(answers)).map(({ status }) => status)), new Set([200]));
      assert.equal(upstream.callsTo("/llm").length, 256);
      assert.ok(!worker.logs.some((line) => line.includes('"rt_')), worker.logs.at(-1));
    });
  });

  describe("between two keep-alives", () => {
    const scene = new Scene();
    before(() => scene.start());
    after(() => scene.close());

    test("while the picture is made", async () => {
      scene.upstream.onImage = scene.hold();
      const client = scene.chat(idea("a cat", { stream: true }));
      await scene.leaves(client, { ready: () => client.reads(": keep-alive"), held: 1, calls: 2 });
      scene.reset();
      assert.equal((await chat(scene.worker, idea("a cat"))).status, 200);
    });
  });
});
