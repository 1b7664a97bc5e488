// The strict host objects to each fault that a guest can make, and lets a faultless one be. The guests here are a few calls of imports each, by
// hand, with handles and addresses as a core module has them.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chance } from "../support/texts/chance.mjs";
import { Trap } from "../support/hosts/handle_table.mjs";
import { StrictHost } from "../support/hosts/strict_wasi_host.mjs";

const pageBytes = 65_536;
/** Where results go that need memory. */
const area = 512;

/** A guest for StrictHost that answers a request with `script`; see Guest. */
const guest = (script, realloc) => (importOf) => new Guest(importOf, script, realloc).exports;

class Guest {
  #top = 1024;

  constructor(importOf, script, realloc = (at) => at) {
    this.importOf = importOf;
    this.memory = new WebAssembly.Memory({ initial: 4 });
    this.exports = {
      memory: this.memory,
      cabi_realloc: (_block, _size, alignment, length) => realloc(this.allocate(alignment, length), this),
      "wasi:http/incoming-handler@0.2.0#handle": (request, outparam) => script(this, request, outparam),
    };
  }

  allocate(alignment, length) {
    const at = Math.ceil(this.#top / alignment) * alignment;
    this.#top = at + length;
    return at;
  }

  /** Calls, for example, "http/types [constructor]fields". */
  call(name, ...args) {
    const [from, importName] = name.split(" ");
    return this.importOf(`wasi:${from}@0.2.0`, importName)(...args);
  }
  drop(name, handle) {
    const [from, type] = name.split(" ");
    this.call(`${from} [resource-drop]${type}`, handle);
  }
  http(name, ...args) {
    return this.call(`http/types ${name}`, ...args);
  }
  /** The handle in a result<own<...>>; null where it is an error. */
  take(name, handle) {
    this.http(name, handle, area);
    return this.u8(area) === 0 ? this.u32(area + 4) : null;
  }

  u8(at) {
    return new DataView(this.memory.buffer).getUint8(at);
  }
  u32(at) {
    return new DataView(this.memory.buffer).getUint32(at, true);
  }
  /** Bytes in memory: pointer and length, as arguments. */
  bytes(content) {
    const bytes = Buffer.from(content, "latin1");
    const at = this.allocate(1, bytes.length);
    Buffer.from(this.memory.buffer).set(bytes, at);
    return [at, bytes.length];
  }
  handles(...handles) {
    const at = this.allocate(4, 4 * handles.length);
    handles.forEach((handle, i) => new DataView(this.memory.buffer).setUint32(at + 4 * i, handle, true));
    return at;
  }

  fields(entries = {}) {
    const fields = this.http("[constructor]fields");
    for (const [name, value] of Object.entries(entries)) assert.equal(this.append(fields, name, value), "ok");
    return fields;
  }
  append(fields, name, value) {
    this.http("[method]fields.append", fields, ...this.bytes(name), ...this.bytes(value), area);
    return this.u8(area) === 0 ? "ok" : ["invalid-syntax", "forbidden", "immutable"][this.u8(area + 1)];
  }
  /** An answer that is begun: { body, stream }. */
  begin(outparam, headers) {
    const response = this.http("[constructor]outgoing-response", this.fields(headers));
    const body = this.take("[method]outgoing-response.body", response);
    this.http("[static]response-outparam.set", outparam, 0, response, 0, 0n, 0, 0, 0, 0);
    return { body, stream: this.take("[method]outgoing-body.write", body) };
  }
  /** How many bytes may be written, or null for a closed stream. */
  permit(stream) {
    this.call("io/streams [method]output-stream.check-write", stream, area);
    return this.u8(area) === 0 ? Number(new DataView(this.memory.buffer).getBigUint64(area + 8, true)) : null;
  }
  /** True where the stream took it. */
  write(stream, content) {
    this.call("io/streams [method]output-stream.write", stream, ...this.bytes(content), area);
    return this.u8(area) === 0;
  }
  finish(body) {
    this.http("[static]outgoing-body.finish", body, 0, 0, area);
    return this.u8(area) === 0;
  }
  /** What a call of an upstream is: { body, future }. */
  send() {
    const request = this.http("[constructor]outgoing-request", this.fields());
    this.http("[method]outgoing-request.set-scheme", request, 1, 0, 0, 0);
    this.http("[method]outgoing-request.set-authority", request, 1, ...this.bytes("upstream.test"));
    const body = this.take("[method]outgoing-request.body", request);
    this.call("http/outgoing-handler handle", request, 0, 0, area);
    assert.equal(this.u8(area), 0);
    return { body, future: this.u32(area + 8) };
  }
  /** The stream of the request's body: { body, stream }. */
  read(request) {
    const body = this.take("[method]incoming-request.consume", request);
    return { body, stream: this.take("[method]incoming-body.stream", body) };
  }
}

const drops = {
  fields: "http/types fields",
  request: "http/types incoming-request",
  body: "http/types outgoing-body",
  incomingBody: "http/types incoming-body",
  stream: "io/streams output-stream",
  pollable: "io/poll pollable",
};

/** Runs the script as a guest that leaves nothing behind by itself: it drops request and outparam first, or is given them. */
function serve(script, { realloc, upstream = () => "silent", ...options } = {}) {
  const host = new StrictHost(guest(script, realloc), { random: chance("faults"), hesitant: false });
  return host.serve({ method: "POST", path: "/", headers: { a: "b" }, body: "hello" }, upstream, options);
}

const alone = (script) => (g, request, outparam) => {
  g.drop(drops.request, request);
  g.drop("http/types response-outparam", outparam);
  return script(g);
};

const faults = [
  // Handles: table.get and table.remove of the canonical ABI.
  ["a handle that was never given", /999 is no handle/, alone((g) => g.drop(drops.fields, 999))],
  ["handle 0", /0 is no handle/, alone((g) => g.drop(drops.fields, 0))],
  ["a handle of another type", /is fields, not pollable/, alone((g) => g.drop(drops.pollable, g.fields()))],
  [
    "a drop too many",
    /not any more, where fields/,
    alone((g) => {
      const fields = g.fields();
      g.drop(drops.fields, fields);
      g.drop(drops.fields, fields);
    }),
  ],
  [
    "use after a drop",
    /not any more, where fields/,
    alone((g) => {
      const fields = g.fields();
      g.drop(drops.fields, fields);
      g.append(fields, "a", "b");
    }),
  ],
  [
    "use after it was given away",
    /not any more, where fields/,
    alone((g) => {
      const fields = g.fields();
      g.http("[constructor]outgoing-response", fields);
      g.append(fields, "a", "b");
    }),
  ],
  [
    "a second answer",
    /not any more, where response-outparam/,
    (g, request, outparam) => {
      g.begin(outparam);
      g.begin(outparam);
    },
  ],
  ["something kept", /still holds fields/, alone((g) => g.fields())],
  ["the request and its outparam kept", /still holds incoming-request,response-outparam/, () => {}],

  // Parents and children: WIT.
  [
    "a request dropped before its headers",
    /incoming-request \d+ is dropped or given away before its 1 child/,
    (g, request) => {
      g.http("[method]incoming-request.headers", request);
      g.drop(drops.request, request);
    },
  ],
  [
    "a body dropped before its stream",
    /incoming-body \d+ is dropped/,
    (g, request) => g.drop(drops.incomingBody, g.read(request).body),
  ],
  [
    "a stream dropped before its pollable",
    /input-stream \d+ is dropped/,
    (g, request) => {
      const { stream } = g.read(request);
      g.call("io/streams [method]input-stream.subscribe", stream);
      g.drop("io/streams input-stream", stream);
    },
  ],
  [
    "a body finished before its stream is dropped",
    /outgoing-body \d+ is dropped or given away/,
    (g, request, outparam) => {
      g.finish(g.begin(outparam).body);
    },
  ],
  [
    "a body dropped unfinished before its stream",
    /outgoing-body \d+ is dropped/,
    (g, request, outparam) => {
      g.drop(drops.body, g.begin(outparam).body);
    },
  ],
  [
    "a call dropped before its pollable",
    /future-incoming-response \d+ is dropped/,
    alone((g) => {
      const { future } = g.send();
      g.http("[method]future-incoming-response.subscribe", future);
      g.drop("http/types future-incoming-response", future);
    }),
  ],

  // Streams and poll: WIT.
  [
    "more bytes than are permitted",
    /a write of 11 bytes where 10 are permitted/,
    (g, request, outparam) => {
      const { stream } = g.begin(outparam);
      assert.equal(g.permit(stream), 10);
      g.write(stream, "x".repeat(11));
    },
  ],
  [
    "a write without a permit",
    /where 0 are permitted/,
    (g, request, outparam) => g.write(g.begin(outparam).stream, "x"),
  ],
  [
    "two writes with one permit",
    /where 0 are permitted/,
    (g, request, outparam) => {
      const { stream } = g.begin(outparam);
      g.permit(stream);
      g.write(stream, "x");
      g.write(stream, "x");
    },
  ],
  [
    "a blocking write of more than 4096 bytes",
    /a blocking write of 4097 bytes/,
    alone((g) => {
      const stderr = g.call("cli/stderr get-stderr");
      g.call("io/streams [method]output-stream.blocking-write-and-flush", stderr, ...g.bytes("x".repeat(4097)), area);
    }),
  ],
  ["a poll of nothing", /an empty list/, alone((g) => g.call("io/poll poll", g.handles(), 0, area))],
  [
    "a poll of what never happens",
    /will ever be ready/,
    alone((g) => {
      const pollable = g.http("[method]future-incoming-response.subscribe", g.send().future);
      g.call("io/poll poll", g.handles(pollable), 1, area);
    }),
  ],

  // Memory and values: load, store, lift and lower of the canonical ABI.
  ["a name that is not UTF-8", /not UTF-8/, alone((g) => g.append(g.fields(), "\xff", "b"))],
  [
    "a string beyond the memory",
    /not all in memory/,
    alone((g) => {
      g.http("[method]fields.append", g.fields(), 4 * pageBytes - 1, 2, ...g.bytes("b"), area);
    }),
  ],
  [
    "an address that is negative as i32",
    /not all in memory/,
    alone((g) => {
      g.http("[method]fields.append", g.fields(), -1, 1, ...g.bytes("b"), area);
    }),
  ],
  ["a list that is not aligned", /not aligned to 4/, alone((g) => g.call("io/poll poll", 1025, 1, area))],
  [
    "an area that is not aligned",
    /area for the result at 516 is not aligned to 8/,
    alone((g) => g.call("clocks/wall-clock now", 516)),
  ],
  [
    "an area beyond the memory",
    /area for the result: 16 bytes/,
    alone((g) => g.call("clocks/wall-clock now", 4 * pageBytes - 8)),
  ],
  [
    "a case that there is not",
    /10 is no case/,
    alone((g) => {
      const request = g.http("[constructor]outgoing-request", g.fields());
      g.http("[method]outgoing-request.set-method", request, 10, 0, 0);
    }),
  ],
  [
    "memory that is not aligned as asked for",
    /cabi_realloc gave at \d+ is not aligned to 4/,
    (g, request) => {
      g.http("[method]fields.entries", g.http("[method]incoming-request.headers", request), area);
    },
    { realloc: (at) => at + 1 },
  ],
  [
    "memory beyond the memory",
    /cabi_realloc gave: \d+ bytes at/,
    (g, request) => {
      g.http("[method]incoming-request.path-with-query", request, area);
    },
    { realloc: () => 4 * pageBytes },
  ],
  [
    "a call out of cabi_realloc",
    /a call out of cabi_realloc/,
    (g, request) => {
      g.http("[method]incoming-request.path-with-query", request, area);
    },
    { realloc: (at, g) => g.call("clocks/monotonic-clock now") && at },
  ],
];

describe("the strict host traps a guest for", () => {
  for (const [name, message, script, options = {}] of faults) {
    test(name, () => {
      assert.throws(
        () => serve(script, { client: { bufferBytes: 10 }, ...options }),
        (error) => {
          assert.ok(error instanceof Trap, error.stack);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});

/** Gives an answer of "hello", to its good end. */
function answerWell(g, outparam, headers) {
  const { body, stream } = g.begin(outparam, headers);
  assert.ok(g.permit(stream) >= 5);
  assert.ok(g.write(stream, "hello"));
  g.drop(drops.stream, stream);
  return g.finish(body);
}

describe("the strict host", () => {
  test("lets a faultless guest be", () => {
    const seen = serve((g, request, outparam) => {
      const { body, stream } = g.read(request);
      const pollable = g.call("io/streams [method]input-stream.subscribe", stream);
      g.call("io/poll poll", g.handles(pollable), 1, area);
      assert.deepEqual([g.u32(area + 4), g.u32(g.u32(area))], [1, 0]);
      g.call("io/streams [method]input-stream.read", stream, 100n, area);
      assert.equal(Buffer.from(g.memory.buffer, g.u32(area + 4), g.u32(area + 8)).toString(), "hello");
      g.drop(drops.pollable, pollable);
      g.drop("io/streams input-stream", stream);
      g.drop(drops.incomingBody, body);
      g.drop(drops.request, request);
      assert.ok(answerWell(g, outparam, { "content-length": "5", "x-a": "b" }));
    });
    assert.deepEqual([seen.status, seen.text, seen.ending, seen.headers["x-a"]], [200, "hello", "whole", "b"]);
  });

  test("gives once what can be had once", () => {
    serve((g, request, outparam) => {
      const { body, stream } = g.read(request);
      assert.equal(g.take("[method]incoming-request.consume", request), null);
      assert.equal(g.take("[method]incoming-body.stream", body), null);
      g.drop("io/streams input-stream", stream);
      g.drop(drops.incomingBody, body);
      g.drop(drops.request, request);
      const response = g.http("[constructor]outgoing-response", g.fields());
      const first = g.take("[method]outgoing-response.body", response);
      assert.equal(g.take("[method]outgoing-response.body", response), null);
      const output = g.take("[method]outgoing-body.write", first);
      assert.equal(g.take("[method]outgoing-body.write", first), null);
      g.drop(drops.stream, output);
      g.drop(drops.body, first);
      g.drop("http/types outgoing-response", response);
      g.drop("http/types response-outparam", outparam);
    });
  });

  test("gives an answer of an upstream once", () => {
    serve(
      alone((g) => {
        const { body, future } = g.send();
        const get = () => g.http("[method]future-incoming-response.get", future, area);
        get();
        assert.equal(g.u8(area), 0, "not yet: its request is not sent");
        assert.ok(g.finish(body));
        get();
        assert.deepEqual([g.u8(area), g.u8(area + 8), g.u8(area + 16)], [1, 0, 0]);
        g.drop("http/types incoming-response", g.u32(area + 24));
        get();
        assert.deepEqual([g.u8(area), g.u8(area + 8)], [1, 1]);
        g.drop("http/types future-incoming-response", future);
      }),
      { upstream: () => ({}) },
    );
  });

  test("refuses header fields that are forbidden, no header fields, or not the guest's", () => {
    serve((g, request, outparam) => {
      const fields = g.fields();
      assert.equal(g.append(fields, "Connection", "close"), "forbidden");
      assert.equal(g.append(fields, "a b", "c"), "invalid-syntax");
      assert.equal(g.append(fields, "a", "b\nc"), "invalid-syntax");
      assert.equal(g.append(fields, "a", "\xff\t"), "ok");
      g.drop(drops.fields, fields);
      const headers = g.http("[method]incoming-request.headers", request);
      assert.equal(g.append(headers, "a", "b"), "immutable");
      g.drop(drops.fields, headers);
      alone(() => {})(g, request, outparam);
    });
  });

  const endings = [
    { name: "finished is whole", end: (g, body) => assert.ok(g.finish(body)), ending: "whole" },
    { name: "dropped is broken", end: (g, body) => g.drop(drops.body, body), ending: "broken" },
    {
      name: "not all that was declared is broken, and finish says so",
      length: "6",
      end: (g, body) => assert.ok(!g.finish(body)),
      ending: "broken",
    },
  ];
  for (const { name, length, end, ending } of endings) {
    test(`a body that is ${name}`, () => {
      const seen = serve((g, request, outparam) => {
        g.drop(drops.request, request);
        const { body, stream } = g.begin(outparam, length && { "content-length": length });
        g.permit(stream);
        assert.ok(g.write(stream, "hello"));
        g.drop(drops.stream, stream);
        end(g, body);
      });
      assert.equal(seen.ending, ending);
    });
  }

  test("a write of more than was declared fails", () => {
    serve((g, request, outparam) => {
      g.drop(drops.request, request);
      const { body, stream } = g.begin(outparam, { "content-length": "4" });
      g.permit(stream);
      assert.ok(!g.write(stream, "hello"));
      if (g.u8(area + 4) === 0) g.drop("io/error error", g.u32(area + 8));
      g.drop(drops.stream, stream);
      g.drop(drops.body, body);
    });
  });

  test("a client that has gone closes its stream", () => {
    const seen = serve(
      (g, request, outparam) => {
        g.drop(drops.request, request);
        const { body, stream } = g.begin(outparam);
        assert.equal(g.permit(stream), null);
        if (g.u8(area + 8) === 0) g.drop("io/error error", g.u32(area + 12));
        g.drop(drops.stream, stream);
        g.finish(body);
      },
      { client: { leavesAtMs: 0 } },
    );
    assert.equal(seen.ending, "broken");
  });

  test("leaves rubbish where a result has nothing to say", () => {
    serve(
      alone((g) => {
        const { body, future } = g.send();
        g.http("[method]future-incoming-response.get", future, area);
        assert.deepEqual([g.u8(area), g.u8(area + 1), g.u8(area + 8), g.u32(area + 24)], [0, 0xee, 0xee, 0xeeeeeeee]);
        g.drop("http/types future-incoming-response", future);
        g.drop(drops.body, body);
      }),
    );
  });

  test("has no function that it does not know", () => {
    assert.throws(() => serve(alone((g) => g.call("io/streams [method]output-stream.rewind", 1))), /nobody performs/);
    assert.throws(() => serve(alone((g) => g.call("http/types [method]future-trailers.get", 1))), /nobody performs/);
  });
});
