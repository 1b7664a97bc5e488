// Small pictures of every kind that is served, as bytes.

export const dataUrl = (bytes) => `data:image/png;base64,${bytes.toString("base64")}`;

const base64 = (text) => Buffer.from(text, "base64");

/** A PNG of 1x1 px. */
export const samplePng = base64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
);

/** A GIF of 1x1 px. */
export const sampleGif = base64("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

/** A PNG head and then so many bytes that change along the way. */
export function largePng(lengthBytes) {
  const bytes = Buffer.alloc(lengthBytes);
  for (let i = 0; i < lengthBytes; i += 1) bytes[i] = (i * 31 + (i >> 8)) & 0xff;
  samplePng.copy(bytes);
  return bytes;
}
