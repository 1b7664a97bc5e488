// One line of JSON for each request, with its calls of upstreams, as Fluxgate writes it.

export class RequestLog {
  #start = Date.now();
  #calls = [];

  constructor(rid) {
    this.rid = rid;
  }

  /** Adds a call that has ended. */
  call(upstream, key, asked, status) {
    this.#calls.push({ upstream, key, ms: Date.now() - asked, status, class: status < 300 ? "ok" : "failed" });
  }

  get ageMs() {
    return Date.now() - this.#start;
  }

  write(status) {
    console.log(JSON.stringify({ ev: "request", rid: this.rid, calls: this.#calls, status, ms: this.ageMs }));
  }
}
