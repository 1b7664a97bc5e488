// The runs that are under way, each with a card on the wall: how far it is, what it has come to, and what to do then.
const runs = new Map();
/** How often a broken connection is taken up again by itself, with the same key: nothing is paid for twice. */
const mostRepeats = 4;
/** For how long the gateway keeps what it has made for a key. */
const keptMs = 86_400_000;

// How lines of the gateway's progress begin, and the stage that then begins.
const stageBegins = [
  [/^\s*(The prompt is ready\.|Asking .+ for a picture|The backend has no fields|Drawing)/, "drawing"],
  [/^The picture is in the queue/, "queue"],
];

/** The runs that are over for this page, also where they are still kept. */
const ended = new Set();

/** Begins a run of its own for an order. Its secret, the client's key, stays in memory. */
function start(order, takesFocus = false) {
  const secret = keyNow();
  const run = { id: newId(), key: newId(), at: Date.now(), client: markOf(secret), order };
  keep("runs", { ...run });
  perform(Object.assign(run, { secret, takesFocus }));
  part.search.value = "";
  layWall();
  part.pictures.scrollIntoView({ block: "start" });
  return run;
}

// What another tab works at is left to it, and what another key has ordered to that key: for this one it would be made anew.
/** Takes up what a reload has cut, or another tab has left. */
async function takeUpRuns() {
  const secret = keyNow();
  for (const run of (await readAll("runs")) ?? []) {
    if (isOld(run)) {
      remove("runs", run.id);
      continue;
    }
    const known = runs.get(run.id);
    if (run.client !== markOf(secret) || (known && !known.isBroken) || ended.has(run.id)) continue;
    run.secret = secret;
    if (run.isStopped) showStopped(run);
    else perform(Object.assign(known ?? run, { isLate: true }));
  }
}

const isOld = ({ at }) => Date.now() - at > keptMs;

/** Holds the run's lock while it works, so that no other tab takes it up. */
function perform(run) {
  if (!navigator.locks) return work(run);
  return navigator.locks.request(`fluxgate-${run.id}`, { ifAvailable: true }, (lock) => lock && work(run));
}

async function work(run) {
  beginCard(run);
  run.abort = new AbortController();
  const saved = [];
  const hear = (heard) => {
    if (heard.thinking) hearThinking(run, heard.thinking);
    if (heard.draft) showDraft(run, heard.draft);
    if (heard.link) saved.push(hearPicture(run, heard));
  };
  for (let repeat = 0; ; ++repeat) {
    try {
      const { note, cost } = await ask(run, run.abort.signal, hear);
      return await finish(run, await Promise.all(saved), note, cost);
    } catch (failure) {
      await Promise.allSettled(saved.splice(0));
      if (!isBroken(failure) || failure.wait || repeat === mostRepeats) return fail(run, failure, repeat);
      beginStage(run, "reconnecting");
      await pause(500 * 2 ** repeat);
      if (run.abort.signal.aborted) return fail(run, { name: "AbortError" });
    }
  }
}

async function hearPicture(run, heard) {
  beginStage(run, "loading");
  const picture = await newPicture(run, heard);
  run.made = heard.place + 1;
  await addPicture(picture);
  return picture;
}

async function finish(run, made, note, cost) {
  for (const picture of cost === undefined ? [] : made) {
    picture.cost = cost / made.length;
    // What was deleted meanwhile stays so.
    if (pictures.has(picture.id)) await addPicture(picture);
  }
  const isOriginal = made.some((picture) => picture.isOriginal);
  const seconds = Math.ceil((Date.now() - run.at) / 1000);
  const remarks = [isOriginal && t("original"), isOriginal && note && " ", note].filter(Boolean);
  write(part.say, run.isLate ? t("ready") : t("readyAfter", { time: clockOf(seconds) }));
  if (remarks.length) tell(remarks, true);
  announce(run);
  // A picture that is not kept can be had again, by the run that made it.
  endRun(run, !made.some(({ id, isUnkept }) => isUnkept && pictures.has(id)));
  showUse();
}

// The gateway refuses these before it looks for what it has made for the run's key.
const refusedFirst = /^(ledger_unavailable|overloaded|upstream_busy)/;

