// The services of src/abi/abi.md that this server has: pictures in a folder, the ledger in SQLite, and the list of clients in a file.
import { callService } from "../../js-glue/binding.mjs";
import { openClients, openFolder } from "../../js-glue/services/folder.mjs";
import { openLedger } from "../../js-glue/services/sqlite.mjs";

const { IMAGES_DIR, LEDGER_FILE, CLIENTS_FILE } = process.env;
const services = new Map();
if (IMAGES_DIR) services.set("IMAGES", await openFolder(IMAGES_DIR));
if (LEDGER_FILE) services.set("LEDGER", openLedger(LEDGER_FILE));
if (CLIENTS_FILE) services.set("CLIENTS", openClients(CLIENTS_FILE));

/** The environment as `fluxgate_configure` takes it, and with it the services. */
export const environment = Object.entries(process.env)
  .concat([...services.keys()].map((name) => [`binding://${name}`, "1"]))
  .map(([name, value]) => `${name}=${value}\0`)
  .join("");

/** Gives a function that is called as fetch() is and answers with a service's Response; undefined for what fetch() itself can do. */
export function serviceOf(url) {
  if (!url.startsWith("binding://")) return undefined;
  return async (url, init) => {
    const answer = await callService(services, { url, ...init });
    if (answer === null) throw new Error("unsupported");
    return answer;
  };
}
