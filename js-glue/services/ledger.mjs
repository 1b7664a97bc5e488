// The ledger of abi.md, in SQL: counters, what is held of them, and texts. It knows nothing of what they mean.

/** One row for a text, for a counter (hold is ''), and for what an ID holds of a counter. Names sort as their UTF-8 bytes. */
const schema = [
  `CREATE TABLE IF NOT EXISTS entries (
     name TEXT NOT NULL, hold TEXT NOT NULL, count INTEGER, text TEXT, until INTEGER NOT NULL, PRIMARY KEY (name, hold)
   ) WITHOUT ROWID`,
  `CREATE INDEX IF NOT EXISTS entries_by_until ON entries (until)`,
];

/** Statements. Numbers come as floating point from some platforms: what is stored is cast. */
const sql = {
  sums: `SELECT IFNULL(SUM(count), 0) AS total, IFNULL(SUM(MAX(count, 0)), 0) AS above, IFNULL(SUM(MIN(count, 0)), 0) AS below,
         COUNT(count) AS counts, COUNT(text) AS texts FROM entries WHERE name = ? AND until > ?`,
  add: `INSERT INTO entries (name, hold, count, until) VALUES (?, ?, CAST(? AS INTEGER), CAST(? AS INTEGER))
        ON CONFLICT (name, hold) DO UPDATE SET count = count + excluded.count, until = MAX(until, excluded.until)
        WHERE excluded.count <> 0 OR excluded.until > until`,
  write: `INSERT INTO entries (name, hold, text, until) VALUES (?, '', ?, CAST(? AS INTEGER))
          ON CONFLICT (name, hold) DO UPDATE SET text = excluded.text, until = excluded.until`,
  read: `SELECT text FROM entries WHERE name = ? AND hold = '' AND text IS NOT NULL AND until > ?`,
  drop: `DELETE FROM entries WHERE name = ? AND hold = '' AND text IS NOT NULL`,
  endHold: `DELETE FROM entries WHERE name = ? AND hold = ?`,
  list: `SELECT name, SUM(count) AS count, SUM(OCTET_LENGTH(text)) AS textBytes FROM entries
         WHERE name >= MAX(?, ?) AND name <> ? AND name < ? AND until > ? GROUP BY name ORDER BY name LIMIT ?`,
  expire: `DELETE FROM entries WHERE name = ? AND until <= ?`,
  sweep: `DELETE FROM entries WHERE (name, hold) IN (SELECT name, hold FROM entries WHERE until <= ? ORDER BY until LIMIT ?)`,
  earliest: `SELECT MIN(until) AS until FROM entries`,
};

/** Enough for all that one request changes; a Durable Object does nothing else meanwhile. */
const maxSteps = 64;
/** Room for a hash and some words. */
const maxNameBytes = 512;
/** A MiB and what base64 or JSON around it adds; a row of a Durable Object has 2 MB at most. */
const maxTextBytes = 1_310_720;
/** Of all steps, and of all results: a Durable Object has 128 MB. */
export const maxBodyBytes = 8 * 1024 * 1024;
/** A list is given in pages of so many entries and, but for the last of them, bytes. */
const maxListed = 500;
const maxListedBytes = 1024 * 1024;
/** Behind every name that is no longer than names may be. */
const behindAll = "\u{10ffff}".repeat(maxNameBytes / 4 + 1);

/** What the members of a step may be. */
const checks = {
  name: (value) => isText(value, maxNameBytes) && value !== "",
  prefix: (value) => isText(value, maxNameBytes),
  text: (value) => isText(value, maxTextBytes),
  number: Number.isSafeInteger,
};

/** The forms of steps, by their first member: what must be there, and what may. */
const forms = {
  add: { add: "name", amount: "number", until: "number", "most?": "number" },
  addHeld: {
    add: "name",
    amount: "number",
    until: "number",
    "most?": "number",
    hold: "name",
    hold_until: "number",
  },
  settle: { settle: "name", hold: "name", amount: "number", until: "number" },
  make: { make: "name", text: "text", until: "number" },
  write: { write: "name", text: "text", until: "number" },
  read: { read: "name" },
  drop: { drop: "name" },
  list: { list: "prefix", "after?": "prefix" },
};

/** The steps were refused: nothing of them is done. */
class Refusal extends Error {
  constructor(status, told) {
    super("refused");
    this.status = status;
    this.told = told;
  }
}

/** The ledger in a store of SQLite. Numbers stay exact: whatever a counter may count is within what JavaScript's are. */
export class SqlLedger {
  #exec;
  #transaction;

  /** exec(sql, ...parameters) gives the rows as an iterable of objects. transaction(act) gives what act() gives; when that throws, nothing was done. */
  constructor({ exec, transaction }) {
    this.#exec = (...statement) => [...exec(...statement)];
    this.#transaction = transaction;
    for (const statement of schema) exec(statement);
  }

  /** Performs POST of steps, as text, at the time `now`. Gives { status, body }, the body as text. Throws what the store throws. */
  answer(text, now) {
    try {
      const steps = stepsIn(text);
      const results = this.#transaction(() => this.#perform(steps, Math.floor(now)));
      return { status: 200, body: JSON.stringify(results) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, body: JSON.stringify(error.told) };
    }
  }

  /** Removes what has expired, `most` rows at most. */
  sweep(now, most) {
    this.#exec(sql.sweep, now, most);
  }

  /** The time when the next row expires, or has expired; null when there is none. */
  earliestUntil() {
    return this.#exec(sql.earliest)[0].until;
  }

