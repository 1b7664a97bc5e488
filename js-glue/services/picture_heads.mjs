// The headers that stores for pictures read.

/** The seconds of `cache-control: max-age=SECONDS`; null without one. */
export function maxAgeOf(headers) {
  const [, seconds] = /(?:^|[ ,])max-age=(\d{1,10})(?:$|[ ,])/.exec(headers.get("cache-control") ?? "") ?? [];
  return seconds === undefined ? null : Number(seconds);
}

/** Does `if-none-match` name this etag? Source: RFC 9110 §13.1.2. */
export function isNamed(header, etag) {
  if (header === null || header === undefined) return false;
  return header.trim() === "*" || header.split(",").some((each) => each.trim().replace(/^W\//, "") === etag);
}

/** Reads "bytes=1-3", "bytes=1-" or "bytes=-3" into { offset, length } or { suffix }. Gives null for any other header, which a server may ignore (RFC
 * 9110 §14.2). */
export function singleRange(header) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined || (first === "" && last === "")) return null;
  if (first === "") return { suffix: Number(last) };
  if (last === "") return { offset: Number(first) };
  return Number(last) < Number(first) ? null : { offset: Number(first), length: Number(last) - Number(first) + 1 };
}

/** How many bytes of an object of `size` bytes lie in the range; 0 or less when none do. */
export function lengthOf(range, size) {
  if (range.suffix !== undefined) return Math.min(range.suffix, size);
  return Math.min(range.length ?? size, size - range.offset);
}
