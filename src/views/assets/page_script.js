// Asks this gateway for pictures as every other client does.
const [form] = document.forms;
const { key, idea, ratio, model, count, send } = form.elements;
const [keyNote, stage, frames, note, state, clock, links, thoughts, log, result, prompt, curl, use, uses, base] =
  "key-note stage frames note status clock links thoughts log result prompt curl use uses base"
    .split(" ")
    .map((id) => document.getElementById(id));
/** Memory of this tab alone, or of this page alone where a browser forbids storage. */
const memory = (() => {
  try {
    return sessionStorage;
  } catch {
    return {};
  }
})();
/** What stops the request that is under way. */
let running;
/** The timer that counts down to when the gateway may be asked again. */
let waiting;
/** The last request for what was used; what earlier ones bring is old. */
let lastUse;

/** A failure in plain words: the gateway's { code, message, wait }, or what fetch() and streams throw. */
function explain({ name, code, message, wait }) {
  if (name === "AbortError") return "Stopped.";
  if (name) return "The connection to the gateway broke. Check your network and try again.";
  if (code === "invalid_api_key")
    return "That key is not accepted. Check it for typos, or ask whoever runs this gateway.";
  if (/^auth_not|^config/.test(code))
    return `This gateway is not set up yet. Whoever runs it has to see to this: ${message}`;
  const passes = !wait && /timeout|reset|unreach|unavail|busy|limit|overload/.test(code);
  return message + (passes ? " Try again in a minute." : "");
}

/** The seconds that the header retry-after asks for, an hour at most; 0 where it asks for none. */
function readWait(text) {
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return seconds > 0 ? Math.min(Math.ceil(seconds), 3600) : 0;
}

/** Holds the button back for so long, and counts the seconds down behind `words`. */
function wait(words, seconds) {
  stopWaiting();
  const end = Date.now() + seconds * 1000;
  const tick = () => {
    const left = Math.round((end - Date.now()) / 1000);
    // Screen readers hear the first of the numbers and when there are no more.
    if (waiting) state.ariaLive = "off";
    if (left > 0) return tell(`${words} Try again in ${left} s.`.trim(), true);
    stopWaiting();
    tell("You can try again now.");
  };
  tick();
  waiting = setInterval(tick, 1000);
  send.ariaDisabled = "true";
}

function stopWaiting() {
  clearInterval(waiting);
  waiting = send.ariaDisabled = state.ariaLive = null;
}

function tellOfKey(text) {
  keyNote.textContent = text;
  key.ariaInvalid = text ? "true" : null;
}

function tell(text, wrong) {
  state.textContent = text;
  state.className = wrong ? "wrong" : "";
}

/** The answer to a request with the key; throws what explain() takes. */
async function call(path, init) {
  const authorization = `Bearer ${key.value.trim()}`;
  if (/[^ -~]/.test(authorization)) throw { code: "invalid_api_key" };
  const response = await fetch(path, { headers: { authorization, "content-type": "application/json" }, ...init });
  if (response.ok) return response;
  const { error } = await response.json().catch(() => ({}));
  const failure = error ?? { code: "busy", message: `The gateway answered with status ${response.status}.` };
  throw { ...failure, wait: readWait(response.headers.get("retry-after")) };
}

async function loadModels() {
  const asked = key.value;
  lastUse = tellOfUse("", []);
  try {
    const { data } = await (await call("/v1/models")).json();
    if (asked !== key.value) return;
    model.replaceChildren(...data.map(({ id }) => new Option(id, id, false, id === memory.fluxgateModel)));
    model.disabled = false;
    memory.fluxgateKey = asked;
    tellOfKey("");
    showUse();
  } catch (error) {
    if (asked !== key.value) return;
    tellOfKey(explain(error));
    if (error.wait && !frames.ariaBusy) wait("", error.wait);
  }
}

/** Shows what was used. Tables are in detail: of the key's days, or with an operator's key of clients and backends. */
async function showUse() {
  const mine = (lastUse = {});
  try {
    const told = await (await call("/v1/usage")).json();
    if (mine === lastUse) tellOfUse(lineOf(told), tablesOf(told));
  } catch ({ code }) {
    const line = code === "invalid_api_key" ? "" : "What was used cannot be told at the moment.";
    if (mine === lastUse) tellOfUse(line, []);
  }
}

function tellOfUse(line, tables) {
  // Screen readers hear it when it is another.
  if (use.textContent !== line) use.textContent = line;
  uses.lastElementChild.replaceChildren(...tables);
  uses.hidden = !tables.length;
}

const several = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;
const dollars = (cost) => `$${Number(cost.toFixed(4))}`;
const seconds = (ms) => (ms ? `${ms / 1000} s` : "–");

