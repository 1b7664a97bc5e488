// Many isolates in virtual time. Each has a core of its own; they share the keys of one image backend, and maybe a ledger.
import { Conversation, startMs } from "./conversation.mjs";
import { chance } from "../texts/chance.mjs";
import { ledgerUpstream } from "../upstreams/ledger.mjs";
import { limitedKeys } from "../upstreams/limited_keys.mjs";
import { settings, worldOf } from "../upstreams/openai_world.mjs";

const minuteMs = 60_000;

/** How long things take, in ms: assumed, any time between the two. */
const ledgerMs = [10, 40];
const refusalMs = [100, 300];

/** A place that a key has had no longer is nobody's fault: retry-after is in whole seconds. */
const roundingMs = 1000;

const request = {
  method: "POST",
  url: "https://gateway.example/v1/images/generations",
  headers: { authorization: `Bearer ${settings.AUTHORIZED_API_KEY}`, "content-type": "application/json" },
  body: JSON.stringify({ model: settings.IMAGE_GEN_MODEL, prompt: "a cat" }),
};

/**
 * Runs isolates while clients ask for a picture each, at random times (a Poisson process) and any isolate. Who is refused does not ask again. All of it
 * follows from the seed.
 *
 * makeCore(environment) gives the core of an isolate. The keys allow perMinute pictures each and count them by `kind` (limited_keys.mjs). pictureMs:
 * [least, most] that a picture takes. load: what is asked for, as a share of what the keys allow together. The first warmUpMinutes do not count.
 *
 * Gives { asked, served, refused, inVain, calls, wasted, possible, minutes }. asked: requests; inVain: those that were refused while a key had a
 * place; calls: of the backend; wasted: those that it refused; possible: requests that would have been served, at once, by one who knows all places.
 */
export function runIsolates(makeCore, options) {
  const { isolateCount, keyCount, perMinute, kind, pictureMs, load, minutes, warmUpMinutes = 5, hasLedger } = options;
  const keys = Array.from({ length: keyCount }, (_, index) => `secret-key-number-${index}`);
  const services = hasLedger ? { "binding://LEDGER": "1" } : {};
  const environment = { ...settings, ...services, IMAGE_GEN_API_KEY: keys.join(",") };
  const isolates = Array.from({ length: isolateCount }, () => makeCore(environment));

  const clock = { now: startMs };
  const limited = () => limitedKeys({ keys, perMinute, kind, now: () => clock.now });
  const [places, idealPlaces] = [limited(), limited()];
  const countFromMs = startMs + warmUpMinutes * minuteMs;
  const counts = { asked: 0, served: 0, refused: 0, inVain: 0, calls: 0, wasted: 0, possible: 0, minutes };
  const count = (what, ms = clock.now) => (counts[what] += ms >= countFromMs ? 1 : 0);

  const ledger = ledgerUpstream({ now: () => clock.now });
  const draw = worldOf({ keys });
  const random = chance("times", options.seed);
  const between = ([least, most]) => Math.round(least + random() * (most - least));
  const upstream = (call, index) => {
    if (call.url.startsWith("binding://LEDGER/")) return { ...ledger(call.body), ms: between(ledgerMs) };
    const refusal = places.take(call.headers.authorization.replace("Bearer ", ""));
    count("calls");
    if (refusal === null) return { ...draw(call, index), ms: between(pictureMs) };
    count("wasted");
    return { ...refusal, ms: between(refusalMs) };
  };

  const underWay = new Set();
  const goOn = (conversation) => {
    if (conversation.goOn()) return underWay.add(conversation);
    underWay.delete(conversation);
    const { status, text } = conversation.finish();
    if (status !== 200 && status !== 429) throw new Error(`An odd answer: ${status} ${text}`);
    count("asked", conversation.openedMs);
    count(status === 200 ? "served" : "refused", conversation.openedMs);
    if (status === 429 && places.freest()?.ms > roundingMs) count("inVain", conversation.openedMs);
  };

  const arrivals = arrivalsOf(options);
  let opened = 0;
  while (opened < arrivals.length || underWay.size > 0) {
    const first = firstDue(underWay);
    const arrival = arrivals[opened];
    if (first !== undefined && first.dueMs <= (arrival?.ms ?? Infinity)) {
      clock.now = first.dueMs;
      first.passTime();
      goOn(first);
      continue;
    }
    clock.now = arrival.ms;
    const best = idealPlaces.freest();
    if (best !== null) idealPlaces.take(best.key);
    if (best !== null) count("possible");
    const id = new Uint8Array(16);
    new DataView(id.buffer).setUint32(0, ++opened);
    goOn(new Conversation(isolates[arrival.isolate], request, upstream, { now: clock.now, random: id }));
  }
  return counts;
}

function firstDue(conversations) {
  let first;
  for (const each of conversations) if (first === undefined || each.dueMs < first.dueMs) first = each;
  return first;
}

/** When clients ask, and which isolate: [{ ms, isolate }]. */
function arrivalsOf({ isolateCount, keyCount, perMinute, load, minutes, warmUpMinutes = 5, seed }) {
  const random = chance("arrivals", seed);
  const endMs = startMs + (warmUpMinutes + minutes) * minuteMs;
  const meanMs = minuteMs / (keyCount * perMinute * load);
  const arrivals = [];
  for (let ms = startMs; ;) {
    ms -= Math.log(1 - random()) * meanMs;
    if (ms >= endMs) return arrivals;
    arrivals.push({ ms: Math.floor(ms), isolate: random.below(isolateCount) });
  }
}
