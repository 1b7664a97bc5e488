// The common parts of the tests with the real `openai` package.
import { before } from "node:test";
import OpenAI from "openai";
import { useGateway } from "./clients.mjs";

/** A request for a picture. */
export const picture = { model: "flux-schnell", messages: [{ role: "user", content: "a cat on a roof 16:9" }] };

/** Starts a gateway for a suite (by `start`, if it is given), and a client of it; connect() makes further clients. */
export function useClient(settings, start) {
  const use = useGateway(settings, start);
  use.connect = (options) =>
    new OpenAI({ apiKey: "client-key", baseURL: use.baseURL, fetch: use.wire.fetch, ...options });
  before(() => (use.client = use.connect()));
  return use;
}

/** Asks for a stream, and gives all its chunks. */
export async function stream(client, request) {
  const chunks = [];
  for await (const chunk of await client.chat.completions.create({ ...request, stream: true })) chunks.push(chunk);
  return chunks;
}

/** The text of all deltas together. */
export function textOf(chunks, field = "content") {
  return chunks.map(({ choices }) => choices[0]?.delta[field] ?? "").join("");
}
