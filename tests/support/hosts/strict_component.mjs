// Runs the component of dist/ on the strict host, with the same upstreams as other tests.
import { readFileSync } from "node:fs";
import { component } from "../../needs/wasi.mjs";
import { chance, seed } from "../texts/chance.mjs";
import { answerOf, upstreamName } from "../cases/cases.mjs";
import { whole } from "../upstreams/faults.mjs";
import { coreModuleIn, guestOf, StrictHost } from "./strict_wasi_host.mjs";
import { samplePng } from "../upstreams/pictures.mjs";
import { completion, settingsFor } from "../upstreams/upstream.mjs";

const module = coreModuleIn(readFileSync(component()));

/** The upstream's address. Nobody listens there: the host answers. */
export const upstream = { origin: "http://upstream.test:8080", host: "upstream.test:8080" };
export const settings = settingsFor(upstream, { SHOW_REASONING: "1" });

/** The manners of hosts, from one that gives and takes everything at once to one with tiny pieces. */
const manners = [{ hesitant: false }, { maxPieceBytes: 1000 }, { maxPieceBytes: 7 }];

/**
 * Runs test(startHost) with hosts of all manners, or only those whose pieces have at least `minPieceBytes`. startHost(settings) gives a new instance
 * of the component on such a host. A failure says how to repeat it.
 */
export function onHosts(name, test, options) {
  return onHostsOf(module, name, test, options);
}

/** The same with the core module of another component. */
export function onHostsOf(module, name, test, { minPieceBytes = 0 } = {}) {
  return () => {
    for (const each of manners.filter(({ maxPieceBytes = Infinity }) => maxPieceBytes >= minPieceBytes)) {
      const random = chance(`${name} ${each.maxPieceBytes}`);
      try {
        test((variables = settings) => new StrictHost(guestOf(module), { random, variables, ...each }));
      } catch (error) {
        error.message += `\n(SEED=${seed} has it again, with pieces of ${each.maxPieceBytes ?? "any number of"} bytes)`;
        throw error;
      }
    }
  };
}

/** A request for a picture of a cat. */
export function chatRequest(extra = {}) {
  const body = JSON.stringify({ model: "flux-schnell", messages: [{ role: "user", content: "a cat" }], ...extra });
  const headers = {
    authorization: "Bearer client-key",
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  };
  return { method: "POST", path: "/v1/chat/completions", headers, body };
}

export const nameOf = ({ url }) => upstreamName(url.slice(upstream.origin.length));
export const callsTo = (seen, name) => seen.calls.filter((call) => nameOf(call) === name);

const images = [{ url: `${upstream.origin}/pictures/cat.png` }];
export const goodPicture = { headers: { "content-type": "application/json" }, body: JSON.stringify({ images }) };

/** Makes the upstreams { llm, image, picture }, each given as an answer or a function of the call; by default they answer well. */
export function world({ llm = whole(), image = goodPicture, picture } = {}) {
  const answers = { llm, image, picture };
  return (call, index) => {
    const answer = answers[nameOf(call)];
    return typeof answer === "function" ? answer(call, index) : answer;
  };
}

/** Makes upstreams that answer as a case of tests/vectors/gateway says. */
export function worldOf(prepared) {
  const counts = {};
  const picture = { headers: { "content-type": "image/png" }, body: samplePng };
  const defaults = { llm: completion("a tabby cat, red tile roof, warm evening light"), image: goodPicture, picture };
  return (call) => {
    const name = nameOf(call);
    counts[name] = (counts[name] ?? -1) + 1;
    const answer = answerOf(prepared, name, counts[name]) ?? defaults[name];
    if (answer === "reset") return "failed";
    const { body = "" } = answer;
    return { ...answer, body: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body) };
  };
}

/** A request for the picture behind a link that this host's component has made. */
export function linkRequest(host, method = "GET") {
  const { text } = host.serve(chatRequest(), world());
  return { method, path: /https:\/\/gateway\.example(\/image-proxy[^)"\\]+)/.exec(text)[1] };
}
