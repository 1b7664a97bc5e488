// The upstreams of the benchmark, in a process of their own: it holds an answer for each path as bytes and only sends them. upstream.mjs starts it
// and gives it the answers.
import { createServer } from "node:http";

/** path -> { headers, pieces, everyMs }. A single piece goes out at once; several go out one each everyMs, or all at once when that is 0. */
let answers = new Map();
const lastCalls = new Map(); // path -> { method, headers, chunks }
const paced = new Set(); // { response, pieces, next }

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const answer = answers.get(request.url);
    lastCalls.set(request.url, { method: request.method, headers: request.headers, chunks });
    if (answer === undefined) return response.writeHead(404).end();
    const { headers, pieces, everyMs } = answer;
    response.writeHead(200, headers);
    if (everyMs > 0) {
      paced.add({ response, pieces, next: 0, everyMs, waitMs: 0 });
    } else {
      for (const piece of pieces) response.write(piece);
      response.end();
    }
  });
});
server.keepAliveTimeout = 0; // A connection that we close while the Worker takes it for open would fail a call.

setInterval(() => {
  for (const stream of paced) {
    stream.waitMs += 1;
    if (stream.waitMs < stream.everyMs) continue;
    stream.waitMs = 0;
    stream.response.write(stream.pieces[stream.next++]);
    if (stream.next < stream.pieces.length) continue;
    stream.response.end();
    paced.delete(stream);
  }
}, 1);

const commands = {
  setAnswers: (map) => void (answers = map),
  takeCalls: () =>
    [...lastCalls].map(([path, { chunks, ...call }]) => ({ path, ...call, body: Buffer.concat(chunks).toString() })),
};

process.on("message", ({ command, argument }) => process.send({ result: commands[command](argument) }));
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => process.send({ result: server.address().port }));
