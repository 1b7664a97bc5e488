// Every form in which a secret must not be found.
import { createHash } from "node:crypto";

const percent = (text, digits) =>
  Array.from(Buffer.from(text), (byte) => `%${digits(byte.toString(16).padStart(2, "0"))}`).join("");
export const upper = (text) => text.toUpperCase();
export const lower = (text) => text.toLowerCase();
export const swapCase = (text) =>
  text.replace(/[a-z]/gi, (letter) => (letter === upper(letter) ? lower(letter) : upper(letter)));

/** What base64 text holds the bytes at whatever place: the digits that depend on nothing else. */
function base64Forms(text) {
  return [0, 1, 2].map((shift) => {
    const digits = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)])
      .toString("base64")
      .replaceAll("=", "");
    return digits.slice(Math.ceil((shift * 8) / 6), digits.length - 1);
  });
}

/** Its SHA-256 as others write it: who guesses a key can try the guess by it. */
function hashForms(text) {
  const hash = createHash("sha256").update(text);
  const bytes = hash.digest();
  const [hex, base64] = [bytes.toString("hex"), bytes.toString("base64").replaceAll("=", "")];
  return [hex, upper(hex), base64, encodeURIComponent(base64), bytes.toString("base64url")];
}

/** The text raw, in other case, reversed, escaped as JSON, URLs, HTML and Markdown have it, in base64, in hexadecimal, and its hash. */
export function formsOf(secret) {
  const base64 = base64Forms(secret);
  const hex = Buffer.from(secret).toString("hex");
  const plain = [secret, swapCase(secret), upper(secret), lower(secret), [...secret].reverse().join("")];
  return new Set([
    ...plain,
    ...plain.map((text) => JSON.stringify(text).slice(1, -1)),
    ...plain.map(encodeURIComponent),
    ...plain.map(encodeURI),
    ...plain.map((text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")),
    ...plain.map((text) => text.replace(/[!-/:-@[-`{-~]/g, "\\$&")), // As Markdown has it,
    ...plain.map((text) => JSON.stringify(text.replace(/[!-/:-@[-`{-~]/g, "\\$&")).slice(1, -1)), // in JSON.
    ...base64,
    ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
    ...base64.map(encodeURIComponent),
    hex,
    upper(hex),
    percent(secret, upper),
    percent(secret, lower),
    ...hashForms(secret),
  ]);
}

/** Where the text holds the form, with what stands around it. */
export const around = (text, form) =>
  text.slice(Math.max(0, text.indexOf(form) - 100), text.indexOf(form) + form.length + 40);

/** The values in some JSON, at any depth. */
export const stringsIn = (value) =>
  value !== null && typeof value === "object" ? Object.values(value).flatMap(stringsIn) : [String(value)];
