// A process with a ledger in a file: when it is told to go it adds 1 so many times, as long as the counter has 50 at most, and says what the answers were.
// Its arguments: the file, and how many times.
import { once } from "node:events";
import { SqlLedger } from "../../../js-glue/services/ledger.mjs";
import { openSqlite } from "../../../js-glue/services/sqlite.mjs";

const [path, times] = process.argv.slice(2);
const store = openSqlite(path);
const ledger = new SqlLedger(store);
process.stdout.write("\n");
await once(process.stdin, "data");
const add = () => ledger.answer(JSON.stringify([{ add: "a", amount: 1, until: 2000, most: 50 }]), 1000).status;
process.stdout.write(JSON.stringify(Array.from({ length: Number(times) }, add)));
store.close();
process.stdin.destroy();
