// The answer to a request whose core cannot give one. All other answers are the core's own; tests/glue/failure.test.mjs holds this one to them.

/** What every error of the core carries. */
const headers = {
  "content-type": "application/json",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "access-control-allow-origin": "*",
  "access-control-expose-headers":
    "x-request-id, x-fluxgate-prompt, x-fluxgate-size, x-fluxgate-ignored, x-fluxgate-model, x-fluxgate-provider, x-fluxgate-cost, x-fluxgate-ms, x-should-retry, retry-after",
};

const failures = {
  internal_error: { status: 500, message: "The gateway failed; ask again." },
  overloaded: { status: 503, message: "The gateway is busy; ask again in a moment." },
};

/**
 * The Response for `code`, internal_error or overloaded, under the request id `id`. `mayRetry`: nothing can have been paid for, so that asking again
 * costs nothing. Answer: what is made in place of a Response.
 */
export function failureResponse(code, id, mayRetry, Answer = Response) {
  const { status, message } = failures[code];
  return new Answer(JSON.stringify({ error: { message, type: "server_error", param: null, code } }), {
    status,
    headers: { ...headers, "x-request-id": id, "x-should-retry": String(mayRetry), "retry-after": "1" },
  });
}