/** A failure stays on the wall until it is dismissed; one of the connection is taken up again when there is one. */
function fail(run, failure, repeat) {
  if (failure.name === "AbortError") {
    run.isStopped = true;
    const { id, key, at, client, order } = run;
    keep("runs", { id, key, at, client, order, isStopped: true });
    return showStopped(run);
  }
  const { code, status } = failure;
  const isRefused = status === 401 || refusedFirst.test(code);
  run.isBroken = isBroken(failure) || ((repeat || run.isLate) && isRefused);
  if (!run.isBroken) remove("runs", run.id);
  if (code === "invalid_api_key") tellOfKey(...explain(failure));
  showFailure(run, explain(failure), failure.wait);
  showUse();
}

function endRun(run, isKept = true) {
  const hasFocus = run.card.contains(document.activeElement);
  clearInterval(run.countdown);
  ended.add(run.id);
  if (isKept) remove("runs", run.id);
  runs.delete(run.id);
  layWall();
  if (hasFocus) (part.wall.querySelector("button") ?? part.idea).focus();
  showTitle();
}

/** The same order again, as another run: whoever presses the button means to pay. */
function retry(run) {
  const hasFocus = run.card.contains(document.activeElement);
  endRun(run);
  start(run.order, hasFocus);
}

/** What a stopped run has come to: the same key, so that what was paid for is not paid for again. */
function fetchAgain(run) {
  if (run.client !== markOf(keyNow())) return toast(t("otherKey"));
  if (isOld(run)) {
    run.isBroken = false;
    return showFailure(run, [t("gone")]);
  }
  Object.assign(run, { isStopped: false, isLate: true });
  perform(run);
}

// --- Cards ---

function beginCard(run) {
  const { order } = run;
  const usual = usualMs(order);
  const hasFocus = run.takesFocus || run.card?.contains(document.activeElement);
  run.takesFocus = false;
  run.stages = [];
  run.begun = run.isLate ? Date.now() : run.at;
  run.isOver = run.isBroken = false;
  run.list = make("ol", { className: "stages" });
  run.log = make("div", { className: "thinking", role: "log", tabIndex: 0, ariaLabel: t("thinking"), hidden: true });
  run.log.ariaLive = "off";
  run.clock = make("span");
  run.bar = make("div", { className: "bar" }, make("i"));
  run.bar.style.setProperty("--usual", `${usual || 20_000}ms`);
  run.bar.style.setProperty("--past", `${run.begun - Date.now()}ms`);
  run.usual = usual;
  const stop = make("button", { type: "button", onclick: () => run.abort.abort() }, t("stop"));
  const panel = [wordsOf(run), run.list, run.log, make("div", { className: "row" }, run.clock, stop), run.bar];
  run.card ??= make("li", { className: "tile run" });
  run.card.className = "tile run busy";
  run.card.style.setProperty("--ratio", shapeOf(order));
  run.card.replaceChildren(make("div", { className: "panel" }, ...panel));
  const draws = order.raw || order.references.length || order.varies;
  runs.set(run.id, run);
  beginStage(run, draws ? "drawing" : "working");
  write(part.say, t("working"));
  layWall();
  if (hasFocus) stop.focus();
  showTitle();
}

const wordsOf = ({ order: { idea, varies } }) =>
  make("p", { className: "words", dir: "auto" }, idea || (varies ? t("vary") : ""));

function beginStage(run, stage) {
  const last = run.stages.at(-1);
  if (last?.stage === stage) return;
  // A stage that had nothing in it is none.
  if (last && Date.now() - last.at < 300) run.stages.pop();
  run.stages.push({ stage, at: Date.now() });
  tick(run);
}

function tick(run) {
  const now = Date.now();
  const ends = [...run.stages.slice(1).map(({ at }) => at), now];
  const lines = run.stages.map(({ stage, at, percent = "" }, index) => [
    t(stage) + percent,
    clockOf(Math.round((ends[index] - at) / 1000)),
  ]);
  while (run.list.children.length > lines.length) run.list.lastChild.remove();
  lines.forEach(([words, time], index) => {
    const line = run.list.children[index] ?? run.list.appendChild(make("li", {}, make("span"), make("span")));
    write(line.firstChild, words);
    write(line.lastChild, time);
  });
  const past = clockOf(Math.round((now - run.begun) / 1000));
  write(run.clock, run.usual ? t("usually", { past, usual: clockOf(Math.ceil(run.usual / 1000)) }) : past);
}
setInterval(() => runs.forEach((run) => run.isOver || tick(run)), 1000);