function lineOf({ scope, limits, backends, today: { pictures, cost } }) {
  const { per_minute: often, per_day: most, usd_per_day: usd } = limits;
  if (scope === "instance" && !Object.keys(limits).length)
    return backends ? "Without a ledger each instance of the gateway counts by itself, and only what has limits." : "";
  const left = [];
  if (most !== undefined) left.push(several(Math.max(most - pictures, 0), "picture"));
  if (usd !== undefined) left.push(dollars(Math.max(usd - cost, 0)));
  return [
    `Today ${several(pictures, "picture")}${cost ? `, ${dollars(cost)}` : ""}.`,
    left.length && `Left until midnight UTC: ${left.join(", ")}.`,
    often !== undefined && `At most ${several(often, "request")} a minute.`,
    scope === "instance" && "As far as this instance of the gateway knows.",
  ]
    .filter(Boolean)
    .join(" ");
}

function tablesOf({ days, clients, backends, truncated }) {
  if (!backends) return days.length ? [tableOf("By day", "Day,Requests,Failed,Pictures,Cost", days.map(dayRow))] : [];
  return [
    tableOf(
      truncated ? "Clients, not all of them" : "Clients",
      "Client,Pictures today,Cost today,Pictures in 30 days,Cost in 30 days",
      clients.map(({ name, today, month }) => [
        name,
        ...[today, month].flatMap((at) => [at.pictures, dollars(at.cost)]),
      ]),
    ),
    tableOf("Backends, in 30 days", "Backend,Calls,Succeeded,p50,p95,Last failure,Keys", backends.map(backendRow)),
  ];
}

const dayRow = ({ date, requests, failed, pictures, cost }) => [date, requests, failed, pictures, dollars(cost)];

function backendRow({ name, ok, failed, p50_ms, p95_ms, failures, keys }) {
  const calls = ok + failed;
  const [last] = failures.toSorted((a, b) => b.at - a.at);
  const words = last && [new Date(last.at).toLocaleString(), last.failure, last.status || "", last.message];
  return [
    name,
    calls,
    // Rounded down: with one failure it is less than 100 %.
    calls ? `${Math.floor((ok * 1000) / calls) / 10} %` : "–",
    seconds(p50_ms),
    seconds(p95_ms),
    last ? words.filter(Boolean).join(" ") : "–",
    keys.map(({ key, state, wait }) => `${key} ${wait ? `rests ${wait} s` : state}`).join(", "),
  ];
}

/** A table, in a frame where it can be scrolled. Names and messages come from others: they are text. */
function tableOf(caption, headings, rows) {
  const table = document.createElement("table");
  table.createCaption().textContent = caption;
  const fill = (row, texts, scope) =>
    texts.forEach((text, index) => {
      const cell = document.createElement(scope === "col" || !index ? "th" : "td");
      if (cell.matches("th")) cell.scope = scope;
      cell.textContent = text;
      row.append(cell);
    });
  fill(table.createTHead().insertRow(), headings.split(","), "col");
  const body = table.createTBody();
  for (const texts of rows) fill(body.insertRow(), texts, "row");
  const frame = document.createElement("div");
  Object.assign(frame, { role: "region", ariaLabel: caption, tabIndex: 0 });
  frame.append(table);
  return frame;
}

/** The data of each event. The gateway writes one line of it for each. */
async function* eventsOf(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (let rest = ""; ;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line.startsWith("data: ")) yield line.slice(6);
  }
}

/** Streams the answer: its thinking to the page, its content and token count to the caller. */
async function ask(request, signal) {
  const streamed = { ...request, stream: true, stream_options: { include_usage: true } };
  const { body } = await call("/v1/chat/completions", { method: "POST", body: JSON.stringify(streamed), signal });
  let content = "";
  let tokens;
  for await (const data of eventsOf(body)) {
    if (data === "[DONE]") return { content, tokens };
    const { error, choices, usage } = JSON.parse(data);
    if (error) throw error;
    const { content: words = "", reasoning_content: thinking } = choices[0]?.delta ?? {};
    content += words;
    tokens ??= usage?.total_tokens;
    if (thinking) think(thinking);
  }
  throw { name: "broken" };
}

function think(text) {
  const first = thoughts.hidden;
  log.append(first ? text.trimStart() : text);
  if (first) {
    thoughts.hidden = false;
    thoughts.open = true;
    thoughts.scrollIntoView({ block: "nearest" });
  }
  log.scrollTop = log.scrollHeight;
}

/** Empty frames in the chosen shape, where the pictures will be. */
function layFrames() {
  const [width, height] = ratio.value.split(":");
  stage.style.setProperty("--ratio", width / height);
  frames.replaceChildren(...Array.from({ length: count.value }, () => document.createElement("figure")));
}

