// The cases of the whole gateway in workerd.
import { describeCases } from "../support/cases/run_cases.mjs";
import { startWorkerds } from "../support/hosts/workerd.mjs";

describeCases("the gateway in workerd", async (all) => {
  const workers = await startWorkerds(all, { quiet: true });
  return { host: (i) => workers[i], close: () => workers[0].close() };
});
