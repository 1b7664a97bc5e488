// The composer: what the next run is to be.

/** The models that the key may use, by id. */
const models = new Map();
const ratios = ["", "1:1", "4:3", "3:2", "16:9", "3:4", "2:3", "9:16"];
const qualities = ["", "low", "medium", "high"];
const chosenModel = () => part.models.querySelector(":checked")?.value ?? "";
const trimmed = (name) => part[name].value.trim();

/** What stands in the composer, as an order; its seed is drawn where none is wished, so that it is known. */
function readOrder() {
  const seed = trimmed("seed");
  return {
    idea: trimmed("idea"),
    model: chosenModel(),
    ratio: trimmed("ratio").replaceAll(/\s/g, "").replace(/[x×]/, ":"),
    size: trimmed("size").replaceAll(/\s/g, "").replace("×", "x"),
    count: Number(part.count.value),
    seed: /^\d+$/.test(seed) ? Math.min(Number(seed), 2 ** 32 - 1) : newSeed(),
    without: trimmed("without"),
    quality: part.quality.value,
    raw: part.raw.checked,
    varies: !trimmed("idea"),
    drafts: drawsDrafts(chosenModel()),
    references: references.slice(0, mostReferences()).map(({ blob }) => blob),
  };
}

/** Does a model show drafts? Its prompt is then written without a word: drafts are worth more than thoughts. */
const drawsDrafts = (id) =>
  /gpt-image/.test(id) && Boolean(models.get(id)?.candidates?.some(({ provider }) => provider === "openai"));

/** Fills the composer with what there is of an order. The model stays where it is not to be had. */
function fill({ idea, model, ratio, size, count, seed, without, quality, raw, references: blobs }) {
  const texts = { idea, ratio, size, without, seed };
  for (const [name, value] of Object.entries(texts)) if (value !== undefined) part[name].value = value;
  if (count) part.count.value = count;
  if (quality !== undefined) part.quality.value = quality;
  if (raw !== undefined) part.raw.checked = raw;
  if (models.has(model)) chooseModel(model);
  if (blobs) clearReferences();
  if (blobs?.length) addReferences(blobs);
  part.viewer.close();
  showView();
  showShape();
  growIdea();
  part.idea.focus();
}

/** Only what was chosen is remembered, and the idea: neither the seed nor pictures. */
function rememberForm() {
  const { idea, model, ratio, size, count, without, quality, raw } = readOrder();
  const notify = part.notify.checked;
  writeChoices({ idea: idea.slice(0, 4000), model, ratio, size, count, without, quality, raw, notify });
}

function recallForm() {
  const { notify, model, ...choices } = readChoices();
  const query = new URLSearchParams(location.search);
  for (const [name, field] of Object.entries(part))
    if (/^(idea|ratio|size|without|quality)$/.test(name)) field.value = query.get(name) ?? String(choices[name] ?? "");
  part.count.value = Math.min(Math.max(Number(choices.count) || 1, 1), 10);
  part.raw.checked = choices.raw === true;
  part.notify.checked = notify === true && window.Notification?.permission === "granted";
  part.model.dataset.wanted = query.get("model") ?? String(model ?? "");
  if (location.search) history.replaceState(null, "", location.pathname + location.hash);
  showShape();
  growIdea();
}

// --- The key ---

function tellOfKey(...words) {
  write(part["key-note"], ...words);
  part.key.ariaInvalid = words.length ? "true" : null;
  if (words.length) showKey(true);
}

function showKey(isShown) {
  part["key-row"].hidden = !isShown;
  part.keys.ariaExpanded = String(isShown);
}

async function loadModels(isChange = false) {
  const asked = keyNow();
  forgetUse();
  if (!asked) return;
  try {
    const { data } = await (await call("/v1/models")).json();
    if (asked !== keyNow()) return;
    tellOfKey(...(data.length ? [] : [t("noModels")]));
    rememberKey(tabMemory, asked);
    // Other tabs have keys of their own: only what the user does here changes the device's.
    if (isChange && part.remember.checked) rememberKey(deviceMemory, asked);
    layModels(data);
    takeUpRuns();
    showUse();
  } catch (failure) {
    if (asked !== keyNow()) return;
    const { wait } = failure;
    if (isBroken(failure) && models.size) return;
    tellOfKey(...explain(failure), ...(wait ? [` ${t("waitFor", { time: clockOf(wait) })}`] : []));
    if (wait) setTimeout(() => asked === keyNow() && loadModels(isChange), wait * 1000);
  }
}

part.key.addEventListener("change", () => {
  loadModels(true);
  if (keyNow()) return;
  tellOfKey();
  rememberKey(tabMemory);
  if (part.remember.checked) rememberKey(deviceMemory);
});
// A key that is good is out of the way as soon as something else is chosen.
form.addEventListener("focusin", ({ target }) => {
  if (!part["key-row"].contains(target) && models.size && part.key.value && !part.key.ariaInvalid) showKey(false);
});
addEventListener("online", () => loadModels());
part.remember.addEventListener("change", () => {
  rememberKey(deviceMemory, part.remember.checked && keyNow());
});
part.keys.addEventListener("click", () => {
  showKey(part["key-row"].hidden);
  if (!part["key-row"].hidden) part.key.focus();
});

// --- Choices ---

function layModels(list) {
  const wanted = chosenModel() || part.model.dataset.wanted;
  const isFirst = !models.size;
  models.clear();
  for (const model of list) models.set(String(model.id), model);
  const choices = [...models.values()].map((model) => {
    const input = make("input", { type: "radio", name: "model-id", value: model.id });
    const name = make("b", {}, ...breakable(model.id));
    return make("label", {}, input, make("span", {}, name, make("small", {}, factsOf(model))));
  });
  part.models.querySelector("div").replaceChildren(...choices);
  part.model.disabled = !models.size;
  if (models.size) chooseModel(models.has(wanted) ? wanted : models.keys().next().value);
  if (isFirst && references.length) chooseForReferences();
}

