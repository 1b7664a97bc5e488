// Makes the answers for clients: JSON, and errors in OpenAI's shape.

/** A failure that a client may know of. `advice`: `param`, `retryAfterSeconds` and `shouldRetry` where they are known. */
export class ApiError extends Error {
  constructor(status, code, message, advice = {}) {
    super(message);
    Object.assign(this, { status, code }, advice);
  }
}

export function json(body, status = 200, headers = {}) {
  return new Response(typeof body === "string" ? body : JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });
}

export function errorBody(error) {
  const { status, message, code, param = null } = asApiError(error);
  return { error: { message, type: errorType(status, code), param, code } };
}

export function errorResponse(error) {
  const { status, retryAfterSeconds, shouldRetry = status < 500 ? undefined : false } = asApiError(error);
  const headers = {};
  if (status === 401) headers["www-authenticate"] = "Bearer";
  if (retryAfterSeconds !== undefined) headers["retry-after"] = String(retryAfterSeconds);
  if (shouldRetry !== undefined) headers["x-should-retry"] = String(shouldRetry);
  return json(errorBody(error), status, headers);
}

function asApiError(error) {
  return error instanceof ApiError
    ? error
    : new ApiError(500, "internal_error", "The gateway failed; ask again.", { shouldRetry: true });
}

function errorType(status, code) {
  if (code === "rate_limit_exceeded") return "rate_limit_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
}
