// How long and how much clients may.

/** Each with its reason; docs/hosts.md tells them. */
export const limits = {
  /** A head comes in a packet or two: who takes longer holds connections. Apache gives 20 s and more for bytes that come, nginx 60 s. */
  headMs: 20_000,
  /** The core gives a body 120 s and answers with its own error; whoever is not done then is cut off. */
  requestMs: 130_000,
  /** Node looks so often for what is late. */
  lookMs: 5_000,
  /** As Cloudflare has it for all headers of a request but its URL: 32 KB, and room for a signed link. */
  headBytes: 36 * 1024,
  /** Proxies keep connections for 60 s (nginx, AWS): they must be the ones that close, for else a request meets a connection that is just closed. */
  idleMs: 65_000,
  /** Twice what an instance has under way (256 requests and 128 links), and more for those that rest between two; most systems allow a process 1,024 files. */
  connections: 900,
  /** After an answer to a request that is still being sent, the rest is read and dropped for so long, as nginx does: closing at once may lose the answer. */
  lingerMs: 5_000,
  /** A client takes nothing of its answer for so long: it holds memory and a place. The core waits as long for those that it writes to. */
  takesMs: 60_000,
  /** After SIGTERM what is under way has so long. Kubernetes kills 30 s behind it, and Docker after 10 s, unless it is told otherwise. */
  drainMs: 25_000,
  /** What has begun to arrive then is no request yet: its head has so long to come to its end. */
  arriveMs: 1_000,
};
