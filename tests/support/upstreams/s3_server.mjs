// A server of S3 on loopback, which checks signatures: s3rver, with one bucket.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver from "@20minutes/s3rver";

/** s3rver knows this key alone. */
const key = "S3RVER";

/** What other servers of S3 refuse, and s3rver does not. */
function faultsOf({ method, headers }) {
  const faults = [];
  if (!/^AWS4-HMAC-SHA256 Credential=S3RVER\//.test(headers.authorization)) faults.push("unsigned ");
  if (headers["transfer-encoding"] !== undefined) faults.push("chunked ");
  if (["PUT", "POST"].includes(method) && headers["content-length"] === undefined) faults.push("without a length ");
  return faults.join("");
}

/**
 * Starts it. Gives { settings, calls, close() }: what a gateway is told of its bucket, and the calls as "METHOD PATH?QUERY STATUS", with their faults
 * before the status.
 */
export async function startS3Server() {
  const directory = mkdtempSync(join(tmpdir(), "fluxgate-s3-"));
  const server = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: "pictures" }],
  });
  const { port } = await server.run();
  const calls = [];
  server.httpServer.prependListener("request", (request, response) => {
    const { method, url } = request;
    response.on("finish", () => calls.push(`${method} ${url} ${faultsOf(request)}${response.statusCode}`));
  });
  return {
    calls,
    settings: {
      IMAGES_S3_URL: `http://127.0.0.1:${port}/pictures/of/fluxgate`,
      IMAGES_S3_KEY_ID: key,
      IMAGES_S3_SECRET: key,
    },
    close: async () => {
      server.httpServer.closeAllConnections();
      await server.close();
      rmSync(directory, { recursive: true });
    },
  };
}
