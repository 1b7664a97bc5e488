// The Model Context Protocol with real clients, on every host.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe } from "node:test";
import { describeMcp } from "../support/cases/run_mcp.mjs";
import { startComponent } from "../support/hosts/component.mjs";
import { startNodeServer } from "../support/hosts/node_server.mjs";
import { startWorker } from "../support/hosts/worker.mjs";

describe("mcp", { concurrency: 3 }, () => {
  const imagesIn = mkdtempSync(join(tmpdir(), "fluxgate-mcp-"));
  after(() => rmSync(imagesIn, { recursive: true }));
  describeMcp("workerd", (settings) => startWorker(settings, { imagesIn }), { stores: true });
  describeMcp("the Node server", startNodeServer);
  describeMcp("the component", startComponent);
});
