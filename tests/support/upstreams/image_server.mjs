// OpenAI's image API as a server, as strict as its fake.
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, beforeEach } from "node:test";
import { backends } from "../../upstreams/all.mjs";
import { largePng, samplePng } from "./pictures.mjs";

export const backendKey = "a-key-of-the-backend-of-32-bytes-or-more";

/** What a gateway is set up with to draw there. */
export const settingsFor = (backend) => ({
  AUTHORIZED_API_KEY: "client-key",
  IMAGE_GEN_API_TYPE: "openai",
  IMAGE_GEN_API_BASE: `${backend.origin}/v1`,
  IMAGE_GEN_MODEL: "gpt-image-1",
  IMAGE_GEN_API_KEY: backendKey,
  IMAGE_PROXY_SECRET: "a-secret-of-the-tests-of-32-bytes-or-more",
});

/** { origin, calls, picture, answer, close() }: draws `picture`, or answers `answer` where that is set. */
export async function startImageServer() {
  const calls = [];
  const served = { calls, picture: samplePng };
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const { method, url, headers } = request;
    const call = { method, url: `https://api.openai.com${url}`, headers, body: Buffer.concat(chunks) };
    calls.push(call);
    const fake = backends.openai.fake({ keys: [backendKey], pictureBase64: served.picture.toString("base64") });
    const answer = served.answer ?? fake(call);
    const body =
      typeof answer.body === "object" && !Buffer.isBuffer(answer.body) ? JSON.stringify(answer.body) : answer.body;
    response.writeHead(answer.status, answer.headers).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  served.origin = `http://127.0.0.1:${server.address().port}`;
  served.close = () => {
    server.closeAllConnections();
    server.close();
  };
  return served;
}

/** For a suite: such a server, and a host of the gateway that `start` gives for it: { backend, host }. Each test begins with no calls and a picture of 100 kB. */
export function useImageServer(start) {
  const use = {};
  before(async () => {
    use.backend = await startImageServer();
    use.host = await start(settingsFor(use.backend));
  });
  after(async () => {
    await use.host?.close();
    use.backend?.close();
  });
  beforeEach(() => {
    use.backend.calls.splice(0);
    use.backend.picture = largePng(100_000);
  });
  use.paths = () => use.backend.calls.map(({ url }) => new URL(url).pathname);
  return use;
}
