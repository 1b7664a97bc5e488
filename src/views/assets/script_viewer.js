// One picture, large; or two beside each other.

/** The picture in view, and the one that it is compared with. */
let viewed;
let pinned;
let zoom = 1;
const mostZoom = 8;

function view(picture) {
  pinned = null;
  showViewed(picture);
  // What is outside of an open dialog is neither seen nor heard.
  part.viewer.append(part.say, part.toast);
  part.viewer.showModal();
  part.panes.firstElementChild.focus();
}
part.viewer.addEventListener("close", () => document.body.append(part.say, part.toast));

function showViewed(picture) {
  viewed = picture;
  const shown = pinned ? [pinned, viewed] : [viewed];
  const hasFocus = part.panes.contains(document.activeElement);
  part.panes.replaceChildren(...shown.map(paneOf));
  if (hasFocus) part.panes.firstElementChild.focus();
  part.panes.className = pinned ? "two" : "";
  setZoom(1);
  const all = shownPictures();
  write(part.place, t("placeOf", { n: all.findIndex(({ id }) => id === viewed.id) + 1, all: all.length }));
  write(part.prompt, String(picture.prompt || picture.idea));
  part.facts.replaceChildren(
    ...factLines(picture).flatMap(([name, fact]) => [make("dt", {}, t(name)), make("dd", { dir: "auto" }, fact)]),
  );
  part.curl.textContent = curlOf(picture);
}

function paneOf(picture) {
  const image = make("img", { src: addressOf(picture), alt: String(picture.prompt || picture.idea), draggable: false });
  image.onerror = () => image.replaceWith(make("p", { className: "lost" }, t("lost")));
  image.ondblclick = () => setZoom(zoom > 1 ? 1 : 2.5);
  const pane = make("div", { tabIndex: 0, role: "group", ariaLabel: t("panes") }, image);
  pane.style.setProperty("--ratio", picture.width / picture.height || 1);
  pane.onscroll = () => {
    // Two pictures move together.
    for (const other of part.panes.children) {
      if (other !== pane) Object.assign(other, { scrollTop: pane.scrollTop, scrollLeft: pane.scrollLeft });
    }
  };
  return pane;
}

function factLines({ idea, prompt, model, provider, width, height, seed, without, quality, at, ms, cost, isOriginal }) {
  return [
    ["idea", idea && idea !== prompt ? idea : ""],
    ["model", [model, provider].filter(Boolean).join(", ")],
    ["size", `${width} × ${height}`],
    ["seed", seed],
    ["without", without],
    ["quality", quality && t(quality)],
    ["made", new Date(at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" })],
    ["time", ms && clockOf(Math.ceil(ms / 1000))],
    ["cost", cost === undefined ? "" : dollars(cost)],
    ["remark", isOriginal ? t("original") : ""],
  ]
    .filter(([, fact]) => fact !== undefined && fact !== "")
    .map(([name, fact]) => [name, String(fact)]);
}

/** A line for a terminal that asks for the same, without the key and without pictures that went in. */
function curlOf(picture) {
  const { path, fields, headers } = requestOf({
    ...picture,
    drafts: false,
    references: picture.references?.length ? [0] : [],
  });
  const quoted = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const { stream, stream_options, partial_images, ...plain } = fields;
  const files = picture.references?.length;
  const form = Object.entries(plain).map(([name, value]) => `--form-string ${quoted(`${name}=${value}`)}`);
  for (let n = 1; n <= files; ++n) form.push(`-F 'image[]=@${n}.png'`);
  const json = [`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(plain))}`];
  const heads = Object.entries(headers ?? {}).map(([name, value]) => `-H '${name}: ${value}'`);
  const words = [`curl ${location.origin}${path} -H "Authorization: Bearer $FLUXGATE_KEY"`, ...heads];
  return [...words, ...(files ? form : json)].join(" ");
}

// --- Acts ---

const acts = {
  edit: () => editPicture(viewed),
  vary: () => varyPicture(viewed),
  again: () => drawAgain(viewed),
  words: () => fill({ ...viewed, idea: viewed.prompt, seed: "", raw: true }),
  save: () => savePicture(viewed),
  copy: () => copyPicture(viewed),
  link: () => copyLink(viewed),
  compare: () => compare(),
  trash: () => {
    const next = neighbour(1) ?? neighbour(-1);
    removePicture(viewed);
    if (next) showViewed(next);
    else part.viewer.close();
  },
};

function layActs() {
  part.acts.append(...Object.entries(acts).map(([name, act]) => button(name, act)));
  const bar = {
    prev: () => go(-1),
    next: () => go(1),
    in: () => setZoom(zoom * 1.6),
    close: () => part.viewer.close(),
  };
  part.bar.append(...Object.entries(bar).map(([name, act]) => button(name, act, { bare: true })));
}

const drawing = ({ idea, prompt, model, ratio, size, without, quality, references = [] }) => ({
  ...{ model, ratio, size, without, quality, references, count: 1, seed: newSeed() },
  ...{ idea: prompt || idea, raw: true, varies: false, drafts: drawsDrafts(model) },
});

/** The same words with another seed. */
function drawAgain(picture) {
  part.viewer.close();
  start(drawing(picture));
}

/** A variation, by a model that goes by pictures: its own, or else the first. */
async function varyPicture(picture) {
  const takes = ({ references }) => references > 0;
  const model = models.get(picture.model);
  const other = model && takes(model) ? model : [...models.values()].find(takes);
  if (!other) return toast(t("noModelTakes"));
  try {
    const reference = await blobOf(picture);
    part.viewer.close();
    start({ ...drawing(picture), idea: "", model: other.id, varies: true, references: [reference] });
  } catch {
    toast(t("gone"));
  }
}

async function copyPicture(picture) {
  try {
    // Browsers take PNG alone. The promise goes in at once: some forget the click while they wait.
    const png = blobOf(picture).then((blob) => (blob.type === "image/png" ? blob : asPng(blob)));
    await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
    toast(t("copied"));
  } catch {
    toast(t("cannotCopy"));
  }
}

async function asPng(blob) {
  const bitmap = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  return canvas.convertToBlob();
}

function copyLink({ link }) {
  const own = link && ownLink(link);
  if (!own || own.startsWith("data:")) return toast(t("noLink"));
  copyText(own);
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("copied"));
    return true;
  } catch {
    toast(t("cannotCopy"));
  }
}

