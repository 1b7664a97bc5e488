// Under which address a request came: links will hold it, so that nothing is believed of it but what an address can be.

/** Names, addresses and ports have no other characters. */
const hostForm = /^[\w.:[\]-]{1,255}$/;

/** Nothing else is sent in a target (RFC 9112 §3.2); other bytes are taken as browsers write them. */
const notInTargets = /[^\x21-\x7e]/g;

/**
 * The whole URL of a request of node:http; null for one whose host is none. trustsProxy: the proxy in front says which scheme and host the client has asked
 * for, in `x-forwarded-proto` and `x-forwarded-host`; nobody else is believed that.
 */
export function urlOf({ url: target, headers, rawHeaders }, { trustsProxy = false } = {}) {
  // A target may be a whole URL, whose host then counts (RFC 9112 §3.2.2), or the asterisk of OPTIONS.
  const [, authority, rest = ""] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target) ?? [];
  const path = authority === undefined ? target : rest;
  const named = authority ?? headers.host ?? "localhost"; // HTTP/1.0 needs no host; of newer requests node:http wants one.
  const host = trustsProxy ? (lastOf(headers["x-forwarded-host"]) ?? named) : named;
  const scheme = (trustsProxy && lastOf(headers["x-forwarded-proto"])?.toLowerCase()) || "http";
  if (!hostForm.test(host) || !hostForm.test(named) || hasTwoHosts(rawHeaders)) return null;
  if (scheme !== "http" && scheme !== "https") return null;
  const rooted = path === "*" || path === "" ? "/" : path.startsWith("/") ? path : `/${path}`;
  return `${scheme}://${host}${rooted.replace(notInTargets, percentEncoded)}`;
}

/** Of several proxies the last one has written the last value: it is the one that is trusted. */
function lastOf(field) {
  return field?.split(",").at(-1).trim() || undefined;
}

/** Two hosts are for two readers to read differently (RFC 9112 §3.2); node:http takes the first. */
function hasTwoHosts(rawHeaders) {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name.length === 4 && name.toLowerCase() === "host") count += 1;
  }
  return count > 1;
}

function percentEncoded(character) {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