// An answer is Markdown: `![Image](link)` for each picture, the prompt, and maybe a note on what went wrong, each on
// a line of its own. Prompt and note are escaped.
/** What an answer says. `own` tells that the prompt is in the user's own words. */
function read(content) {
  const lines = content.split("\n").filter(Boolean);
  const at = lines.findIndex((line) => /^(Optimized p|P)rompt: /.test(line));
  const plain = (words) => words.join("\n").replace(/\\(.)/g, "$1");
  return {
    found: lines
      .slice(0, Math.max(at, 0))
      .flatMap((line) => /^!\[Image\]\(((?:https?:|data:image\/)\S+)\)$/.exec(line)?.[1] ?? []),
    words: plain(at < 0 ? lines : [lines[at].replace(/^.*?: /, "")]),
    note: plain(at < 0 ? [] : lines.slice(at + 1)),
    own: at >= 0 && lines[at].startsWith("P"),
  };
}

/** Shows an answer and tells whether its prompt is in the user's own words. */
async function show(content, request) {
  const { found, words, note: told, own } = read(content);
  prompt.textContent = words;
  note.textContent = told;
  const body = JSON.stringify(request).replaceAll("'", String.raw`'\''`);
  curl.textContent =
    `curl ${location.origin}/v1/chat/completions -H "Authorization: Bearer $FLUXGATE_KEY" ` +
    `-H 'Content-Type: application/json' -d '${body}'`;
  result.hidden = false;
  links.append(...found.map((link, index) => linkTo(link, found.length > 1 ? ` ${index + 1}` : "")));
  const figures = [...frames.children];
  figures.slice(found.length).forEach((figure) => figure.remove());
  if (!found.length) throw { message: "The gateway answered in words, without a picture." };
  await Promise.all(found.map((link, index) => showPicture(link, figures[index])));
  return own;
}

async function showPicture(link, figure) {
  const picture = new Image();
  picture.src = link;
  picture.alt = prompt.textContent;
  await picture.decode().catch(() => {
    throw { message: "The picture was made, but it cannot be loaded." };
  });
  stage.style.setProperty("--ratio", picture.naturalWidth / picture.naturalHeight);
  figure.append(picture);
}

function linkTo(link, number) {
  const a = document.createElement("a");
  a.href = link;
  const ours = link.startsWith("data:") || a.origin === location.origin;
  if (ours) a.download = "picture";
  else Object.assign(a, { target: "_blank", rel: "noopener" });
  a.textContent = (ours ? "Download" : "Open") + number;
  return a;
}

async function run() {
  if (!model.value) await loadModels();
  if (!model.value) return key.focus();
  memory.fluxgateModel = model.value;
  const request = {
    model: model.value,
    messages: [{ role: "user", content: idea.value }],
    aspect_ratio: ratio.value,
    n: Number(count.value),
  };
  const past = () => `${Math.ceil((Date.now() - running.start) / 1000)} s`;
  const timer = setInterval(() => (clock.textContent = past()), 1000);
  send.textContent = "Stop";
  send.className = "stop";
  layFrames();
  for (const old of [note, links, log]) old.replaceChildren();
  thoughts.hidden = result.hidden = true;
  frames.ariaBusy = "true";
  tell("At work …");
  links.parentElement.scrollIntoView({ block: "nearest" });
  try {
    const { content, tokens } = await ask(request, running.signal);
    const own = await show(content, request);
    // An idea with this flag goes to the image model as it is.
    if (own && !/(--|[–—])raw(?![\p{L}\p{N}])/iu.test(request.messages[0].content))
      tell(`Ready after ${past()}, but the language model did not answer: your own words were drawn.`, true);
    else tell(`Ready after ${past()}, ${tokens} tokens.`);
    thoughts.open = false;
  } catch (error) {
    if (error.code === "invalid_api_key") tellOfKey(explain(error));
    if (error.wait) wait(explain(error), error.wait);
    else tell(explain(error), error.name !== "AbortError");
  }
  clearInterval(timer);
  send.textContent = "Make the picture";
  send.className = clock.textContent = "";
  frames.ariaBusy = null;
  showUse();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  // The second half of a double click stops nothing.
  if (running) return void (Date.now() - running.start > 400 && running.abort());
  if (waiting) return;
  running = Object.assign(new AbortController(), { start: Date.now() });
  await run();
  running = null;
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !running) form.requestSubmit();
});
form.addEventListener("change", ({ target }) => {
  // What the gateway has told of one key or model need not hold for another.
  if (waiting && (target === key || target === model)) {
    stopWaiting();
    tell("");
  }
  if (target === key) loadModels();
  else if (target !== idea && !running && !frames.querySelector("img")) layFrames();
});
uses.addEventListener("toggle", () => uses.open && showUse());
document.addEventListener("click", async ({ target }) => {
  if (!target.matches(".copy button")) return;
  const text = target.previousElementSibling;
  try {
    await navigator.clipboard.writeText(text.textContent);
    target.textContent = "Copied";
  } catch {
    // Only pages that came by https, or from this machine, may write to the clipboard.
    getSelection().selectAllChildren(text);
    target.textContent = "Selected";
  }
  setTimeout(() => (target.textContent = "Copy"), 2000);
});

base.textContent = `${location.origin}/v1`;
key.value = memory.fluxgateKey ?? "";
if (key.value) loadModels();
layFrames();