/** Keeps the picture in view, and shows the next one beside it; or ends that. */
function compare() {
  const other = pinned ? viewed : (neighbour(1) ?? neighbour(-1));
  pinned = pinned || !other ? null : viewed;
  if (other) showViewed(other);
  else toast(t("onlyOne"));
}

function neighbour(step) {
  const all = shownPictures().filter(({ id }) => id === viewed.id || id !== pinned?.id);
  return all[all.findIndex(({ id }) => id === viewed.id) + step];
}

function go(step) {
  const next = neighbour(step);
  if (next) showViewed(next);
}

/** Enlarges, and keeps in the middle what is in the middle. */
function setZoom(factor) {
  const panes = [...part.panes.children];
  const middles = panes.map((pane) => [
    (pane.scrollLeft + pane.clientWidth / 2) / pane.scrollWidth,
    (pane.scrollTop + pane.clientHeight / 2) / pane.scrollHeight,
  ]);
  zoom = Math.min(Math.max(factor, 1), mostZoom);
  part.panes.style.setProperty("--zoom", zoom);
  part.panes.classList.toggle("zoomed", zoom > 1);
  panes.forEach((pane, index) => {
    const [x, y] = middles[index];
    pane.scrollLeft = x * pane.scrollWidth - pane.clientWidth / 2;
    pane.scrollTop = y * pane.scrollHeight - pane.clientHeight / 2;
  });
}

function scrollPanes(x, y) {
  part.panes.firstElementChild.scrollBy(x, y);
}

const viewerKeys = {
  ArrowLeft: () => (zoom > 1 ? scrollPanes(-80, 0) : go(-1)),
  ArrowRight: () => (zoom > 1 ? scrollPanes(80, 0) : go(1)),
  ArrowUp: () => scrollPanes(0, -80),
  ArrowDown: () => scrollPanes(0, 80),
  "+": () => setZoom(zoom * 1.6),
  "=": () => setZoom(zoom * 1.6),
  "-": () => setZoom(zoom / 1.6),
  0: () => setZoom(1),
  c: acts.compare,
  e: acts.edit,
  s: acts.save,
  Delete: acts.trash,
};
part.viewer.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || !viewerKeys[key]) return;
  // What scrolls by itself does.
  if (/^Arrow/.test(key) && target.closest(/Up|Down/.test(key) ? "aside" : "#curl")) return;
  event.preventDefault();
  viewerKeys[key]();
});
part.panes.addEventListener(
  "wheel",
  (event) => {
    if (!event.ctrlKey && zoom > 1) return;
    event.preventDefault();
    setZoom(zoom * (event.deltaY < 0 ? 1.2 : 1 / 1.2));
  },
  { passive: false },
);
// A mouse draws a large picture along; fingers scroll by themselves.
part.panes.addEventListener("pointermove", ({ buttons, pointerType, movementX, movementY }) => {
  if (buttons === 1 && pointerType === "mouse") scrollPanes(-movementX, -movementY);
});
