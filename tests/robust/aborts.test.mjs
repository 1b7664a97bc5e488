// Many clients that leave whenever it comes to them: nothing is begun for one who has gone, and nothing of him stays.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { delta, events } from "../support/upstreams/faults.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";
import { pathIn, pictureOf } from "./bystanders.mjs";
import { chance, seed } from "../support/texts/chance.mjs";
import { Exchange, ideaOf } from "./client.mjs";
import { long } from "./length.mjs";
import { makeNonce, noncesIn } from "./nonces.mjs";
import { assertRoomForAll } from "./room.mjs";

const clientCount = long ? 20_000 : 1000;
const inFlight = 32;
/** Clients stay up to this long; a call takes as long, in the mean a quarter of it. */
const stayMs = 400;

describe(`${clientCount} clients that leave at any moment`, { concurrency: 1 }, () => {
  let upstream;
  let worker;
  let link;
  const random = chance("aborts");
  const left = new Set(); // Nonces whose clients have left.
  const held = new Set(); // Calls that are not over, by their URL and nonce.
  const counts = { calls: 0, image: 0, left: 0, answered: 0, neverAnswered: 0 };

  before(async () => {
    upstream = await startUpstream();
    worker = await startWorkerd(settingsFor(upstream, { SHOW_REASONING: "1" }), {
      entry: "tests/robust/watched_worker.mjs",
    });
    const prompt = (nonce) => `a tabby ${nonce}, red tile roof`;
    upstream.onChat = (call) =>
      answer(call, (nonce) => ({
        first: events(delta({ reasoning_content: "Hm." })),
        rest: events(delta({ content: prompt(nonce) }), delta({}, "stop"), "[DONE]"),
      }));
    upstream.onImage = (call) =>
      answer(call, (nonce) => ({ first: '{"images":[', rest: `{"url":"${upstream.origin}/pictures/${nonce}.png"}]}` }));
    upstream.onPicture = (call) =>
      answer(call, (nonce) => ({ first: pictureOf(nonce).subarray(0, 1000), rest: pictureOf(nonce).subarray(1000) }));
    link = pathIn((await send({ body: ideaOf(`a cat ${makeNonce()}`) }).done).text);
  });
  after(async () => {
    await worker?.close();
    await upstream?.close();
  });

  const send = (options) => new Exchange(worker.origin, options);

  /** Answers in two parts, in its time. To half of those whose client has left by then it answers never: their connection is the gateway's to end. */
  function answer(call, script) {
    const [nonce] = noncesIn(call.url + call.body);
    const name = `${call.url} ${nonce} ${(counts.calls += 1)}`;
    const { first, rest } = script(nonce);
    return async (request, response) => {
      held.add(name);
      response.on("error", () => {}).on("close", () => held.delete(name));
      const partMs = (stayMs / 2) * random() ** 3;
      const answersNobody = random() < 0.5;
      for (const part of [first, rest]) {
        await delay(partMs);
        if (left.has(nonce) && !answersNobody) return (counts.neverAnswered += 1);
        response.write(part);
      }
      response.end();
    };
  }

  async function one() {
    const nonce = makeNonce();
    const headers = { "x-nonce": nonce };
    const what = random();
    const body = ideaOf(`a cat ${nonce}`, { stream: what < 0.5, n: what < 0.3 ? 2 : 1 });
    const isPart = what > 0.85 && what < 0.9;
    const client = send(
      what > 0.9
        ? { method: "GET", path: link, headers }
        : { body: isPart ? body.slice(0, -9) : body, lengthBytes: body.length, headers },
    );
    await Promise.race([client.done, delay(random.below(stayMs))]);
    if (client.ending !== null) return (counts.answered += 1);
    left.add(nonce);
    client.leave();
    return (counts.left += 1);
  }

  test("nothing begins after they left, and what was under way ends", async (context) => {
    context.diagnostic(`seed ${seed}`);
    let started = 0;
    const next = async () => {
      while (started++ < clientCount) await one();
    };
    await Promise.all(Array.from({ length: inFlight }, next));
    // Timers would end them too, but not before 10 s.
    for (const startMs = performance.now(); held.size > 0 && performance.now() - startMs < 5000;) await delay(10);
    const { clientsGone, callsForNobody } = await (await worker.request("/watched")).json();
    context.diagnostic(JSON.stringify({ ...counts, clientsGone }));
    assert.deepEqual([...held], [], "calls that are held for nobody");
    assert.deepEqual(callsForNobody, [], "calls that begin after the Worker was told that the client has gone");
    for (const count of ["left", "neverAnswered"])
      assert.ok(counts[count] > clientCount / 10, `${count}: ${counts[count]}`);
    assert.ok(clientsGone > 0.9 * counts.left, `${clientsGone} of ${counts.left}`); // Some leave before their request has come, or after its end.
  });

  test("afterwards 256 requests at once are taken", async () => {
    await assertRoomForAll(upstream, worker);
    assert.ok(!worker.logs.some((line) => line.includes('"rt_')));
  });
});
