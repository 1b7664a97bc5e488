// Passes on the picture behind a signed link, if its first bytes are a picture's, without any header of its host.
import { ApiError } from "./answers.mjs";
import { admitUrl, readLink } from "./link.mjs";

const maxPictureBytes = 20 * 1024 * 1024;
const sniffBytes = 32;
const maxRedirects = 3;

export async function showImage(url, settings) {
  const link = await readLink(url, settings);
  const answer = await fetchPicture(link.url, settings, url.host);
  const length = answer.headers.get("content-length");
  if (length !== null && Number(length) > maxPictureBytes) throw tooLarge();
  const { start, rest } = await readStart(answer.body);
  const type = sniff(start);
  if (type === null) {
    await rest.cancel();
    throw new ApiError(502, "upstream_not_an_image", "What stands behind this link is not a picture.");
  }
  const { readable, writable } = length === null ? limitedStream() : new FixedLengthStream(Number(length));
  void passOn(start, rest, writable);
  return new Response(readable, { headers: pictureHeaders(type, link.secondsLeft) });
}

async function fetchPicture(url, settings, ownHost) {
  const signal = AbortSignal.timeout(60_000);
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const answer = await fetch(url, {
      headers: { accept: "image/avif,image/webp,image/png,image/jpeg,image/gif" },
      redirect: "manual",
      signal,
    });
    if (answer.status === 200) return answer;
    void answer.body?.cancel();
    if (![301, 302, 303, 307, 308].includes(answer.status)) {
      if ([403, 404, 410].includes(answer.status))
        throw new ApiError(410, "image_gone", "This picture is no longer there.");
      throw new ApiError(502, "upstream_bad_status", "The picture's host did not give the picture.");
    }
    const location = answer.headers.get("location") ?? "";
    url = URL.canParse(location, url) ? admitUrl(new URL(location, url).href, settings, ownHost) : null;
    if (url === null) break;
  }
  throw new ApiError(502, "upstream_bad_redirect", "The picture's host redirected to a bad address.");
}

async function readStart(body) {
  const reader = body.getReader({ mode: "byob" });
  const { value } = await reader.readAtLeast(sniffBytes, new Uint8Array(sniffBytes));
  reader.releaseLock();
  return { start: value ?? new Uint8Array(0), rest: body };
}

async function passOn(start, rest, writable) {
  try {
    const writer = writable.getWriter();
    await writer.write(start);
    writer.releaseLock();
    await rest.pipeTo(writable);
  } catch {
    // The transfer is broken, which the client sees.
  }
}

/** A stream that breaks when more passes through it than a picture may have. */
function limitedStream() {
  let left = maxPictureBytes;
  return new TransformStream({
    transform(chunk, controller) {
      left -= chunk.length;
      if (left < 0) throw tooLarge();
      controller.enqueue(chunk);
    },
  });
}

const tooLarge = () => new ApiError(502, "upstream_too_large", "The picture is larger than 20 MiB.");

function sniff(bytes) {
  const ascii = String.fromCharCode(...bytes);
  if (ascii.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (ascii.startsWith("\xff\xd8\xff")) return "jpeg";
  if (/^GIF8[79]a/.test(ascii)) return "gif";
  if (/^RIFF[^]{4}WEBP/.test(ascii)) return "webp";
  if (/^[^]{4}ftyp/.test(ascii) && /avi[fs]/.test(ascii.slice(8))) return "avif";
  return null;
}

function pictureHeaders(type, lifeSeconds) {
  return {
    "content-type": `image/${type}`,
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "cross-origin-resource-policy": "cross-origin",
    "referrer-policy": "no-referrer",
    "content-disposition": `inline; filename="image.${type === "jpeg" ? "jpg" : type}"`,
    "cache-control": `public, max-age=${lifeSeconds}, immutable`,
  };
}
