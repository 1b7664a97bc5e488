// The cases of the whole gateway in workerd.
import { describeCases } from "../support/run_cases.mjs";
import { startWorker } from "../support/worker.mjs";

describeCases("the gateway in workerd", startWorker);
