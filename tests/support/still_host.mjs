// A host on which time stands still and whose requests stay where they wait: what they hold meanwhile shows in the module's memory.
import { readFileSync } from "node:fs";
import { Core, codes, kinds, modes } from "../../js-glue/memory.mjs";
import { largePng } from "./pictures.mjs";

const module = new WebAssembly.Module(readFileSync(new URL("../../dist/fluxgate.worker.wasm", import.meta.url)));
const variables = {
  AUTHORIZED_API_KEY: "client-key",
  IMAGE_GEN_API_BASE: "https://backend.example/generate",
  IMAGE_GEN_API_KEY: "image-key",
  IMAGE_PROXY_SECRET: "0123456789abcdef0123456789abcdef",
  IMAGE_GEN_API_TYPE: "openai",
  IMAGE_GEN_MODEL: "flux",
};
/** Of an environment, too: a language model whose name ends in -llm.example answers. */
export const withLlm = { OPENAI_API_BASE: "https://the-llm.example/v1", OPENAI_API_KEY: "llm-key", OPENAI_MODEL: "llm-small" };
const now = 1767225600000;
const decoder = new TextDecoder();

export class StillHost {
  #core;
  #picture;

  /** pictureBytes: of each picture that the backend makes. */
  constructor({ pictureBytes = 1000, services = [], environment = {} } = {}) {
    this.#core = new Core(module, { ...variables, ...environment }, services);
    this.#picture = Buffer.from(JSON.stringify({ data: [{ b64_json: largePng(pictureBytes).toString("base64") }] }));
  }

  get memoryBytes() {
    return this.#core.memoryBytes;
  }

  /**
   * One request that goes on until it waits, for what has happened to it: { status, calls, made, sent }, `made` being the pictures that have come and
   * `sent` all that the client was given behind the head. `fields`: further ones of its body. answers: how many of its pictures the backend makes. llm:
   * the pieces of the language model's answer, null at their end for one that is whole. reads: whether its client takes more than the beginning of a
   * stream. declares: whether it tells the length of its body.
   */
  ask({ idea = "a cat", n = 1, fields = {}, answers = n, llm = [], reads = true, declares = true } = {}) {
    const body = Buffer.from(JSON.stringify({ model: "flux", n, messages: [{ role: "user", content: idea }], ...fields }));
    const length = declares ? `content-length: ${body.length}\n` : "";
    const core = this.#core;
    const session = core.open(`POST https://gateway.example/v1/chat/completions\nauthorization: Bearer client-key\n${length}`, new Uint8Array(16), now);
    const seen = { status: null, calls: 0, made: 0, sent: "" };
    const bodies = new Map(); // Of an answer, { next(maxBytes) }: its next bytes, null at its end, undefined for none.
    const perform = {
      collect: ({ id }) => core.reply(session, id, codes.ok, body, now),
      fetch: ({ id, head }) => {
        const isForLlm = head.includes("-llm.example/");
        if (head.includes("binding://") || (isForLlm ? llm.length === 0 : seen.calls >= answers)) return; // Nobody says anything.
        if (!isForLlm) seen.calls += 1;
        bodies.set(id, isForLlm ? piecesOf(llm) : rangesOf(this.#picture));
        core.reply(session, id, 200, "content-type: application/json\n", now);
      },
      read: ({ id, target, maxBytes }) => {
        const bytes = bodies.get(target).next(maxBytes);
        if (bytes !== undefined) core.reply(session, id, bytes === null ? codes.end : codes.ok, bytes ?? undefined, now);
      },
      respond: ({ id, status, mode, body: bytes }) => {
        seen.status = status;
        if (mode === modes.complete) seen.sent = decoder.decode(bytes);
        core.reply(session, id, codes.ok, undefined, now);
      },
      write: ({ id, body: bytes }) => {
        seen.sent += decoder.decode(bytes);
        if (reads) core.reply(session, id, codes.ok, undefined, now);
      },
      log: ({ body: bytes }) => {
        if (decoder.decode(bytes).includes('"image_attempt"')) seen.made += 1;
      },
      done: () => core.close(session),
    };
    for (let effect; (effect = core.next(session)) !== null; ) {
      perform[kinds[effect.kind]]?.(effect);
      if (kinds[effect.kind] === "done") break;
    }
    return seen;
  }

  askMany(count, options) {
    return Array.from({ length: count }, () => this.ask(options));
  }
}

function rangesOf(bytes) {
  let at = 0;
  const next = (maxBytes) => {
    if (at >= bytes.length) return null;
    at += maxBytes;
    return bytes.subarray(at - maxBytes, at);
  };
  return { next };
}

function piecesOf(pieces) {
  let at = 0;
  return { next: () => (pieces[at] === null ? null : pieces[at++]) };
}
