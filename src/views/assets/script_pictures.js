// The pictures that were made: as records of the gallery, as files, and as what may be shown.

/** All of them, by id. */
const pictures = new Map();
/** The addresses that this page has given to blobs, by the ids of their pictures. */
const addresses = new Map();

/** The address at our own origin of a picture of this gateway, or a picture in a data URL; null for all else. */
function ownLink(link) {
  if (/^data:image\/(png|jpeg|webp|gif|avif);base64,/.test(link)) return link;
  const { protocol, pathname, search } = safeUrl(link);
  if (!/^https?:$/.test(protocol) || !/^\/(i\/[^/]+|image-proxy|demo\.png)$/.test(pathname)) return null;
  return location.origin + pathname + search;
}

function safeUrl(link) {
  try {
    return new URL(link, location.origin);
  } catch {
    return {};
  }
}

/** Where a picture is shown from. */
function addressOf({ id, blob, link }) {
  if (!(blob instanceof Blob)) return ownLink(String(link)) ?? "data:,";
  if (!addresses.has(id)) addresses.set(id, URL.createObjectURL(blob));
  return addresses.get(id);
}

/** The picture's bytes; throws where they are not to be had. */
async function blobOf({ blob, link }) {
  if (blob instanceof Blob) return blob;
  const own = ownLink(String(link));
  if (!own) throw { name: "gone" };
  if (own.startsWith("data:")) return blobOfData(own);
  const response = await fetch(own);
  if (!response.ok) throw { name: "gone" };
  return response.blob();
}

function blobOfData(url) {
  const [, type, base64] = /^data:([^;]+);base64,(.*)$/s.exec(url);
  return new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], { type });
}

/** What is kept of a picture that has come. Links that end within days, and data, are kept as files. */
async function newPicture(run, { link, place, prompt, facts }) {
  const { idea, seed, references, ...order } = run.order;
  const picture = {
    ...order,
    id: `${run.id}-${place}`,
    at: run.at,
    ms: run.isLate ? undefined : Date.now() - run.at,
    seed: /\bseed\b/.test(facts.ignored) ? undefined : seed + place,
    link: ownLink(link),
    isOriginal: facts.prompt === "original",
    ...{ place, prompt, idea, references, provider: facts.provider, pixels: facts.size },
  };
  await takeFile(picture);
  const image = new Image();
  // Not decode(): it may wait until a hidden tab is seen.
  await new Promise((resolve) => {
    image.onload = image.onerror = resolve;
    image.src = addressOf(picture);
  });
  picture.width = image.naturalWidth || Math.round(shapeOf(run.order) * 1024);
  picture.height = image.naturalHeight || 1024;
  return picture;
}

/** Puts a file in the place of data, or of a link that ends within days; gives it where it can be had. */
async function takeFile(picture) {
  if (!picture.link || /^\/(i\/|demo)/.test(safeUrl(picture.link).pathname)) return;
  picture.blob = await blobOf(picture).catch(() => {});
  if (picture.blob) delete picture.link;
  return picture.blob;
}

/** Takes the files that could not be had when their pictures came. */
async function takeFiles() {
  for (const picture of [...pictures.values()])
    if ((await takeFile(picture)) && pictures.has(picture.id)) await addPicture(picture);
}

/** The other tabs of this page. */
const otherTabs = new BroadcastChannel("fluxgate");
otherTabs.onmessage = readPictures;

/** Reads what is kept, and lays it. What cannot be read leaves the wall as it is. */
async function readPictures() {
  const kept = await readAll("pictures");
  if (!kept) return;
  for (const { id, isUnkept } of pictures.values()) if (!isUnkept) pictures.delete(id);
  for (const picture of kept) {
    const at = Math.min(Number(picture.at) || 0, Date.now());
    const references = [picture.references].flat().filter((reference) => reference instanceof Blob);
    pictures.set(picture.id, { ...picture, at, references });
  }
  layWall();
}

async function addPicture(picture) {
  pictures.set(picture.id, picture);
  picture.isUnkept = true;
  layWall();
  picture.isUnkept = !(await keep("pictures", { ...picture, isUnkept: false }));
  if (picture.isUnkept) toast(t("notKept"));
  navigator.storage?.persist?.();
  otherTabs.postMessage("changed");
}

async function removePicture(picture) {
  const place = [...part.wall.children].findIndex((tile) => tile.contains(document.activeElement));
  pictures.delete(picture.id);
  layWall();
  const next = part.wall.children[place] ?? part.wall.lastElementChild;
  if (place >= 0) (next?.querySelector("button") ?? part.idea).focus();
  // The run of one that was not kept would bring it back.
  if (picture.isUnkept) remove("runs", picture.id.slice(0, 32));
  await remove("pictures", picture.id);
  otherTabs.postMessage("changed");
  toast(t("deleted"), () => {
    addPicture(picture);
    if (!part.viewer.open) return;
    showViewed(picture);
    part.panes.firstElementChild.focus();
  });
}

/** The width of a shape by its height; of what was ordered, before the picture says it itself. */
function shapeOf({ size, ratio }) {
  const [, width, height] = /^\s*(\d+(?:\.\d+)?)\s*[:x×]\s*(\d+(?:\.\d+)?)\s*$/.exec(size || ratio) ?? [0, 1, 1];
  return Math.min(Math.max(width / height || 1, 0.2), 5);
}

/** "2026-11-30 a-lighthouse-in-the-fog", without what file systems refuse. */
function nameOf({ at, idea, prompt, place, blob, link }) {
  const words = (idea || prompt || "picture").toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, "-");
  const name = [...words].slice(0, 60).join("").replace(/^-|-$/g, "") || "picture";
  const extension = blob
    ? extensionOf(blob.type)
    : (/\.(png|jpe?g|webp|gif|avif)$/.exec(safeUrl(link).pathname)?.[1] ?? "png");
  return `${dayOf(at)} ${name}${place ? `-${place + 1}` : ""}.${extension}`;
}

function dayOf(at) {
  const date = new Date(at);
  date.setMinutes(date.getMinutes() - date.getTimezoneOffset());
  return date.toISOString().slice(0, 10);
}

async function savePicture(picture) {
  try {
    saveFile(await blobOf(picture), nameOf(picture));
  } catch {
    toast(t("gone"));
  }
}

function saveFile(blob, name) {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** How long such a picture usually takes, by the latest of this browser; 0 where none is known. */
function usualMs({ model, count }) {
  const isLike = (other) => other.model === model && (other.count === 1 ? count === 1 : count > 1);
  const times = [...pictures.values()]
    .filter((picture) => picture.ms && isLike(picture))
    .sort((a, b) => b.at - a.at)
    .slice(0, 15)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? 0;
}
