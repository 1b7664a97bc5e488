// Words that are in nothing else, and survive escaping in Markdown, JSON and URLs.

let count = 0n;

export function makeNonce() {
  count += 1n;
  return `q${((count * 0x9e3779b97f4a7c15n) & 0xffffffffffffffn).toString(16).padStart(14, "0")}z`;
}

/** The different nonces in a text. */
export const noncesIn = (text) => [...new Set(text.match(/q[0-9a-f]{14}z/g))];
