// Files that a picture link may lead to: pictures, files of two types at once, and files that only claim to be pictures.

const base64 = (text) => Buffer.from(text, "base64");
const hex = (text) => Buffer.from(text, "hex");
const join = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));

/** Pictures of 3x2 px, one of each kind that is served. */
export const pictures = {
  png: base64(
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAHElEQVQImWNg4JVSN3H0i85gKG3qn7Ny2+ELdwEzHQfGcgwclQAAAABJRU5ErkJggg==",
  ),
  jpeg: base64(
    "/9j/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAACAAMDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAbEAACAQUAAAAAAAAAAAAAAAAABAMBFCQyU//EABQBAQAAAAAAAAAAAAAAAAAAAAP/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCwiipZxYsGvOgAEG//2Q==",
  ),
  gif: base64("R0lGODlhAwACAIIAAExpcQANGk5baJyptic0QXWCj8PQ3QAAACH5BAUAAAAALAAAAAADAAIAAAMEGCQ1lgA7"),
  webp: base64("UklGRjQAAABXRUJQVlA4ICgAAACwAQCdASoDAAIAAsBMJZQCdAEO/gLsAP0BoK36/te34KKKPxGFvgAA"),
  avif: base64(
    "AAAAHGZ0eXBhdmlmAAAAAG1pZjFhdmlmbWlhZgAAANZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAAA+gABAAAAAAAAACYAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABhdjAxAAAAAA5waXRtAAAAAAABAAAAVmlwcnAAAAA4aXBjbwAAAAxhdjFDgSACAAAAABRpc3BlAAAAAAAAAAMAAAACAAAAEHBpeGkAAAAAAwgICAAAABZpcG1hAAAAAAAAAAEAAQOBAgMAAAAubWRhdBIACgg4BCtICGg0gDIYHEJi5OAAFgIoxbIbrmNXdOyZdRzOXUXo",
  ),
};

const extensions = { png: "png", jpeg: "jpg", gif: "gif", webp: "webp", avif: "avif" };

/** Every header of an answer with a picture, but the request's id and an undeclared length. */
export function fixedHeaders(type, lengthBytes, lifeSeconds) {
  return {
    "content-type": `image/${type}`,
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "cross-origin-resource-policy": "cross-origin",
    "referrer-policy": "no-referrer",
    "content-disposition": `inline; filename="image.${extensions[type]}"`,
    "cache-control": `public, max-age=${lifeSeconds}, immutable`,
    "access-control-allow-origin": "*",
    "access-control-expose-headers":
      "x-request-id, x-fluxgate-prompt, x-fluxgate-size, x-fluxgate-ignored, x-fluxgate-model, x-fluxgate-provider, x-fluxgate-cost, x-fluxgate-ms, x-should-retry, retry-after",
    ...(lengthBytes === undefined ? {} : { "content-length": String(lengthBytes) }),
  };
}

/** Headers of an upstream; none of them may pass to the client. */
export const upstreamHeaders = {
  "set-cookie": "session=upstream",
  link: "<https://evil.example.com/x.css>; rel=stylesheet, <https://evil.example.com/x.js>; rel=preload; as=script",
  refresh: "0; url=https://evil.example.com/",
  "content-disposition": 'attachment; filename="upstream.html"',
  "clear-site-data": '"*"',
  "access-control-allow-origin": "https://evil.example.com",
  "access-control-allow-credentials": "true",
  "content-security-policy": "default-src *",
  "content-security-policy-report-only": "default-src 'none'; report-uri https://evil.example.com/",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "x-frame-options": "ALLOWALL",
  "x-content-type-options": "none",
  "referrer-policy": "unsafe-url",
  "strict-transport-security": "max-age=1",
  "permissions-policy": "camera=*",
  "report-to": "{}",
  nel: "{}",
  "www-authenticate": 'Basic realm="upstream"',
  "service-worker-allowed": "/",
  sourcemap: "https://evil.example.com/x.map",
  "alt-svc": 'h3="evil.example.com:443"',
  "cache-control": "public, max-age=99999999",
  expires: "Thu, 01 Jan 2099 00:00:00 GMT",
  age: "7",
  etag: '"upstream"',
  "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT",
  "accept-ranges": "bytes",
  vary: "origin",
  server: "upstream/1",
  "x-powered-by": "upstream",
  "x-request-id": "upstream",
  "content-language": "de",
  location: "https://evil.example.com/",
};

/** A picture of 10799x2 px whose width reads as the start of a comment in JavaScript. */
function gifAndScript(script) {
  const gif = Buffer.from(pictures.gif);
  gif.write("/*", 6, "latin1");
  return join(gif, `*/=1;${script}`);
}

/** A JPEG with a comment segment behind its first two bytes. */
function jpegWithComment(comment) {
  const head = hex("ffd8fffe0000");
  head.writeUInt16BE(comment.length + 2, 4);
  return join(head, comment, pictures.jpeg.subarray(2));
}

/** The start of a WebP file whose length reads as the start of a comment in HTML. */
const webpAndHtml = (html) => join("RIFF<!--WEBP-->", html);

/** The type as which a picture of declared length is handed on, whatever its bytes are; null where the bytes decide. */
export function declaredType({ label, body }) {
  const [, type] = /^image\/(png|jpeg|webp|gif|avif)$/.exec(label) ?? [];
  return body.length > 0 ? (type ?? null) : null;
}

