// Peers that are slow or hostile: what they take of the gateway is bounded in bytes and in time, and the others are served meanwhile.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { checkErrorEvent, checkErrorShape, eventsIn } from "../support/cases/cases.mjs";
import { delta, events } from "../support/upstreams/faults.mjs";
import { largePng, samplePng } from "../support/upstreams/pictures.mjs";
import { completion, settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";
import { pathIn } from "./bystanders.mjs";
import { Exchange, ideaOf } from "./client.mjs";
import { bomb, endless, gigabyte, trickle, withoutEnd } from "./hostile_bodies.mjs";
import { long } from "./length.mjs";
import { measureGrowth, noSizes } from "../support/hosts/process_size.mjs";

const mebibyte = 1024 * 1024;
const kibibyte = 1024;
/** The most that is held of one answer is 24 MiB; the rest is for what the engine has not yet collected. */
const maxGrownBytes = 48 * mebibyte;
const maxMs = 10_000;

/** An upstream, a Worker, and the path of a picture, for a suite. Requests whose idea holds [other] are not for the hostile handlers. */
function useGateway(settings = {}) {
  const use = {};
  before(async () => {
    use.upstream = await startUpstream();
    use.worker = await startWorkerd(settingsFor(use.upstream, { SHOW_REASONING: "1", ...settings }), {
      entry: "tests/robust/watched_worker.mjs",
    });
    use.send = (options) => new Exchange(use.worker.origin, options);
    use.picture = pathIn((await use.send({ body: ideaOf("a cat") }).done).text);
    const { onChat } = use.upstream;
    use.upstream.onChat = (call) => (call.body.includes("[other]") ? completion("a tabby [other]") : onChat(call));
    use.hostile = (at, handler) => {
      const usual = use.upstream[at];
      use.upstream[at] = (call) => (call.body.includes("[other]") ? usual : handler)(call);
    };
  });
  after(async () => {
    await use.worker?.close();
    await use.upstream?.close();
  });
  return use;
}

/** How an exchange ended: "answered", "broken" or the code of its error. */
function endOf({ status, ending, headers, text }) {
  if (ending !== "complete") return "broken";
  if (headers["content-type"].startsWith("image/")) return "answered";
  const isStream = headers["content-type"].startsWith("text/event-stream");
  const last = isStream ? eventsIn(text).at(-1) : JSON.parse(text);
  if (last.error === undefined) return "answered";
  if (isStream) checkErrorEvent(last, 500);
  else checkErrorShape(last, status);
  return last.error.code;
}

/** Serves others until `promise` settles, and gives how many; each must be served rightly. */
async function servingOthers({ send }, promise) {
  let over = false;
  let served = 0;
  promise.finally(() => (over = true));
  while (!over) {
    const other = await send({ body: ideaOf("[other] a cat") }).done;
    assert.equal(other.status, 200, other.text);
    served += 1;
    await delay(20);
  }
  return served;
}

describe("peers", { concurrency: 1 }, () => {
  describe("that send without end", { concurrency: 1 }, () => {
    const use = useGateway();
    const thought = events(delta({ reasoning_content: "and then ".repeat(100) }));
    const png = samplePng.subarray(0, 33);
    const spaces = " ".repeat(64 * kibibyte);
    const zeros = Buffer.alloc(64 * kibibyte);
    const llm = { at: "onChat", end: "answered" };
    const image = { at: "onImage", end: "upstream_too_large" };
    const picture = { at: "onPicture", end: "broken" };
    const cases = {
      "a language model that thinks for ever": { ...llm, handler: endless("", thought) },
      "a language model whose JSON never begins": { ...llm, handler: endless("", spaces) },
      "a language model whose text never ends": {
        ...llm,
        handler: endless('{"choices":[{"message":{"content":"', "x".repeat(64 * kibibyte)),
      },
      "a language model that says it has 1 GiB to say": {
        ...llm,
        handler: gigabyte('{"choices":[{"message":{"content":"', "x".repeat(64 * kibibyte)),
      },
      "a language model's bomb of zeros": { ...llm, handler: bomb("", 0) },
      "a language model's bomb of text": { ...llm, handler: bomb('{"choices":[{"message":{"content":"', "x") },
      "a language model whose refusal never ends": { ...llm, handler: endless("{", spaces, { status: 500 }) },
      "a language model whose JSON for the client never ends": {
        ...llm,
        handler: endless("{", spaces),
        ask: { response_format: { type: "json_object" } },
        end: "broken",
      },
      "an image backend whose refusal never ends": {
        ...image,
        handler: endless("{", spaces, { status: 400 }),
        end: "upstream_rejected_request",
      },
      "an image backend whose JSON never begins": { ...image, handler: endless("", spaces) },
      "an image backend whose picture never ends": {
        ...image,
        handler: endless('{"data":[{"b64_json":"', "iVBORw0K".repeat(8 * kibibyte)),
      },
      "an image backend that says it has 1 GiB": {
        ...image,
        handler: gigabyte('{"data":[{"b64_json":"', "iVBORw0K".repeat(8 * kibibyte)),
      },
      "an image backend's bomb of zeros": { ...image, handler: bomb("", 0) },
      "an image backend's bomb of a picture": { ...image, handler: bomb('{"data":[{"b64_json":"', "A") },
      "a picture that never ends": { ...picture, handler: endless(png, zeros) },
      "a picture of 1 GiB": { ...picture, handler: gigabyte(png, zeros), end: "upstream_too_large" },
      "a picture that is a bomb": { ...picture, handler: bomb(png, 0) },
    };

    for (const [name, { at, end, handler, ask }] of Object.entries(cases)) {
      test(`${name}: bounded, and the others are served`, { skip: noSizes, timeout: 3 * maxMs }, async (context) => {
        const { upstream, worker, send, picture: path, hostile } = use;
        const { onChat, onImage, onPicture } = upstream;
        hostile(at, handler);
        const grownBytes = measureGrowth(worker.pid);
        const startMs = performance.now();
        const { done } = send(at === "onPicture" ? { method: "GET", path } : { body: ideaOf("a cat", ask) });
        const served = await servingOthers(use, done);
        Object.assign(upstream, { onChat, onImage, onPicture });
        context.diagnostic(
          `${served} served; ${(grownBytes() / mebibyte).toFixed(1)} MiB; ${Math.round(performance.now() - startMs)} ms`,
        );
        assert.equal(endOf(await done), end);
        assert.ok(performance.now() - startMs < maxMs);
        assert.ok(grownBytes() < maxGrownBytes, `${grownBytes()} bytes`);
      });
    }

    test(
      "a client whose body never ends: bounded, and the others are served",
      { skip: noSizes, timeout: 3 * maxMs },
      async () => {
        const grownBytes = measureGrowth(use.worker.pid);
        const client = use.send({ headers: { "transfer-encoding": "chunked" }, lengthBytes: null });
        pipeline(withoutEnd("{", spaces), client.request).catch(() => {}); // The gateway does not take it.
        await servingOthers(use, client.done);
        assert.ok(client.status === 413 || client.ending === "broken", String(client.status)); // It may not get to read what it is told.
        assert.ok(grownBytes() < maxGrownBytes, `${grownBytes()} bytes`);
      },
    );
  });

  describe("that are slow", { concurrency: 1 }, () => {
    const clockSpeed = long ? 1 : 20;
    const secondMs = 1000 / clockSpeed;
    const use = useGateway({ CLOCK_SPEED: String(clockSpeed) });
    const head = "HTTP/1.1 200 OK\r\n";
    const json = `${head}content-length: 100000\r\n\r\n`;
    const much = "x".repeat(100_000);

    /** Who sends a byte a second; how it ends for the client, and after how many seconds: when the limit has come, and not before. */
    const cases = [
      {
        name: "a language model's head",
        at: "onChat",
        handler: trickle(head, `x-long: ${much}`, secondMs),
        end: "answered",
        seconds: 15,
      },
      {
        name: "a language model's stream",
        at: "onChat",
        handler: trickle(`${head}\r\n`, `: ${much}`, secondMs),
        end: "answered",
        seconds: 30,
      },
      {
        name: "an image backend's head",
        at: "onImage",
        handler: trickle(head, `x-long: ${much}`, secondMs),
        end: "upstream_timeout",
        seconds: 60,
      },
      {
        name: "an image backend's answer",
        at: "onImage",
        handler: trickle(json, `{"images":["${much}`, secondMs),
        end: "upstream_timeout",
        seconds: 90,
      },
      {
        name: "a picture's head",
        at: "onPicture",
        handler: trickle(head, `x-long: ${much}`, secondMs),
        end: "upstream_timeout",
        seconds: 10,
      },
      {
        name: "a picture",
        at: "onPicture",
        handler: trickle(Buffer.concat([Buffer.from(json), samplePng]), much, secondMs),
        end: "broken",
        seconds: 60,
      },
      { name: "a client's body", at: "client", end: "answered", seconds: 100 },
      {
        name: "a client's body that takes too long",
        at: "client",
        slowBytes: 200,
        end: "request_timeout",
        seconds: 120,
      },
      {
        name: "a short client's body that comes to a stop",
        at: "client",
        lengthBytes: 1000,
        slowBytes: 40,
        end: "request_timeout",
        seconds: 120,
      },
      {
        name: "a client's body that comes to a stop",
        at: "client",
        lengthBytes: 100_000,
        slowBytes: 40,
        end: "request_timeout",
        seconds: 70,
      },
    ];

    /** Answers for a case where that is slow, and rightly elsewhere, but not before the slow one's connection has been let go. */
    async function serve(at, call, usual) {
      const slow = cases[/case-(\d+)/.exec(call.url + call.body)?.[1]];
      if (slow?.at !== at) {
        await slow?.connection;
        return usual(`case-${cases.indexOf(slow)}`);
      }
      const handler = slow.handler();
      return (request, response) => {
        slow.connection = once(request.socket, "close");
        handler(request, response);
      };
    }

    /** A body whose last bytes come one by one. */
    function sendSlowly({ lengthBytes, slowBytes = 100 }) {
      const body = ideaOf("a cat ".repeat(40));
      const client = use.send({ body: body.slice(0, -slowBytes), lengthBytes: lengthBytes ?? body.length });
      let at = body.length - slowBytes;
      const timer = setInterval(
        () => (at < body.length ? client.request.write(body[at++]) : clearInterval(timer)),
        secondMs,
      );
      return client;
    }

    async function send(slow, number) {
      if (slow.at === "client") return sendSlowly(slow);
      const chat = { body: ideaOf(`a cat case-${number}`, { stream: number % 2 === 0 }) };
      return slow.at === "onPicture"
        ? use.send({ method: "GET", path: pathIn((await use.send(chat).done).text) })
        : use.send(chat);
    }

    test(
      "meet the limit of their time, and the others are served",
      { timeout: 2 * 120 * secondMs + 30_000 },
      async (context) => {
        const { upstream } = use;
        upstream.onChat = (call) => serve("onChat", call, (name) => completion(`a tabby ${name}`));
        upstream.onImage = (call) =>
          serve("onImage", call, (name) => ({
            body: { images: [{ url: `${upstream.origin}/pictures/${name}.png` }] },
          }));
        upstream.onPicture = (call) => serve("onPicture", call, () => ({ body: samplePng }));
        const runs = cases.map(async (slow, number) => {
          const exchange = await send(slow, number);
          const startMs = performance.now();
          await exchange.done;
          return {
            ...slow,
            ended: endOf(exchange),
            seconds: slow.seconds,
            took: (performance.now() - startMs) / secondMs,
          };
        });
        const served = await servingOthers(use, Promise.all(runs));
        context.diagnostic(`${served} served`);
        for (const { name, end, ended, seconds, took } of await Promise.all(runs)) {
          context.diagnostic(`${name}: ${ended} after ${took.toFixed(1)} s`);
          assert.equal(ended, end, name);
          // Late by five real seconds at most, which is what a busy machine may take; never early.
          assert.ok(took > seconds - 1 && took < seconds + 5 * clockSpeed, `${name}: ${took} s`);
        }
      },
    );

    test(
      "as clients that do not read a picture lose it, and the upstream's connection is let go",
      { timeout: 2 * 60 * secondMs + 30_000 },
      async () => {
        const { upstream, worker } = use;
        const bytes = largePng(19 * mebibyte); // The client's sockets hold much, but not that.
        let held = 0;
        upstream.onPicture = () => (request, response) => {
          held += 1;
          response.on("close", () => (held -= 1));
          response.writeHead(200, { "content-length": bytes.length + 1 });
          response.write(bytes); // Those between here and the gateway may hold all of it, but do not have the last byte.
        };
        const startMs = performance.now();
        const client = use.send({ method: "GET", path: use.picture, reads: false });
        await client.begun;
        while (held > 0) await delay(5);
        const took = (performance.now() - startMs) / secondMs;
        assert.ok(took > 59 && took < 60 + 5 * clockSpeed, `${took} s`);
        const lines = worker.logs.filter((line) => line.includes("px_timeout"));
        assert.equal(JSON.parse(lines.at(-1)).code, "upstream_timeout");
        client.response.resume();
        assert.equal((await client.done).ending, "broken");
      },
    );
  });
});
