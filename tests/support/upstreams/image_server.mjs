// OpenAI's image API as a server, as strict as its fake.
import { once } from "node:events";
import { createServer } from "node:http";
import { backends } from "../../upstreams/all.mjs";
import { samplePng } from "./pictures.mjs";

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
