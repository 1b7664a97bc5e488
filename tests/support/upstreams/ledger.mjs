// The service LEDGER for a scripted host: the ledger itself, in memory.
import { SqlLedger } from "../../../js-glue/services/ledger.mjs";
import { openSqlite } from "../../../js-glue/services/sqlite.mjs";
import { startMs } from "../hosts/conversation.mjs";

/**
 * Gives a function that answers a fetch of binding://LEDGER/: (body as text) -> { status, headers, body }. It keeps what it is told. now: the ledger's
 * clock, a time or a function that gives it.
 */
export function ledgerUpstream({ now = startMs } = {}) {
  const ledger = new SqlLedger(openSqlite(":memory:"));
  return (text) => {
    const { status, body } = ledger.answer(text, typeof now === "function" ? now() : now);
    return { status, headers: { "content-type": "application/json" }, body };
  };
}
