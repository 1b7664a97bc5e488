// A client over plain HTTP, for tests of what fetch does not show.
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** A client that reads and leaves when the test says so. ending: null while the answer arrives, then "complete" or "broken". */
export class Client {
  chunks = [];
  ending = null;

  constructor(url, { method = "GET", body, headers, agent = false } = {}) {
    this.request = httpRequest(url, { method, headers: { authorization: "Bearer client-key", ...headers }, agent });
    this.head = new Promise((resolve, reject) => this.request.on("response", resolve).on("error", reject));
    this.request.on("error", () => (this.ending ??= "broken"));
    this.head.catch(() => {});
    this.request.end(body);
  }

  async listen() {
    const response = await this.head;
    response.on("data", (chunk) => this.chunks.push(chunk));
    response.on("error", () => (this.ending = "broken"));
    response.on("end", () => (this.ending = "complete"));
    return this;
  }

  get text() {
    return Buffer.concat(this.chunks).toString("latin1");
  }

  get bytes() {
    return Buffer.concat(this.chunks);
  }

  async reads(part) {
    while (!this.text.includes(part)) {
      assert.equal(this.ending, null, `The answer has ended without ${part}: ${this.text.slice(-500)}`);
      await delay(2);
    }
  }

  async end() {
    while (this.ending === null) await delay(2);
    return this.ending;
  }

  leave() {
    this.request.socket.destroy();
  }
}
