// The benchmark's client: sends a number of requests, some of them at a time.
import { Agent, request as httpRequest } from "node:http";

/** Sends a request and reads its answer: { status, headers, bytes, pieceCount }. */
export function send(connections, origin, { method = "GET", path, headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const request = httpRequest(`${origin}${path}`, { agent: connections, method, headers: { ...headers, ...length } });
    request.on("error", reject);
    request.on("response", (response) => {
      const pieces = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode: status, headers: answered } = response;
        resolve({ status, headers: answered, bytes: Buffer.concat(pieces), pieceCount: pieces.length });
      });
    });
    request.end(body);
  });
}

/**
 * Sends a request `count` times over kept connections. Every answer must be like `expected`, so that a Worker that does not do the work is not
 * measured. Gives { ms, pieceCount }; pieceCount counts the pieces of all answers as they arrived.
 */
export async function load(origin, request, { count, inFlight, expected }) {
  const connections = new Agent({ keepAlive: true, maxSockets: inFlight });
  const start = performance.now();
  let left = count;
  let pieceCount = 0;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const answer = await send(connections, origin, request);
      if (!isLike(answer, expected)) {
        throw new Error(`An answer is not like the first one: ${answer.status} ${answer.bytes.subarray(0, 500)}`);
      }
      pieceCount += answer.pieceCount;
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(inFlight, count) }, worker));
    return { ms: performance.now() - start, pieceCount };
  } finally {
    connections.destroy();
  }
}

/** Has the answer the same status and length? The length of a stream depends on how many deltas came together, so only its end is compared. */
function isLike({ status, bytes }, expected) {
  if (status !== expected.status) return false;
  const isStream = expected.headers["content-type"]?.startsWith("text/event-stream");
  return isStream ? bytes.subarray(-16).equals(expected.bytes.subarray(-16)) : bytes.length === expected.bytes.length;
}
