// Decides which picture URLs are shown, and makes and reads the signed links to them.
import { ApiError } from "./answers.mjs";

const linkLifeSeconds = 7 * 24 * 3600;
const maxUrlLength = 4096;
const encoder = new TextEncoder();

const signedBytes = (expires, url) => encoder.encode(`fluxgate-image-v1\n${expires}\n${url}`);

/** The canonical form of a URL that may be fetched; null for any other URL. */
export function admitUrl(text, settings, ownHost) {
  if (text.length > maxUrlLength || !URL.canParse(text)) return null;
  const url = new URL(text);
  url.hash = "";
  if (url.username !== "" || url.password !== "" || url.host === ownHost) return null;
  if (settings.internalHosts.has(url.host)) return url.href;
  const isName = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*$/.test(url.hostname); // Neither an address nor a name without a dot.
  const isPrivate =
    /\.(local|localhost|internal|lan|corp|home|test|invalid|example|arpa|svc)$|\.(nip|sslip|xip)\.io$/.test(
      url.hostname,
    );
  return url.protocol === "https:" && url.port === "" && isName && !isPrivate ? url.href : null;
}

export async function signLink(url, settings, origin) {
  const expires = Math.floor(Date.now() / 1000) + linkLifeSeconds;
  const signature = await crypto.subtle.sign("HMAC", await settings.signingKey, signedBytes(expires, url));
  const text = new Uint8Array(signature).toBase64({ alphabet: "base64url", omitPadding: true });
  return `${origin}/image-proxy?url=${encodeURIComponent(url)}&exp=${expires}&sig=${text}`;
}

/** Gives { url, secondsLeft } of a valid link; throws for any other. */
export async function readLink({ searchParams, host }, settings) {
  const forbidden = new ApiError(403, "forbidden", "This image link is not valid.");
  const [text, expires, signature] = ["url", "exp", "sig"].map((name) => searchParams.get(name) ?? "");
  const secondsLeft = Number(expires) - Math.floor(Date.now() / 1000);
  if (searchParams.size !== 3 || !/^[1-9]\d{0,9}$/.test(expires) || !(secondsLeft >= 0)) throw forbidden;
  if (!/^[\w-]{43}$/.test(signature)) throw forbidden;
  const bytes = Uint8Array.fromBase64(signature, { alphabet: "base64url" });
  if (!(await crypto.subtle.verify("HMAC", await settings.signingKey, bytes, signedBytes(expires, text))))
    throw forbidden;
  const url = admitUrl(text, settings, host);
  if (url === null) throw forbidden;
  return { url, secondsLeft };
}
