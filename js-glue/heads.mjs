// Heads of requests and answers, as they cross the border of the module.

/** The calls of a gateway have few different heads: parsing one costs more than finding it. */
const heads = new Map();
const maxHeads = 64;
const maxKeptHeadLength = 4096;

/** Reads "METHOD URL\n" and header lines: { method, url, headers }. */
export function headOf(text) {
  const known = heads.get(text);
  if (known !== undefined) return known;
  const end = text.indexOf("\n");
  const space = text.indexOf(" ");
  const head = {
    method: text.slice(0, space),
    url: text.slice(space + 1, end),
    headers: parseHeaders(text.slice(end + 1)),
  };
  if (heads.size === maxHeads) heads.clear();
  if (text.length <= maxKeptHeadLength) heads.set(text, head);
  return head;
}

/** Writes the fields of these names as "name: value\n" lines. */
export function headerLines(headers, names) {
  let lines = "";
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) lines += `${name}: ${value}\n`;
  }
  return lines;
}

/** Reads "name: value\n" lines as { name: value }. No name comes twice. */
export function parseHeaders(lines) {
  const headers = {};
  for (let at = 0; at < lines.length;) {
    const colon = lines.indexOf(": ", at);
    const end = lines.indexOf("\n", colon);
    headers[lines.slice(at, colon)] = lines.slice(colon + 2, end);
    at = end + 1;
  }
  return headers;
}

/** The length that a head declares; Infinity where it declares none. */
export function declaredBytes(headers) {
  const length = headers.get("content-length");
  return length !== null && /^\d+$/.test(length) ? Number(length) : Infinity;
}
