// The ledger of abi.md in node:sqlite, which Node 22.13 and newer have.
import { SqlLedger } from "./ledger.mjs";

/** A transaction of another process is waited for so long; each takes some milliseconds. */
const busyMs = 5000;

/** What has expired is removed by so many rows before each call, which costs a call little. */
const sweptPerCall = 100;

/** Opens a ledger in a file, which several processes may share. Gives a function that performs calls. Throws as openSqlite() does. */
export function openLedger(path) {
  const ledger = new SqlLedger(openSqlite(path));
  return async ({ method, body: steps }) => {
    if (method !== "POST") return new Response(null, { status: 405 });
    const text = await new Response(steps).text();
    const now = Date.now();
    ledger.sweep(now, sweptPerCall);
    const { status, body } = ledger.answer(text, now);
    return new Response(body, { status, headers: { "content-type": "application/json" } });
  };
}

/** Opens a file, or ":memory:". Gives { exec, transaction, close } as SqlLedger wants them. Throws where Node has no SQLite,
 * and what SQLite throws. */
export function openSqlite(path) {
  const sqlite = sqliteOfNode();
  if (sqlite === undefined) throw new Error(`A ledger needs Node 22.13 or newer; this is ${process.version}.`);
  const database = new sqlite.DatabaseSync(path);
  database.exec(`PRAGMA busy_timeout = ${busyMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL`);
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

function sqliteOfNode() {
  return process.getBuiltinModule?.("node:sqlite");
}
