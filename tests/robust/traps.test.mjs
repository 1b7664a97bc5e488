// Faults in the core, and in the shim around it: who meets one gets an error, the next one a new instance, and everybody else what is his own.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { workerModulePath } from "../needs/worker.mjs";
import { setTimeout as delay } from "node:timers/promises";
import { faultAt, fragileModule } from "../support/hosts/fragile_module.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";
import { Bystanders, outcomeOf } from "./bystanders.mjs";
import { Exchange, ideaOf } from "./client.mjs";
import { long } from "./length.mjs";
import { makeNonce } from "./nonces.mjs";
import { noSizes, ownBytes, reservedBytes } from "../support/hosts/process_size.mjs";

const repetitions = long ? 1000 : 100;
const crowds = long ? 20 : 1;
const crowdSize = 63;
const mebibyte = 1024 * 1024;

/** outcomes: how the request may end that meets the fault. stays: the instance does, for the core is as good as before. */
const faults = {
  unreachable: { outcomes: ["internal_error", "broken"] },
  outOfBounds: { outcomes: ["internal_error", "broken"] },
  stackOverflow: { outcomes: ["internal_error", "broken"] },
  outOfMemory: { outcomes: ["right", "overloaded", "internal_error", "broken"] },
  outOfAllMemory: { outcomes: ["internal_error", "broken"] },
  unknownEffect: { outcomes: ["internal_error", "broken"], stays: true },
  unreachableAtClose: { outcomes: ["right"] },
  unknownEffectUnreachableAtClose: { outcomes: ["internal_error", "broken"] },
};

describe("a fault in the core", { concurrency: 1 }, () => {
  let upstream;
  let worker;
  let firstSizes; // Of the process, when the first instances had been lost.
  before(async () => {
    upstream = await startUpstream();
    const files = { [workerModulePath]: fragileModule() };
    worker = await startWorkerd(settingsFor(upstream, { SHOW_REASONING: "1" }), {
      entry: "tests/robust/watched_worker.mjs",
      files,
      v8Flags: ["--expose-gc"],
    });
  });
  beforeEach(() => upstream.reset());
  after(async () => {
    await worker?.close();
    await upstream?.close();
  });

  async function sizes() {
    const { instancesMade: made } = await (await worker.request("/watched?collect")).json();
    return noSizes ? {} : { made, own: ownBytes(worker.pid), reserved: reservedBytes(worker.pid) };
  }

  const instancesMade = async () => (await (await worker.request("/watched")).json()).instancesMade;
  const ask = (extra) => {
    const nonce = makeNonce();
    return {
      nonce,
      place: "a request by itself",
      exchange: new Exchange(worker.origin, { body: ideaOf(`a cat ${nonce}`, extra) }),
    };
  };

  /** fault: what has happened before. Of a module without a block of 1 MiB anything less may be left, also too little for one more session. */
  async function serveNext(fault) {
    const next = ask();
    await next.exchange.done;
    if (fault === "outOfMemory" && next.exchange.status !== 200) return serveNext();
    assert.equal(outcomeOf(next), "right", next.exchange.text);
  }

  /** One request that meets the fault: when its language model answers, or its image backend. Gives how it ended. */
  async function meet(fault, { stream, at }) {
    const request = ask({ stream });
    const handler = upstream[at];
    upstream[at] = async (call) => ({
      ...(await handler(call)),
      ...(call.body.includes(request.nonce) && { status: faultAt[fault] }),
    });
    await request.exchange.done;
    upstream[at] = handler;
    return outcomeOf(request);
  }

  for (const [fault, { outcomes, stays = false }] of Object.entries(faults)) {
    test(`${fault}: who meets it ends, the next request is served, by ${stays ? "the same" : "one new"} instance`, async () => {
      new Bystanders(upstream, worker).release();
      await serveNext();
      const firstLog = worker.logs.length;
      for (let i = 0; i < repetitions; i += 1) {
        const made = await instancesMade();
        const stream = i % 2 === 1;
        const outcome = await meet(fault, { stream, at: i % 4 < 2 ? "onChat" : "onImage" });
        assert.ok(outcomes.includes(outcome), `${outcome} in round ${i}`);
        if (outcomes[0] === "internal_error") assert.equal(outcome, stream ? "broken" : "internal_error");
        await serveNext(fault);
        assert.equal(await instancesMade(), made + (stays ? 0 : 1));
      }
      await delay(100); // For the last line.
      const told = worker.logs.slice(firstLog).filter((line) => line.includes('"rt_trap"')).length;
      if (fault !== "outOfMemory") assert.equal(told, repetitions, "lines of the log");
      firstSizes ??= await sizes();
    });
  }

  test("a trap at the very beginning", async () => {
    new Bystanders(upstream, worker).release();
    await serveNext();
    for (let i = 0; i < repetitions; i += 1) {
      const made = await instancesMade();
      const exchange = await new Exchange(worker.origin, { method: "DELETE", path: "/health" }).done;
      assert.equal(outcomeOf({ nonce: "", place: "the beginning", exchange }), "internal_error");
      await serveNext();
      assert.equal(await instancesMade(), made + 1);
    }
  });

  test("lost instances have been let go", { skip: noSizes }, async () => {
    const { own, reserved, made } = await sizes();
    const lost = made - firstSizes.made;
    assert.ok(lost > 4 * repetitions);
    // Each had about 1 MiB of its own, and 96 MiB reserved. The process by itself grows a little, and gives back the places of some dozens late.
    assert.ok(own - firstSizes.own < (lost / 10) * mebibyte, `${lost} lost, ${own - firstSizes.own} bytes more`);
    assert.ok(
      reserved - firstSizes.reserved < (lost / 10) * 96 * mebibyte,
      `${lost} lost, ${reserved - firstSizes.reserved} bytes more reserved`,
    );
  });

  for (const [fault, { outcomes, stays = false }] of Object.entries(faults)) {
    test(`${fault}, with ${crowdSize} others in flight: each of them ends, with an error or with what is its own`, async () => {
      for (let i = 0; i < crowds; i += 1) {
        const crowd = new Bystanders(upstream, worker);
        const others = await crowd.wait(crowdSize);
        const made = await instancesMade();
        assert.ok(outcomes.includes(await meet(fault, { stream: i % 2 === 1, at: "onChat" })));
        await serveNext(fault); // While the others still wait or, on a lost instance, have been told.
        const isLost = !stays && fault !== "outOfMemory";
        if (!isLost) crowd.release();
        const ends = new Set();
        for (const other of others) {
          await Promise.race([other.exchange.done, delay(5000)]);
          assert.notEqual(other.exchange.ending, null, `${other.place}: hangs`);
          ends.add(outcomeOf(other));
        }
        crowd.release();
        await serveNext();
        assert.equal(await instancesMade(), made + (stays ? 0 : 1));
        const mayEnd = stays ? ["right"] : ["right", "overloaded", "broken"];
        assert.deepEqual(
          [...ends].filter((end) => !mayEnd.includes(end)),
          [],
        );
        if (isLost)
          assert.ok(ends.has("overloaded") && ends.has("broken"), `nobody else was on that instance: ${[...ends]}`);
      }
    });
  }
});
