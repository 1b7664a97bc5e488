// A store of SQLite in Node, for the ledger: node:sqlite, which Node 22.13 and newer have.

/** A transaction of another process is waited for so long; each takes some milliseconds. */
const busyMs = 5000;

/** Is there SQLite in this Node? */
export function hasSqlite() {
  return sqliteOfNode() !== undefined;
}

/** Opens a file, or ":memory:". Gives { exec, transaction, close } as SqlLedger wants them. Throws where Node has no SQLite, and what SQLite throws. */
export function openSqlite(path) {
  const sqlite = sqliteOfNode();
  if (sqlite === undefined) throw new Error(`SQLite needs Node 22.13 or newer; this is ${process.version}.`);
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