function hearThinking(run, text) {
  const stage = stageBegins.find(([pattern]) => pattern.test(text))?.[1];
  const last = run.stages.at(-1);
  if (stage) {
    // Gateways that hide the thinking hide this too: only now it is known what went before.
    if (last.stage === "working") last.stage = "writing";
    beginStage(run, stage);
    run.stages.at(-1).percent = /: \d+ %/.exec(text)?.[0] ?? "";
    return tick(run);
  }
  if (last.stage === "working") {
    beginStage(run, "thinking");
    write(part.say, t("thinking"));
  }
  run.log.append(run.log.textContent ? text : text.trimStart());
  run.log.hidden = false;
  run.log.scrollTop = run.log.scrollHeight;
}

function showDraft(run, url) {
  beginStage(run, "drawing");
  const draft = run.card.querySelector("img") ?? make("img", { alt: t("draft") });
  draft.src = ownLink(url) ?? "";
  run.card.classList.add("drafted");
  run.card.prepend(draft);
}

/** Ends the work on a card: its words, and what can be done. */
function endCard(run, className, words, ...acts) {
  clearInterval(run.countdown);
  run.isOver = true;
  run.card ??= make("li");
  run.card.className = `tile run ${className}`;
  run.card.style.setProperty("--ratio", shapeOf(run.order));
  const hasFocus = run.card.contains(document.activeElement);
  const dismiss = make("button", { type: "button", onclick: () => endRun(run) }, t("dismiss"));
  const back = make("button", { type: "button", onclick: () => fill(run.order) }, t("change"));
  const line = make("div", { className: "row" }, ...acts, back, dismiss);
  run.card.replaceChildren(make("div", { className: "panel" }, wordsOf(run), words, line));
  runs.set(run.id, run);
  layWall();
  if (hasFocus) line.firstChild.focus();
  showTitle();
}

function showStopped(run) {
  const again = make("button", { type: "button", onclick: () => fetchAgain(run) }, t("fetchAgain"));
  endCard(run, "stopped", make("p", {}, `${t("stopped")} ${t("stoppedMore")}`), again);
  write(part.say, t("stopped"));
}

function showFailure(run, words, wait = 0) {
  const act = run.isBroken ? fetchAgain : retry;
  const again = make("button", { type: "button" }, t(run.isBroken ? "fetchAgain" : "retry"));
  again.onclick = () => again.ariaDisabled || act(run);
  const message = make("p", { className: "wrong" }, ...words);
  const left = make("p", { className: "quiet", ariaLive: "off" });
  endCard(run, "failed", message, again);
  write(part.say, ...message.cloneNode(true).childNodes, wait ? ` ${t("waitFor", { time: clockOf(wait) })}` : "");
  if (!wait) return;
  message.after(left);
  again.ariaDisabled = "true";
  const end = Date.now() + wait * 1000;
  const count = () => {
    const seconds = Math.round((end - Date.now()) / 1000);
    write(left, seconds > 0 ? t("waitFor", { time: clockOf(seconds) }) : t("mayRetry"));
    if (seconds > 0) return;
    clearInterval(run.countdown);
    again.ariaDisabled = null;
    write(part.say, t("mayRetry"));
  };
  run.countdown = setInterval(count, 1000);
  count();
}

/** Stops the latest run that is under way; tells whether there is one. */
function stopLatest() {
  const running = [...runs.values()].filter((run) => !run.isOver).sort((a, b) => b.at - a.at);
  running[0]?.abort.abort();
  return running.length > 0;
}

// --- Telling that it is ready ---

let isNews = false;

function showTitle() {
  const count = [...runs.values()].filter((run) => !run.isOver).length;
  document.title = count ? `(${count}) ${t("working")} – Fluxgate` : isNews ? `✓ ${t("ready")} – Fluxgate` : "Fluxgate";
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  isNews = false;
  showTitle();
});

async function announce({ order }) {
  if (!document.hidden) return;
  isNews = true;
  if (!part.notify.checked || window.Notification?.permission !== "granted") return;
  const content = [t("ready"), { body: order.idea, icon: "/icon.svg", tag: "fluxgate" }];
  // Phones know no other way than the service worker's.
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration) registration.showNotification(...content);
  else new Notification(...content);
}
