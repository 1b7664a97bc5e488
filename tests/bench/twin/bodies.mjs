// Reads bodies within limits.

/**
 * Reads the whole body of a Request or Response as text; null when it is longer than maxBytes. The platform holds a peer to a declared length, so
 * only a body without one needs counting.
 */
export async function readText(source, maxBytes) {
  const declared = source.headers.get("content-length");
  if (declared !== null) return Number(declared) > maxBytes ? null : source.text();
  if (source.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of source.body) {
    bytes += chunk.length;
    if (bytes > maxBytes) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The value of a JSON text; undefined when the text is no JSON. */
export function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
