// Several isolates of the Worker in one workerd, which share a ledger and a store for pictures, as those of a deployed Worker do.
import { startWorkerds } from "./workerd.mjs";

const ledgerModules = {
  "tests/support/hosts/faulty_ledger.mjs": "esModule",
  "js-glue/services/ledger_object.mjs": "esModule",
  "js-glue/services/ledger.mjs": "esModule",
};

/** The services that all isolates share, as startWorkerds takes them. */
export const sharedServices = {
  LEDGER: { object: "Ledger", modules: ledgerModules },
  IMAGES: { modules: { "tests/support/upstreams/kept_values.mjs": "esModule" } },
};

/**
 * Starts so many with these variables. Gives { isolates, logs, pid, setFault(fault), lineOf(id), close() }: isolates are hosts, setFault() is of
 * faulty_ledger.mjs, and lineOf() waits for what the log says of a request, which it does when all of it is over.
 */
export async function startIsolates(count, variables, { shared = sharedServices, ...options } = {}) {
  const hosts = await startWorkerds(Array(count).fill(variables), { shared, ...options });
  const isolates = hosts.slice(0, count);
  const ledger = hosts[count + Object.keys(shared).indexOf("LEDGER")];
  const [{ logs, pid, close }] = hosts;
  const setFault = (fault) => ledger.request("/", { method: "POST", body: fault });
  const lineOf = async (id) => {
    for (;;) {
      const line = logs.find((line) => line.includes(`"request","rid":"${id}"`));
      if (line !== undefined) return JSON.parse(line);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { isolates, logs, pid, setFault, lineOf, close };
}
