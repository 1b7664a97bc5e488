// Workers AI, as abi.md has the models of a platform: its binding takes and gives objects and throws its errors.

/** The status that an error has over HTTP, by its number. Source: developers.cloudflare.com/workers-ai/platform/errors */
const statuses = {
  3006: 413,
  3007: 408,
  3008: 408,
  3023: 403,
  3036: 429,
  3039: 429,
  3040: 429,
  3041: 403,
  3042: 404,
  4006: 429,
  5007: 404,
  5018: 403,
  5035: 403,
  10000: 401,
};

/** Performs POST of a model's input, as JSON or as a form. */
export async function callAi(ai, { key: model, headers, body }) {
  const contentType = headers.get("content-type") ?? "";
  const isForm = contentType.startsWith("multipart/");
  const given = new Response(body);
  const input = isForm ? { multipart: { body: given.body, contentType } } : await given.json();
  try {
    return answerOf(await ai.run(model, input), input.stream === true);
  } catch (error) {
    return refusalOf(error);
  }
}

/** What a model gives: an object, bytes, or a stream of them. */
function answerOf(value, isEvents) {
  if (value instanceof ReadableStream || value instanceof Uint8Array || value instanceof ArrayBuffer) {
    const type = isEvents ? "text/event-stream" : "application/octet-stream";
    return new Response(value, { headers: { "content-type": type } });
  }
  return value instanceof Response ? value : Response.json(value ?? {});
}

/** An error's text begins with its number: "3036: you have used up ...". */
function refusalOf(error) {
  const [, number, message] = /(?:^|: )(\d{4,5}): (.*)$/s.exec(error.message) ?? [];
  const code = Number(number ?? 0);
  const status = statuses[code] ?? (code >= 5000 || code === 3003 || code === 3030 ? 400 : 500);
  return Response.json({ success: false, errors: [{ code, message: message ?? error.message }] }, { status });
}
