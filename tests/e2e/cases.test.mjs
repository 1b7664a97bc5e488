// The cases of the whole gateway in workerd.
import { describeCases } from "../support/cases/run_cases.mjs";
import { startWorker } from "../support/hosts/worker.mjs";

describeCases("the gateway in workerd", startWorker);
