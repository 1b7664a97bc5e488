// The responses face with the SDKs that speak it, on every host.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe } from "node:test";
import { describeResponses } from "../support/cases/run_responses.mjs";
import { startComponent } from "../support/hosts/component.mjs";
import { startNodeServer } from "../support/hosts/node_server.mjs";
import { startWorker } from "../support/hosts/worker.mjs";

describe("responses", { concurrency: 3 }, () => {
  const imagesIn = mkdtempSync(join(tmpdir(), "fluxgate-responses-"));
  after(() => rmSync(imagesIn, { recursive: true }));
  describeResponses("workerd", (settings) => startWorker(settings, { imagesIn }), { stores: true });
  describeResponses("the Node server", startNodeServer);
  describeResponses("the component", startComponent);
});
