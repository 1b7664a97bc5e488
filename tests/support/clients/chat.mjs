// What a client asks of a host, and reads of its answer.

/** A POST to the chat endpoint; `body` is an object, or text as it is. */
export function chat(host, body, headers = {}) {
  return host.request("/v1/chat/completions", {
    method: "POST",
    headers: { authorization: "Bearer client-key", "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** The body of a request for one picture. */
export function idea(content, extra = {}) {
  return { model: "flux-schnell", messages: [{ role: "user", content }], ...extra };
}

/** The link in an answer's Markdown. */
export function linkIn(content) {
  return /^!\[Image\]\((\S+)\)\n\n(?:Optimized prompt|Prompt): /.exec(content)[1];
}