  #perform(steps, now) {
    let resultBytes = 0;
    return steps.map((step, index) => {
      const at = new Moment(this.#exec, now, index);
      const result = at[Object.keys(step)[0]](step);
      resultBytes += at.textBytes;
      if (resultBytes > maxBodyBytes) throw misshapen(index, "the results are too long");
      return result;
    });
  }
}

/** One step at a time. The methods that are named after a step perform it and give its result. */
class Moment {
  #exec;
  #now;
  #index;

  /** How long the texts of the result are. */
  textBytes = 0;

  constructor(exec, now, index) {
    this.#exec = exec;
    this.#now = now;
    this.#index = index;
  }

  add({ add: name, amount, until, most = Infinity, hold, hold_until }) {
    const { total } = this.#sums(name);
    if (amount > 0 && total + amount > most) this.#refuse(total);
    return this.#add(name, amount, until, hold, hold_until);
  }

  settle({ settle: name, hold, amount, until }) {
    this.#sums(name);
    this.#exec(sql.endHold, name, hold);
    return this.#add(name, amount, until);
  }

  make({ make: name, text, until }) {
    const there = this.read({ read: name });
    if (there !== null) this.#refuse(there);
    return this.write({ write: name, text, until });
  }

  write({ write: name, text, until }) {
    this.#exec(sql.expire, name, this.#now);
    if (this.#exec(sql.sums, name, this.#now)[0].counts > 0) throw misshapen(this.#index, "this is a counter");
    this.#exec(sql.write, name, text, until);
    return true;
  }

  read({ read: name }) {
    const [row] = this.#exec(sql.read, name, this.#now);
    this.textBytes += row?.text.length ?? 0;
    return row?.text ?? null;
  }

  drop({ drop: name }) {
    const [row] = this.#exec(sql.read, name, this.#now);
    if (row !== undefined) this.#exec(sql.drop, name);
    return row !== undefined;
  }

  list({ list: prefix, after = "" }) {
    const rows = this.#exec(sql.list, prefix, after, after, behind(prefix), this.#now, maxListed);
    let bytes = 0;
    const listed = [];
    for (const { name, count, textBytes } of rows) {
      if (bytes >= maxListedBytes) break;
      bytes += utf8Bytes(name) + (textBytes ?? 0);
      listed.push([name, count ?? this.read({ read: name })]);
    }
    this.textBytes = bytes;
    return listed;
  }

  /** What a counter counts, and the sums of what is above 0 in it and below; what has expired of it is removed. */
  #sums(name) {
    this.#exec(sql.expire, name, this.#now);
    const [sums] = this.#exec(sql.sums, name, this.#now);
    if (sums.texts > 0) throw misshapen(this.#index, "this is a text");
    return sums;
  }

  #add(name, amount, until, hold, holdUntil) {
    const { above, below } = this.#sums(name);
    // Both are kept in range, so that the sum stays there whichever of the holds expires.
    if (Math.max(above + amount, -(below + amount)) > Number.MAX_SAFE_INTEGER)
      throw misshapen(this.#index, "the counter would leave the range of numbers");
    this.#exec(sql.add, name, "", hold === undefined ? amount : 0, until);
    if (hold !== undefined) this.#exec(sql.add, name, hold, amount, holdUntil);
    return this.#exec(sql.sums, name, this.#now)[0].total;
  }

  #refuse(value) {
    throw new Refusal(412, { step: this.#index, value });
  }
}

/** Reads the steps of a body, or throws a Refusal. */
function stepsIn(text) {
  if (text.length > maxBodyBytes) throw misshapen(null, "the steps are too long");
  let steps;
  try {
    steps = JSON.parse(text);
  } catch {
    throw misshapen(null, "this is no JSON");
  }
  if (!Array.isArray(steps) || steps.length > maxSteps) throw misshapen(null, `this is no array of ${maxSteps} steps`);
  return steps.map((step, index) => {
    const read = Object.values(forms).map((form) => stepOf(step, form));
    return read.find((each) => each !== null) ?? fail(misshapen(index, "there is no such step"));
  });
}

/** Gives the members of a step in the order of its form; null when it is not of that form. */
function stepOf(step, form) {
  if (typeof step !== "object" || step === null) return null;
  const members = [];
  for (const [key, check] of Object.entries(form)) {
    const name = key.replace("?", "");
    if (Object.hasOwn(step, name) && checks[check](step[name])) members.push([name, step[name]]);
    else if (Object.hasOwn(step, name) || name === key) return null;
  }
  return Object.keys(step).length === members.length ? Object.fromEntries(members) : null;
}

function misshapen(step, error) {
  return new Refusal(400, { step, error });
}

function fail(error) {
  throw error;
}

/** Can every SQLite give it back as it is? Half a character has no UTF-8, and Node's ends a text at U+0000. */
function isText(value, maxBytes) {
  if (typeof value !== "string" || value.length > maxBytes) return false;
  return value.isWellFormed() && !value.includes("\0") && utf8Bytes(value) <= maxBytes;
}

function utf8Bytes(text) {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1; // Each half of a pair stands for two of four bytes.
  }
  return bytes;
}

/** The first text behind all that begin so. */
function behind(prefix) {
  const characters = [...prefix];
  while (characters.at(-1) === "\u{10ffff}") characters.pop();
  if (characters.length === 0) return behindAll;
  const next = characters.pop().codePointAt(0) + 1;
  return characters.join("") + String.fromCodePoint(next === 0xd800 ? 0xe000 : next);
}
