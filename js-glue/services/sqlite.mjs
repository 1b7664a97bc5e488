// The ledger of abi.md in node:sqlite, which Node 22.13 and newer have.
import { setTimeout as delay } from "node:timers/promises";
import { SqlLedger } from "./ledger.mjs";

/** A transaction of another process is waited for so long while the file is opened; each takes some milliseconds. */
const openingMs = 5000;
/** The same later: this process stands still meanwhile, with all its requests. */
const standingMs = 10;
/** So long such a transaction is tried again: the core waits 2 s for a ledger. */
const triedMs = 1500;
/** Between two tries, at most. Processes that wait for each other do not wait alike. */
const pauseMs = 10;
/** SQLITE_BUSY, as the lowest byte of a code (sqlite.org/rescode.html). */
const busyCode = 5;

/** What has expired is removed by so many rows before each call, which costs a call little. */
const sweptPerCall = 100;

/** Opens a ledger in a file, which several processes may share. Gives a function that performs calls. Throws as openSqlite() does. */
export function openLedger(path) {
  const store = openSqlite(path);
  const ledger = new SqlLedger(store);
  store.exec(`PRAGMA busy_timeout = ${standingMs}`);
  const perform = (text, now) => {
    ledger.sweep(now, sweptPerCall);
    return ledger.answer(text, now);
  };
  return async ({ method, body: steps }) => {
    if (method !== "POST") return new Response(null, { status: 405 });
    const text = await new Response(steps).text();
    const { status, body } = await unlessBusy((now) => perform(text, now));
    return new Response(body, { status, headers: { "content-type": "application/json" } });
  };
}

/** Gives what act(now) gives, which it tries again while another process has the file. Throws what it throws. */
async function unlessBusy(act) {
  for (const startMs = performance.now(); ;) {
    try {
      return act(Date.now());
    } catch (error) {
      if ((error.errcode & 0xff) !== busyCode || performance.now() - startMs > triedMs) throw error;
    }
    await delay(pauseMs * Math.random());
  }
}

/** Opens a file, or ":memory:". Gives { exec, transaction, close } as SqlLedger wants them. Throws where Node has no SQLite,
 * and what SQLite throws. */
export function openSqlite(path) {
  const sqlite = sqliteOfNode();
  if (sqlite === undefined) throw new Error(`A ledger needs Node 22.13 or newer; this is ${process.version}.`);
  const database = new sqlite.DatabaseSync(path);
  database.exec(`PRAGMA busy_timeout = ${openingMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL`);
  const statements = new Map();
  const exec = (text, ...parameters) => {
    if (!statements.has(text)) statements.set(text, database.prepare(text));
    return statements.get(text).all(...parameters);
  };
  const transaction = (act) => {
    database.exec("BEGIN IMMEDIATE");
    try {
      const result = act();
      database.exec("COMMIT");
      return result;
    } catch (error) {
      if (database.isTransaction ?? true) database.exec("ROLLBACK");
      throw error;
    }
  };
  return { exec, transaction, close: () => database.close() };
}

/** Can this Node open a ledger? */
export const hasSqlite = () => sqliteOfNode() !== undefined;

function sqliteOfNode() {
  return process.getBuiltinModule?.("node:sqlite");
}
