// The demo mode in workerd.
import { describeDemo } from "../support/cases/run_demo.mjs";
import { startWorker } from "../support/hosts/worker.mjs";

describeDemo("the demo in workerd", startWorker);
