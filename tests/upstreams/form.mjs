// Bodies in multipart/form-data, read as strictly as RFC 7578 says, and rules for what is in them.
import { typeOf } from "./rules.mjs";

/**
 * A readBody for strictFake: the members of the form by name. A member is a text, or a file as { filename, type,
 * bytes }; members of one name are a list. The form comes as bytes, or as a text of which each character is a byte.
 */
export function readForm(content, mediaType) {
  const [, quoted, bare] = /^multipart\/form-data; ?boundary=(?:"([^"\r\n]{1,70})"|([^\s";,]{1,70}))$/i.exec(
    mediaType,
  ) ?? [null];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return { problem: "media_type" };
  const text = typeof content === "string" ? content : Buffer.from(content).toString("latin1");
  if (/[^\0-\xff]/.test(text) || !text.startsWith(`--${boundary}\r\n`)) return { problem: "json" };
  const pieces = `\r\n${text}`.split(`\r\n--${boundary}`).slice(1);
  if (!/^--(\r\n)?$/.test(pieces.pop())) return { problem: "json" };
  const body = {};
  for (const each of pieces.map(partOf)) {
    if (each === null) return { problem: "json" };
    const [name, value] = each;
    const before = Object.hasOwn(body, name) ? [body[name]].flat() : [];
    Object.defineProperty(body, name, {
      value: before.length === 0 ? value : [...before, value],
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return { body };
}

function partOf(piece) {
  const end = piece.indexOf("\r\n\r\n");
  if (!piece.startsWith("\r\n") || end === -1) return null;
  const headers = new Map();
  for (const line of piece.slice(2, end).split("\r\n")) {
    const [, name, value] = /^([A-Za-z-]+): ?(.*)$/.exec(line) ?? [];
    if (name === undefined || headers.has(name.toLowerCase())) return null;
    headers.set(name.toLowerCase(), value);
  }
  const known = ["content-disposition", "content-type", "content-length"];
  if ([...headers.keys()].some((name) => !known.includes(name))) return null;
  const [, name, filename] =
    /^form-data; name="([^"\r\n]+)"(?:; filename="([^"\r\n]*)")?$/.exec(headers.get("content-disposition") ?? "") ?? [];
  if (name === undefined) return null;
  const bytes = Buffer.from(piece.slice(end + 4), "latin1");
  if (filename !== undefined) return [name, { filename, type: headers.get("content-type") ?? "", bytes }];
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? [name, text] : null;
}

const rule = (expected, fits) => (value, path) => {
  if (typeOf(value) !== "string") return { kind: "type", path, value, expected };
  return fits(value) ? null : { kind: "value", path, value, expected };
};

export const formNumber = (least, most) =>
  rule(`a number from ${least} to ${most}`, (value) => {
    return /^-?[0-9]+(\.[0-9]+)?$/.test(value) && Number(value) >= least && Number(value) <= most;
  });

export const formInteger = (least, most, step = 1) =>
  rule(`a multiple of ${step} from ${least} to ${most}`, (value) => {
    return /^-?[0-9]+$/.test(value) && Number(value) >= least && Number(value) <= most && Number(value) % step === 0;
  });

export const formFlag = rule("true or false", (value) => value === "true" || value === "false");

/** The media type that the first bytes of a picture say, or null. */
export function typeOfBytes(bytes) {
  const start = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
  if (start.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (start.startsWith("\xff\xd8\xff")) return "image/jpeg";
  return start.startsWith("RIFF") && start.endsWith("WEBP") ? "image/webp" : null;
}

/** A picture as a file: with a name and a type that is the one of its bytes. edge: the longest side, known of PNG. */
export const file =
  ({ types = ["image/png", "image/jpeg", "image/webp"], most = Infinity, edge = Infinity } = {}) =>
  (value, path) => {
    const expected = `a file of ${types.join(" or ")} of at most ${most} bytes and ${edge} pixels a side`;
    if (typeOf(value) !== "object") return { kind: "type", path, value, expected };
    const { filename, type, bytes } = value;
    const wrong = { kind: "value", path, value: filename, expected };
    if (filename === "" || !types.includes(type) || typeOfBytes(bytes) !== type || bytes.length > most) return wrong;
    if (type !== "image/png" || bytes.length < 24) return null;
    return Math.max(bytes.readUInt32BE(16), bytes.readUInt32BE(20)) > edge ? wrong : null;
  };

/** Members of one name: one, or a list of at most so many. */
export const repeated = (item, most) => (value, path) => {
  const list = [value].flat();
  if (list.length > most) return { kind: "value", path, value: list.length, expected: `at most ${most}` };
  return list.map((each) => item(each, path)).find((problem) => problem !== null) ?? null;
};
