// What was used: to a client its own, to an operator everybody's.

/** The last request for what was used; what earlier ones bring is old. */
let lastUse;

/** Shows what was used. Tables are of the key's days, or with an operator's key of clients and backends. */
async function showUse() {
  const mine = (lastUse = {});
  try {
    const told = await (await call("/v1/usage")).json();
    if (mine === lastUse) tellOfUse(lineOf(told), tablesOf(told), leftOf(told));
  } catch ({ code }) {
    if (mine === lastUse) tellOfUse(code === "invalid_api_key" ? "" : t("noUse"), [], []);
  }
}

function forgetUse() {
  lastUse = {};
  tellOfUse("", [], []);
}

function tellOfUse(line, tables, left) {
  write(part.use, line);
  write(part.left, left.length ? t("leftShort", { left: left.join(", ") }) : "");
  part.tables.replaceChildren(...tables);
}

const dollars = (cost) => `$${Number(Number(cost).toFixed(4))}`;
const seconds = (ms) => (ms ? `${ms / 1000} s` : "–");

/** What is left of the day. */
function leftOf({ limits: { per_day: most, usd_per_day: usd }, today: { pictures, cost } }) {
  const left = [];
  if (most !== undefined) left.push(t("nPictures", { n: Math.max(most - pictures, 0) }));
  if (usd !== undefined) left.push(dollars(Math.max(usd - cost, 0)));
  return left;
}

function lineOf(told) {
  const { scope, limits, backends, today } = told;
  const isAlone = scope === "instance";
  if (isAlone && !Object.keys(limits).length) return backends ? t("noLedger") : "";
  const left = leftOf(told);
  const { pictures: n, cost } = today;
  return [
    t("today", { pictures: t("nPictures", { n }), cost: cost ? `, ${dollars(cost)}` : "" }),
    left.length && t("leftToday", { left: left.join(", ") }),
    limits.per_minute !== undefined && t("perMinute", { n: limits.per_minute }),
    isAlone && t("oneInstance"),
  ]
    .filter(Boolean)
    .join(" ");
}

function tablesOf({ days, clients, backends, truncated }) {
  if (!backends) return days.length ? [tableOf(t("byDay"), t("dayHeadings"), days.map(dayRow))] : [];
  const clientRow = ({ name, today, month }) => [
    name,
    ...[today, month].flatMap((at) => [at.pictures, dollars(at.cost)]),
  ];
  return [
    tableOf(t(truncated ? "someClients" : "clients"), t("clientHeadings"), clients.map(clientRow)),
    tableOf(t("backends"), t("backendHeadings"), backends.map(backendRow)),
  ];
}

const dayRow = ({ date, requests, failed, pictures, cost }) => [date, requests, failed, pictures, dollars(cost)];

function backendRow({ name, ok, failed, p50_ms, p95_ms, failures, keys }) {
  const calls = ok + failed;
  const [last] = failures.toSorted((a, b) => b.at - a.at);
  const words = last && [last.failure, last.status, last.message].filter(Boolean).join(" ");
  return [
    name,
    calls,
    // Rounded down: with one failure it is less than 100 %.
    calls ? `${Math.floor((ok * 1000) / calls) / 10} %` : "–",
    seconds(p50_ms),
    seconds(p95_ms),
    last ? make("span", {}, `${new Date(last.at).toLocaleString(language)} `, english(words)) : "–",
    keys.map(({ key, state, wait }) => `${key} ${wait ? t("restsFor", { wait }) : t(`key_${state}`)}`).join(", "),
  ];
}

/** A table, in a frame where it can be scrolled. Names and messages come from others: they are text. */
function tableOf(caption, headings, rows) {
  const table = make("table");
  table.createCaption().textContent = caption;
  const fillRow = (row, cells, scope) =>
    cells.forEach((content, index) => {
      const cell = make(scope === "col" || !index ? "th" : "td", {}, content);
      if (cell.matches("th")) cell.scope = scope;
      row.append(cell);
    });
  fillRow(table.createTHead().insertRow(), headings.split(","), "col");
  const body = table.createTBody();
  for (const texts of rows) fillRow(body.insertRow(), texts, "row");
  const frame = make("div", { role: "region", ariaLabel: caption, tabIndex: 0 });
  frame.append(table);
  return frame;
}
