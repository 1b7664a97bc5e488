// Models of a platform behind HTTP, for tests/support/hosts/ai_worker.mjs.
import { once } from "node:events";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";

/** Serves run(model, input), a fake of env.AI.run. Gives { origin, asked, close() }: asked grows, { model, input } each. */
export async function startAiServer(run) {
  const asked = [];
  const server = createServer(async (request, response) => {
    const model = decodeURIComponent(request.url.slice(1));
    const bytes = await buffer(request);
    const contentType = request.headers["content-type"];
    const isForm = contentType.startsWith("multipart/");
    const input = isForm ? { multipart: { body: new Blob([bytes]).stream(), contentType } } : JSON.parse(bytes);
    asked.push({ model, input });
    try {
      const value = await run(model, input);
      if (value instanceof ReadableStream) {
        response.setHeader("content-type", "application/octet-stream");
        Readable.fromWeb(value).pipe(response);
      } else {
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(value));
      }
    } catch ({ name, message }) {
      response.writeHead(500, { "content-type": "application/json" }).end(JSON.stringify({ name, message }));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    asked,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
