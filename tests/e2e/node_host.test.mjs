// The package's Node server, js-glue/node: the cases of every host, and what the wire shows of the host itself.
import { describe } from "node:test";
import { describeCases, oneAtATime } from "../support/cases/run_cases.mjs";
import { describeImageClients } from "../support/cases/run_image_clients.mjs";
import { describeImages } from "../support/cases/run_images.mjs";
import { describeWire } from "../support/cases/run_wire.mjs";
import { startNodeHost } from "../support/hosts/node_host.mjs";

describe("the package's Node server", { concurrency: 2 }, () => {
  describeCases(
    "the cases",
    oneAtATime((settings) => startNodeHost(settings)),
  );
  describeImages("pictures without a chat", startNodeHost);
  describeImageClients("clients of pictures without a chat", startNodeHost);
  describeWire(startNodeHost);
});