/**
 * Files by name: { name, body, label, type, shows }. label: the upstream's Content-Type; type: what it is served as, null when it is not;
 * shows: whether a browser makes a picture of it, for which the size in a GIF's head
 * is enough. script: JavaScript that must never run.
 */
export function servedBodies(script) {
  const html = `<!doctype html><script>${script}</script><img src=x onerror='${script}'>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"><script>${script}</script></svg>`;
  const { png, jpeg, gif, webp, avif } = pictures;
  const served = (name, type, body, { label = `image/${type}`, shows = true } = {}) => ({
    name,
    type,
    body: join(body),
    label,
    shows,
  });
  const refused = (name, body, label = "image/png") => ({ name, type: null, body: join(body), label, shows: false });
  return [
    ...Object.entries(pictures).map(([type, body]) => served(type.toUpperCase(), type, body)),
    served("PNG labelled as HTML", "png", png, { label: "text/html" }),
    served("JPEG labelled as SVG", "jpeg", jpeg, { label: "image/svg+xml" }),
    served("GIF labelled as JavaScript", "gif", gif, { label: "text/javascript" }),
    served("WebP labelled as PDF", "webp", webp, { label: "application/pdf" }),
    served("AVIF without a label", "avif", avif, { label: "" }),
    served("PNG labelled as JPEG", "png", png, { label: "image/jpeg" }),
    served("GIF labelled as two things", "gif", gif, { label: "image/png, text/html; charset=utf-7" }),
    served("PNG cut behind its signature", "png", png.subarray(0, 8), { shows: false }),
    served("PNG cut to 31 bytes", "png", png.subarray(0, 31), { shows: false }),
    served("PNG cut to 32 bytes", "png", png.subarray(0, 32), { shows: false }),
    served("JPEG of three bytes", "jpeg", jpeg.subarray(0, 3), { shows: false }),
    served("GIF that is a script", "gif", gifAndScript(script)),
    served("GIF signature and a script", "gif", `GIF89a/**/=1;${script}`, { label: "text/javascript" }),
    served("GIF signature and HTML", "gif", `GIF87a${html}`, { label: "text/html" }),
    served("PNG with HTML behind it", "png", join(png, html), { label: "text/html" }),
    served("PNG signature and HTML", "png", join(png.subarray(0, 8), html), { label: "text/html", shows: false }),
    served(
      "JPEG with a ZIP behind it",
      "jpeg",
      join(jpeg, hex("504b0304140000000000"), "x.html", html, hex("504b0506"), Buffer.alloc(18)),
      { label: "application/zip" },
    ),
    served("JPEG with HTML in a comment", "jpeg", jpegWithComment(html), { label: "text/html" }),
    served("JPEG with an SVG behind it", "jpeg", join(jpeg, svg), { label: "image/svg+xml" }),
    served("WebP that is HTML", "webp", webpAndHtml(html), { label: "text/html", shows: false }),
    served("AVIF with HTML behind it", "avif", join(avif, html), { label: "text/html" }),
    refused("SVG", svg, "image/svg+xml"),
    refused("SVG labelled as PNG", svg),
    refused("SVG behind an XML declaration", `<?xml version="1.0"?>\n${svg}`, "image/svg+xml"),
    refused("HTML", html, "text/html"),
    refused("HTML labelled as PNG", html),
    refused("HTML with a PNG behind it", join(html, png)),
    refused(
      "XHTML",
      `<html xmlns="http://www.w3.org/1999/xhtml"><script>${script}</script></html>`,
      "application/xhtml+xml",
    ),
    refused("XML", `<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>`, "application/xml"),
    refused("JavaScript", script, "text/javascript"),
    refused("JSON", '{"error":"expired"}', "application/json"),
    refused("PDF", `%PDF-1.7\n1 0 obj <</OpenAction<</S/JavaScript/JS(app.alert(1))>>>> endobj`, "application/pdf"),
    refused("PDF labelled as PNG", "%PDF-1.7\n"),
    refused("ZIP", join(hex("504b0304"), "x"), "application/zip"),
    refused("gzip of a picture", join(hex("1f8b08"), png), "image/png"),
    refused("MP4", join(hex("00000020"), "ftypisom", hex("00000200"), "isomiso2avc1mp41"), "video/mp4"),
    refused("HEIC", join(hex("00000018"), "ftypheic", hex("00000000"), "mif1heic"), "image/heic"),
    refused("BMP", join("BM", Buffer.alloc(60)), "image/bmp"),
    refused("ICO", join(hex("00000100010003020000"), Buffer.alloc(40)), "image/x-icon"),
    refused("TIFF", join("II*\0", Buffer.alloc(40)), "image/tiff"),
    refused("text", "a cat on a roof", "text/plain"),
    refused("white space before a GIF", join(" ", gif), "image/gif"),
    refused("a byte order mark before a PNG", join("\uFEFF", png)),
    refused("a script before a PNG", join(`${script}//`, png)),
    refused("half of a PNG signature", png.subarray(0, 4)),
    refused("all but one byte of a PNG signature", png.subarray(0, 7)),
    refused("half of a WebP head", webp.subarray(0, 10), "image/webp"),
    refused("a RIFF file that is a sound", join("RIFF", hex("24000000"), "WAVEfmt "), "audio/wav"),
    refused("nothing", ""),
    refused("31 zeros", Buffer.alloc(31)),
    refused("32 zeros", Buffer.alloc(32)),
    refused("a megabyte of zeros", Buffer.alloc(1024 * 1024)),
  ];
}
