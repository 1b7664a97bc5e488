// The pictures that go in with the next order: pasted, dropped, picked, or taken from the wall.

/** { id, blob, address } of each, in order. */
let references = [];
/** The largest file that the gateway takes. */
const mostBytes = 20 * 1024 * 1024;

/** How many the chosen model takes; any number while no models are known. */
const mostReferences = () => (models.size ? (models.get(chosenModel())?.references ?? 0) : Infinity);

/** Chooses a model that goes by pictures, where this one does not; tells whether there is one. */
function chooseForReferences() {
  if (mostReferences()) return true;
  const other = [...models.values()].find(({ references }) => references > 0);
  if (!other) return tell(t("noModelTakes"), true);
  chooseModel(other.id);
  tell(t("switched", { model: other.id }));
  return true;
}

/** Tells of pictures that the chosen model will not get. */
function tellOfBeyond() {
  const n = mostReferences();
  if (references.length > n) tell(t("atMost", { n }), true);
}

function addReferences(blobs) {
  const files = [...blobs].filter(({ type }) => /^image\/(png|jpeg|webp|gif|avif)$/.test(type));
  if (files.length < blobs.length) tell(t("notAPicture"), true);
  const fit = files.filter(({ size }) => size <= mostBytes);
  if (fit.length < files.length) tell(t("tooLarge"), true);
  if (!fit.length || !chooseForReferences()) return false;
  const most = mostReferences();
  if (references.length + fit.length > most) tell(t("atMost", { n: most }), true);
  for (const blob of fit.slice(0, Math.max(most - references.length, 0)))
    references.push({ blob, address: URL.createObjectURL(blob) });
  layReferences();
  return true;
}

function clearReferences() {
  for (const { address } of references) URL.revokeObjectURL(address);
  references = [];
  layReferences();
}

function layReferences(focused) {
  const most = mostReferences();
  const items = references.map((reference, index) => {
    const label = t("reference", { n: index + 1, all: references.length });
    const handle = make("button", { type: "button", ariaLabel: label, title: t("referenceKeys"), draggable: true });
    handle.append(make("img", { src: reference.address, alt: "", draggable: false }));
    handle.addEventListener("keydown", (event) => moveByKey(event, index));
    handle.ondragstart = (event) => event.dataTransfer.setData("text/fluxgate", index);
    const drop = button("close", () => removeReference(index), {
      bare: true,
      label: t("removeReference", { n: index + 1 }),
    });
    const item = make("li", { className: index < most ? "" : "beyond" }, handle, drop);
    item.ondragover = (event) => event.dataTransfer.types.includes("text/fluxgate") && event.preventDefault();
    item.ondrop = (event) => {
      const from = event.dataTransfer.getData("text/fluxgate");
      if (from === "") return;
      event.preventDefault();
      event.stopPropagation();
      moveReference(Number(from), index);
    };
    return item;
  });
  part.references.replaceChildren(...items);
  part.references.hidden = !items.length;
  part.idea.required = !items.length || !most;
  if (focused !== undefined) (items[Math.min(focused, items.length - 1)]?.firstChild ?? part.pick).focus();
}

function moveByKey(event, index) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step) moveReference(index, index + step);
  else if (/^(Delete|Backspace)$/.test(event.key)) removeReference(index);
  else return;
  event.preventDefault();
}

function moveReference(from, to) {
  if (!references[to]) return;
  references.splice(to, 0, ...references.splice(from, 1));
  layReferences(to);
  write(part.say, t("reference", { n: to + 1, all: references.length }));
}

function removeReference(index) {
  const [{ address }] = references.splice(index, 1);
  URL.revokeObjectURL(address);
  layReferences(index);
}

/** Puts a picture of the wall into the composer. */
async function editPicture(picture) {
  try {
    if (!addReferences([await blobOf(picture)])) return;
  } catch {
    return toast(t("gone"));
  }
  part.viewer.close();
  showView();
  part.idea.focus();
  part.idea.select();
}

part.pick.addEventListener("click", () => part.file.click());
part.file.addEventListener("change", () => {
  addReferences(part.file.files);
  part.file.value = "";
});
document.addEventListener("paste", (event) => {
  const { files, types } = event.clipboardData;
  if (!files.length || part.viewer.open) return;
  // Office programs bring a picture of the text along.
  if (types.includes("text/plain") && event.target.matches?.("input, textarea")) return;
  event.preventDefault();
  addReferences(files);
});
const bringsFiles = ({ dataTransfer }) => dataTransfer.types.includes("Files");
document.addEventListener("dragover", (event) => {
  if (!bringsFiles(event)) return;
  event.preventDefault();
  part.drop.className = "shown";
});
document.addEventListener("dragleave", ({ relatedTarget }) => {
  if (!relatedTarget) part.drop.className = "";
});
document.addEventListener("drop", (event) => {
  part.drop.className = "";
  if (!bringsFiles(event)) return;
  event.preventDefault();
  addReferences(event.dataTransfer.files);
});
