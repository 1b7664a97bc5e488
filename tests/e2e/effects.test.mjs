// Every effect in workerd, in the package's Node server and in the example, by a module that runs tests/probe in the gateway's place.
import { readFileSync } from "node:fs";
import { probeModule } from "../needs/wasi.mjs";
import { workerModulePath } from "../needs/worker.mjs";
import { describeEffects } from "../support/cases/run_effects.mjs";
import { startNodeHost } from "../support/hosts/node_host.mjs";
import { startNodeServer } from "../support/hosts/node_server.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";

const files = { [workerModulePath]: readFileSync(probeModule()) };

describeEffects("effects in workerd", (variables) => startWorkerd(variables, { files }));
describeEffects("effects in the package's Node server", (variables) =>
  startNodeHost(variables, { module: probeModule() }),
);
describeEffects("effects in the Node server of the example", (variables) =>
  startNodeServer(variables, { module: probeModule() }),
);