/** A long name breaks behind its slashes and hyphens. */
const breakable = (text) => text.split(/(?<=[/_:-])/).flatMap((piece) => [piece, make("wbr")]);

function factsOf({ references, price, candidates = [] }) {
  const waits = candidates.map(({ wait = 0 }) => wait);
  return [
    references ? t("takes", { n: references }) : t("takesNone"),
    price && t("price", { price: dollars(price) }),
    waits.length && Math.min(...waits) && t("rests", { time: clockOf(Math.min(...waits)) }),
  ]
    .filter(Boolean)
    .join(" · ");
}

function chooseModel(id) {
  for (const input of part.models.querySelectorAll("input")) input.checked = input.value === id;
  showModel();
}

function showModel() {
  const id = chosenModel();
  const { sizes } = models.get(id) ?? {};
  part.model.firstElementChild.textContent = id.split("/").at(-1) || t("model");
  part.model.title = id;
  part.model.ariaLabel = `${t("model")}: ${id}`;
  const options = Array.isArray(sizes) ? sizes : [];
  part.sizes.replaceChildren(...options.map((size) => make("option", { value: size })));
  layReferences();
}

function showShape() {
  const { size, ratio } = readOrder();
  const shown = size || ratio;
  for (const input of part.shapes.querySelectorAll("[name=shape]")) input.checked = input.value === ratio;
  const [glyph, words] = part.shape.children;
  glyph.className = shown ? "" : "auto";
  glyph.style.setProperty("--ratio", shapeOf({ size, ratio }));
  words.textContent = shown || t("auto");
  part.shape.ariaLabel = `${t("shape")}: ${shown || t("auto")}`;
}

/** Tells, above the idea, what the user has to know of the last run or of what was just done: a text, or several and elements. */
function tell(words, isWrong = false) {
  part.note.className = isWrong ? "wrong" : "";
  part.note.replaceChildren(...[words].flat());
  // What can be scrolled can be reached by keys.
  part.note.tabIndex = part.note.scrollHeight > part.note.clientHeight ? 0 : -1;
  return false;
}

/** The field is as high as its words, up to a third of the window. */
function growIdea() {
  part.idea.style.height = "auto";
  part.idea.style.height = `${part.idea.scrollHeight + 2}px`;
}

function layChoices() {
  const [shapes] = part.shapes.getElementsByClassName("shapes");
  for (const ratio of ratios) {
    const glyph = make("i", { className: ratio ? "" : "auto" });
    glyph.style.setProperty("--ratio", shapeOf({ ratio }));
    shapes.append(
      make("label", {}, make("input", { type: "radio", name: "shape", value: ratio }), glyph, ratio || t("auto")),
    );
  }
  for (let n = 1; n <= 10; ++n) part.count.append(make("option", { value: n }, `${n}×`));
  for (const name of qualities) part.quality.append(make("option", { value: name }, t(name || "auto")));
  for (const idea of t("samples").split("|"))
    part.samples.append(make("button", { type: "button", onclick: () => fill({ idea }) }, idea));
}

part.shapes.addEventListener("change", ({ target }) => {
  if (target.name === "shape") part.ratio.value = target.value;
  part.size.value = "";
  showShape();
});
part.models.addEventListener("change", () => {
  showModel();
  tellOfBeyond();
});
part.size.addEventListener("change", showShape);
part.idea.addEventListener("input", growIdea);
part.notify.addEventListener("change", async () => {
  if (part.notify.checked) part.notify.checked = (await window.Notification?.requestPermission()) === "granted";
  rememberForm();
});
form.addEventListener("change", rememberForm);

/** What was sent last, and when: a key that is pressed twice pays once. */
let sent = { at: 0 };
let isSending = false;
async function send() {
  const order = readOrder();
  const text = JSON.stringify({ ...order, seed: part.seed.value });
  if (isSending || (Date.now() - sent.at < 700 && text === sent.text)) return;
  sent = { at: Date.now(), text };
  if (!models.size) {
    isSending = true;
    await loadModels(true);
    isSending = false;
    // What was ordered is what stood there at the press; of the models nothing was known then.
    const { model, drafts, references } = readOrder();
    Object.assign(order, { model, drafts, references });
  }
  if (!models.size) {
    showKey(true);
    return part.key.focus();
  }
  if (!order.idea && !order.references.length) {
    part.idea.value = "";
    return part.idea.reportValidity();
  }
  tell("");
  tellOfBeyond();
  rememberForm();
  start(order);
  part.seed.value = "";
}

// What is wrong is shown, in its panel or row.
form.addEventListener(
  "invalid",
  ({ target }) => {
    target.closest("[popover]")?.showPopover();
    if (target === part.key) showKey(true);
  },
  true,
);
// The second half of a double click pays for nothing, however long the first one takes.
part.send.onclick = ({ detail }) => detail < 2;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
// An idea that is being composed in an input method takes Enter for itself.
part.idea.addEventListener("keydown", (event) => {
  const isComposing = event.isComposing || event.keyCode === 229;
  if (event.key !== "Enter" || event.shiftKey || isComposing || event.repeat) return;
  event.preventDefault();
  form.requestSubmit();
});
new ResizeObserver(() => document.documentElement.style.setProperty("--dock", `${form.offsetHeight}px`)).observe(form);
