// Edits with the SDKs, on every host.
import { describe } from "node:test";
import { describeEdits } from "../support/cases/run_edits.mjs";
import { startComponent } from "../support/hosts/component.mjs";
import { startNodeHost } from "../support/hosts/node_host.mjs";
import { startNodeServer } from "../support/hosts/node_server.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";

describe("edits", { concurrency: 3 }, () => {
  describeEdits("workerd", startWorkerd);
  describeEdits("the package's Node server", startNodeHost);
  describeEdits("the Node server of the example", startNodeServer);
  describeEdits("the component", startComponent);
});
