// The ledger of abi.md once more, in plain JavaScript and without limits: what the one in SQL is compared with.

/** Gives a function (steps, now) -> [status, results], of status 200 or 412, or [400]. */
export function plainLedger() {
  let entries = new Map(); // name -> { text, until } or { count, until, holds: { id: { count, until } } }
  return (steps, now) => {
    const tried = structuredClone(entries);
    const results = [];
    for (const [step, each] of steps.entries()) {
      forget(tried, now);
      const [status, value] = perform(tried, each, now);
      if (status === 412) return [412, { step, value }];
      if (status === 400) return [400];
      results.push(value);
    }
    entries = tried;
    return [200, results];
  };
}

function forget(entries, now) {
  for (const [name, entry] of entries) {
    for (const [id, { until }] of Object.entries(entry.holds ?? {})) if (until <= now) delete entry.holds[id];
    if (entry.until <= now) entry.count = 0;
    if (entry.until <= now && Object.keys(entry.holds ?? {}).length === 0) entries.delete(name);
  }
}

function counted(entry) {
  return Object.values(entry?.holds ?? {}).reduce((sum, { count }) => sum + count, entry?.count ?? 0);
}

function perform(entries, step, now) {
  const [kind, name] = Object.entries(step)[0];
  const { amount, until, most = Infinity, hold, hold_until, text } = step;
  const entry = entries.get(name);
  const isText = entry?.text !== undefined;
  switch (kind) {
    case "add":
    case "settle": {
      if (isText) return [400];
      if (kind === "add" && amount > 0 && counted(entry) + amount > most) return [412, counted(entry)];
      const counter = entry ?? { count: 0, until: -Infinity, holds: {} };
      entries.set(name, counter);
      counter.until = Math.max(counter.until, until);
      if (kind === "settle") delete counter.holds[hold];
      if (kind === "settle" || hold === undefined) counter.count += amount;
      else {
        const held = counter.holds[hold] ?? { count: 0, until: -Infinity };
        counter.holds[hold] = { count: held.count + amount, until: Math.max(held.until, hold_until) };
      }
      forget(entries, now);
      return [200, counted(entries.get(name))];
    }
    case "make":
    case "write":
      if (isText && kind === "make") return [412, entry.text];
      if (entry !== undefined && !isText) return [400];
      entries.set(name, { text, until });
      return [200, true];
    case "read":
      return [200, isText ? entry.text : null];
    case "drop":
      if (isText) entries.delete(name);
      return [200, isText];
    case "list": {
      const names = [...entries.keys()].filter((each) => each.startsWith(name) && each > (step.after ?? ""));
      return [200, names.sort().map((each) => [each, entries.get(each).text ?? counted(entries.get(each))])];
    }
  }
}
