// The demo mode in workerd.
import { describeDemo } from "../support/run_demo.mjs";
import { startWorker } from "../support/worker.mjs";

describeDemo("the demo in workerd", startWorker);
