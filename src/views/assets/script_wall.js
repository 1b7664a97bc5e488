// The wall: runs and pictures, the latest first.

/** The tiles of pictures, by id. */
const tiles = new Map();
/** How many pictures are laid at first, and more each time their end is seen. */
const pageLength = 60;
let laidCount = pageLength;

const byAge = (a, b) => b.at - a.at || a.place - b.place || (a.id < b.id ? -1 : 1);

/** The pictures that the search leaves, the latest first. */
function shownPictures() {
  const words = part.search.value.toLowerCase().split(/\s+/).filter(Boolean);
  return [...pictures.values()].filter((picture) => matches(picture, words)).sort(byAge);
}

function matches({ idea, prompt, model, ratio, size, seed, at }, words) {
  const text = [idea, prompt, model, size || ratio, seed, dayOf(at)].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

function layWall() {
  const shown = shownPictures();
  const isSearch = part.search.value.trim() !== "";
  const waiting = [...runs.values()].flatMap((run) => {
    const blanks = run.isOver ? 0 : run.order.count - (run.made ?? 0) - 1;
    if (blanks < 0) return [];
    run.blanks ??= [];
    while (run.blanks.length < blanks) run.blanks.push(blankOf(run));
    const tiles = [run.card, ...run.blanks.slice(0, blanks)];
    return tiles.map((tile, index) => ({ at: run.at, place: index + 1000, id: "", tile }));
  });
  const laid = shown.slice(0, laidCount).map((picture) => ({ ...picture, tile: tileOf(picture) }));
  const order = [...(isSearch ? [] : waiting), ...laid].sort(byAge).map(({ tile }) => tile);
  // Tiles that stay where they are keep their focus.
  order.forEach((tile, index) => {
    if (part.wall.children[index] !== tile) part.wall.insertBefore(tile, part.wall.children[index] ?? null);
  });
  while (part.wall.children.length > order.length) part.wall.lastChild.remove();
  for (const id of tiles.keys()) if (!pictures.has(id)) forget(id);
  part.welcome.hidden = pictures.size + runs.size > 0;
  part.search.hidden = part.export.hidden = !pictures.size || location.hash === "#use";
  part.export.disabled = !shown.length;
  write(part.none, isSearch ? t(shown.length ? "found" : "noneFound", { n: shown.length }) : "");
}

function forget(id) {
  tiles.delete(id);
  URL.revokeObjectURL(addresses.get(id));
  addresses.delete(id);
}

function blankOf(run) {
  const blank = make("li", { className: "tile blank", ariaHidden: "true" });
  blank.style.setProperty("--ratio", shapeOf(run.order));
  return blank;
}

function tileOf(picture) {
  if (!tiles.has(picture.id)) tiles.set(picture.id, newTile(picture));
  return tiles.get(picture.id);
}

function newTile(picture) {
  const words = String(picture.prompt || picture.idea);
  const image = make("img", { loading: "lazy", decoding: "async", alt: words, src: addressOf(picture) });
  image.onerror = () => image.replaceWith(make("span", { className: "lost" }, t("lost")));
  const open = make("button", { type: "button", className: "open", onclick: () => view(picture) }, image);
  open.ariaLabel = t("open", { words });
  const acts = make(
    "div",
    { className: "acts" },
    button("edit", () => editPicture(picture), { bare: true }),
    button("again", () => drawAgain(picture), { bare: true }),
    button("save", () => savePicture(picture), { bare: true }),
    button("trash", () => removePicture(picture), { bare: true }),
  );
  const tile = make("li", { className: "tile" }, open, acts);
  tile.style.setProperty("--ratio", Math.min(Math.max(picture.width / picture.height || 1, 0.2), 5));
  if (picture.isOriginal) tile.append(make("span", { className: "remark" }, t("originalShort")));
  return tile;
}

part.search.addEventListener("input", () => {
  laidCount = pageLength;
  layWall();
});
new IntersectionObserver(
  ([{ isIntersecting }]) => {
    if (!isIntersecting || laidCount >= pictures.size) return;
    laidCount += pageLength;
    layWall();
  },
  { rootMargin: "600px" },
).observe(part.end);
part.export.addEventListener("click", exportPictures);

// --- Short words at the edge ---

let toastTimer;

/** Says something for some seconds, with a button that takes it back where `undo` is given. */
function toast(words, undo) {
  const [line, back] = part.toast.children;
  const end = () => {
    // What can be taken back stays while somebody is at it.
    if (undo && part.toast.matches(":hover, :focus-within")) toastTimer = setTimeout(end, 1000);
    else part.toast.className = line.textContent = "";
  };
  line.textContent = words;
  back.hidden = !undo;
  back.onclick = () => {
    part.toast.className = line.textContent = "";
    undo();
  };
  part.toast.className = "shown";
  clearTimeout(toastTimer);
  toastTimer = setTimeout(end, 8000);
}
