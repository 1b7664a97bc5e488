// The gateway in plain Node, examples/node-server: the cases of every host, and what the wire shows of the host itself.
import { describe } from "node:test";
import { describeCases, oneAtATime } from "../support/cases/run_cases.mjs";
import { describeImageClients } from "../support/cases/run_image_clients.mjs";
import { describeImages } from "../support/cases/run_images.mjs";
import { describeWire } from "../support/cases/run_wire.mjs";
import { startNodeServer } from "../support/hosts/node_server.mjs";

describe("the gateway in Node", { concurrency: 2 }, () => {
  describeCases(
    "the cases",
    oneAtATime((settings) => startNodeServer(settings)),
  );
  describeImages("pictures without a chat", startNodeServer);
  describeImageClients("clients of pictures without a chat", startNodeServer);
  describeWire(startNodeServer);
});
