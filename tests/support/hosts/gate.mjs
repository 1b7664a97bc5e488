// A gateway that clients with names ask one after the other, with a ledger that remembers.
import assert from "node:assert/strict";
import { ledgerUpstream } from "../upstreams/ledger.mjs";
import { settings as drawing, worldOf } from "../upstreams/openai_world.mjs";
import { converse, startMs } from "./conversation.mjs";

export const withLedger = { "binding://LEDGER": "1" };
export const clients = (...list) => ({ CLIENTS: JSON.stringify(list) });
export const alice = { name: "alice", key: "alice-key-of-the-tests" };
export const priced = { IMAGE_GEN_PRICE: "0.04" };

export const ask = (path, body, { key = alice.key, headers = {}, method = "POST" } = {}) => ({
  method,
  url: `https://gateway.example${path}`,
  headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
  ...(body !== undefined && { body: JSON.stringify(body) }),
});

export const once = (key) => ({ headers: { "idempotency-key": key } });
export const codeOf = (seen) => seen.json().error.code;

/** A gateway and the world around it: each call of ask() is a request of it, a little later than the last. */
export function gatewayOf(makeCore, { settings = {}, image, ledger: given, services = {} } = {}) {
  const core = makeCore({ ...drawing, ...priced, ...settings });
  const gate = { now: startMs };
  let ledgerNow; // It tells the time that the host has.
  const ledger = given ?? ledgerUpstream({ now: () => ledgerNow });
  let count = 0;
  const stored = new Map();
  const makeWorld = (more) => {
    const others = worldOf({ image, stored, ...more });
    return (call, index) => {
      const [, service] = /^binding:\/\/(\w+)\//.exec(call.url) ?? [];
      ledgerNow = gate.now + call.startMs;
      if (service === "LEDGER") return typeof ledger === "function" ? ledger(call.body, ledgerNow) : ledger;
      return services[service]?.(call) ?? others(call, index);
    };
  };
  gate.core = core;
  gate.ask = (request, { world = {}, ...options } = {}) => {
    const random = new Uint8Array(16).fill(++count);
    const seen = converse(core, request, makeWorld(world), { now: gate.now, random, ...options });
    gate.now += seen.ms + 10;
    assert.deepEqual(seen.leftOver, []);
    return seen;
  };
  gate.usage = (key = alice.key) => gate.ask(ask("/v1/usage", undefined, { key, method: "GET" })).json();
  return gate;
}
