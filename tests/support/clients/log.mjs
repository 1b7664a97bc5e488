// Reads what the gateway says about a request in its log.

/** The line about the request. */
export const lineOf = ({ logs }) => logs.find(({ ev }) => ev === "request");

/** The line's calls of the upstreams whose name begins with this. */
export const loggedCalls = (seen, upstream = "") =>
  (lineOf(seen).calls ?? []).filter((call) => call.upstream.startsWith(upstream));

/** How those calls ended, in order. */
export const classesOf = (seen, upstream) => loggedCalls(seen, upstream).map((call) => call.class);
