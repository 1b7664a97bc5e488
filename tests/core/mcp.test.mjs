// POST /mcp through the module: both eras of the protocol, its tools, and what goes wrong.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertValid } from "../support/cases/schemas.mjs";
import { lineOf } from "../support/clients/log.mjs";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import { llmPrompt } from "../support/upstreams/faults.mjs";
import { settings as drawing, withLlm, withStore, worldOf } from "../support/upstreams/openai_world.mjs";
import { dataUrl, largePng } from "../support/upstreams/pictures.mjs";

const settings = { ...drawing, ...withStore };
const modern = "2026-07-28";
const namespace = "io.modelcontextprotocol";
const photo = largePng(50_000);

const request = (body, headers = {}, method = "POST") => ({
  method,
  url: "https://gateway.example/mcp",
  headers: {
    authorization: "Bearer client-key",
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    ...headers,
  },
  body: typeof body === "string" ? body : JSON.stringify(body),
});
const message = (method, params, id = 7) => ({ jsonrpc: "2.0", id, method, params });

/** A message of the era without sessions, and the headers that say the same. */
function modernRequest(method, params = {}, { headers, meta, id = 7 } = {}) {
  const _meta = { [`${namespace}/protocolVersion`]: modern, [`${namespace}/clientCapabilities`]: {}, ...meta };
  const said = {
    "mcp-protocol-version": modern,
    "mcp-method": method,
    ...(params.name && { "mcp-name": params.name }),
  };
  return request(message(method, { ...params, _meta }, id), { ...said, ...headers });
}

/** The messages of an answer: of its events, or the one that it is. */
function messagesOf(seen) {
  if (!seen.headers["content-type"].startsWith("text/event-stream")) return [seen.json()];
  assert.equal(seen.headers["x-accel-buffering"], "no");
  const blocks = seen.text.split("\n\n");
  assert.equal(blocks.pop(), "");
  return blocks
    .filter((block) => !block.startsWith(":"))
    .map((block) => JSON.parse(/^event: message\ndata: (.*)$/.exec(block)[1]));
}
const schemasOf = (result) =>
  result.content
    ? "mcp.call_result"
    : result.tools
      ? "mcp.tools_result"
      : result.protocolVersion
        ? "mcp.initialize_result"
        : result.supportedVersions
          ? "mcp.discover_result"
          : null;
const resultOf = (seen) => {
  assert.equal(seen.status, 200, seen.text);
  assert.deepEqual(seen.leftOver, []);
  const messages = messagesOf(seen);
  for (const each of messages) assertValid("mcp.message", each);
  const { result } = messages.at(-1);
  if (schemasOf(result)) assertValid(schemasOf(result), result);
  return result;
};
const errorOf = (seen) => ({ status: seen.status, code: seen.json().error.code, id: seen.json().id });
const orders = (seen) => seen.calls.filter(({ url }) => url.includes("/images/"));
const textOf = ({ content }) => content.find(({ type }) => type === "text").text;
const call = (name, args, more = {}) => message("tools/call", { name, arguments: args, ...more });
const linkPattern = /^https:\/\/gateway\.example\/i\/[\w-]{22}\.png$/;

describeBuilds("mcp", (makeCore) => {
  const ask = (asked, { settings: more = {}, options, ...world } = {}) =>
    converse(makeCore({ ...settings, ...more }), asked, worldOf(world), options);

  describe("with sessions", () => {
    for (const version of ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]) {
      test(`initialize speaks ${version}`, () => {
        const { protocolVersion, capabilities, serverInfo, instructions, ...rest } = resultOf(
          ask(request(message("initialize", { protocolVersion: version, capabilities: {}, clientInfo: {} }))),
        );
        assert.deepEqual([protocolVersion, capabilities, rest], [version, { tools: {} }, {}]);
        assert.equal(serverInfo.name, "fluxgate");
        assert.match(instructions, /edit_image/);
      });
    }
    test("initialize of a version that nobody knows gives the newest one with sessions", () => {
      for (const protocolVersion of ["2099-01-01", "", undefined, modern]) {
        const seen = ask(request(message("initialize", { protocolVersion })));
        assert.equal(resultOf(seen).protocolVersion, "2025-11-25");
      }
    });
    test("ping, and notifications, which get no body", () => {
      assert.deepEqual(resultOf(ask(request(message("ping", undefined, "a-7")))), {});
      for (const method of ["notifications/initialized", "notifications/cancelled", "notifications/new"]) {
        const seen = ask(request({ jsonrpc: "2.0", method, params: {} }, { "mcp-protocol-version": "2025-06-18" }));
        assert.deepEqual([seen.status, seen.text], [202, ""]);
      }
      assert.equal(ask(request({ jsonrpc: "2.0", id: 3, result: {} })).status, 202);
    });
    test("ids come back as they came", () => {
      for (const id of [0, 7, -1, "", 'x"\u00e9', 9007199254740991]) {
        assert.deepEqual(ask(request(message("ping", {}, id))).json().id, id);
      }
    });
    test("tools/list", () => {
      const { tools, ...rest } = resultOf(ask(request(message("tools/list"))));
      assert.deepEqual(
        [tools.map(({ name }) => name), rest],
        [["generate_image", "edit_image", "list_image_models"], {}],
      );
      for (const { name, description, inputSchema, annotations } of tools) {
        assert.match(name, /^[A-Za-z0-9_.-]{1,128}$/);
        assert.ok(description.length > 20 && inputSchema.type === "object");
        assert.equal(typeof annotations.readOnlyHint, "boolean");
      }
    });
    test("what nobody knows", () => {
      assert.deepEqual(errorOf(ask(request(message("resources/list")))), { status: 200, code: -32601, id: 7 });
      assert.deepEqual(errorOf(ask(request(message("server/discover")))), { status: 200, code: -32601, id: 7 });
      assert.deepEqual(errorOf(ask(request(call("draw", {})))), { status: 200, code: -32602, id: 7 });
      const seen = ask(request(message("ping"), { "mcp-protocol-version": "2099-01-01" }));
      assert.deepEqual(errorOf(seen), { status: 400, code: -32022, id: 7 });
    });
  });

  describe("without sessions", () => {
    test("server/discover and tools/list say how long they hold", () => {
      const found = resultOf(ask(modernRequest("server/discover")));
      assert.deepEqual([found.supportedVersions, found.capabilities], [[modern], { tools: {} }]);
      const listed = resultOf(ask(modernRequest("tools/list")));
      assert.equal(listed.tools.length, 3);
      for (const result of [found, listed]) {
        assert.deepEqual([result.resultType, result.cacheScope], ["complete", "public"]);
        assert.ok(result.ttlMs > 0);
        assert.equal(result._meta[`${namespace}/serverInfo`].name, "fluxgate");
      }
    });
    test("an unknown method is a 404", () => {
      for (const method of ["ping", "initialize", "resources/list"]) {
        assert.deepEqual(errorOf(ask(modernRequest(method))), { status: 404, code: -32601, id: 7 }, method);
      }
    });
    for (const [what, headers] of Object.entries({
      "another version": { "mcp-protocol-version": "2025-11-25" },
      "no version": { "mcp-protocol-version": "" },
      "another method": { "mcp-method": "tools/list" },
      "another name": { "mcp-name": "edit_image" },
      "a damaged name": { "mcp-name": "=?base64?!!?=" },
    })) {
      test(`headers with ${what} are refused`, () => {
        const seen = ask(modernRequest("tools/call", { name: "list_image_models" }, { headers }));
        assert.deepEqual(errorOf(seen), { status: 400, code: -32020, id: 7 });
      });
    }
    test("a name may come as base64", () => {
      const name = `=?base64?${Buffer.from("list_image_models").toString("base64")}?=`;
      resultOf(ask(modernRequest("tools/call", { name: "list_image_models" }, { headers: { "mcp-name": name } })));
    });
    test("the client's capabilities must be there, and its version known", () => {
      const noCapabilities = { meta: { [`${namespace}/clientCapabilities`]: undefined } };
      assert.deepEqual(errorOf(ask(modernRequest("tools/list", {}, noCapabilities))), {
        status: 400,
        code: -32602,
        id: 7,
      });
      const seen = ask(request(message("tools/list"), { "mcp-protocol-version": modern }));
      assert.equal(errorOf(seen).code, -32602);
      const later = { meta: { [`${namespace}/protocolVersion`]: "2027-01-01" } };
      const refused = ask(modernRequest("tools/list", {}, later));
      assert.deepEqual(errorOf(refused), { status: 400, code: -32022, id: 7 });
      assert.deepEqual(refused.json().error.data, { supported: [modern], requested: "2027-01-01" });
    });
  });

  for (const era of ["with sessions", "without sessions"]) {
    const toolRequest = (name, args, { token, headers } = {}) => {
      const meta = token !== undefined && { progressToken: token };
      return era === "without sessions"
        ? modernRequest("tools/call", { name, arguments: args }, { meta, headers })
        : request(call(name, args, meta && { _meta: meta }), { "mcp-protocol-version": "2025-11-25", ...headers });
    };
    const generate = (args, options) => toolRequest("generate_image", { prompt: "a cat", ...args }, options);

    describe(`a tool, ${era}`, () => {
      test("draws, and gives links, and a small picture to look at", () => {
        const seen = ask(generate({ aspect_ratio: "3:2", n: 2, seed: 3 }), { picture: photo });
        const result = resultOf(seen);
        const { images, prompt, model } = result.structuredContent;
        assert.deepEqual([prompt, model, result.isError], ["a cat", "gpt-image-1", false]);
        assert.deepEqual(
          images.map(({ url, ...rest }) => [linkPattern.test(url), rest]),
          Array(2).fill([true, { width: 1536, height: 1024, mime_type: "image/png" }]),
        );
        for (const { url } of images) assert.ok(textOf(result).includes(`![Image](${url})`));
        assert.match(textOf(result), /\n\nPrompt: a cat/);
        const byType = Object.groupBy(result.content, ({ type }) => type);
        assert.deepEqual(
          byType.resource_link.map(({ uri }) => uri),
          images.map(({ url }) => url),
        );
        for (const { data, mimeType } of byType.image) {
          assert.equal(mimeType, "image/png");
          assert.ok(Buffer.from(data, "base64").equals(photo));
        }
        assert.equal(byType.image.length, 2);
        assert.equal(result.resultType, "complete");
        assert.deepEqual([lineOf(seen).face, lineOf(seen).pictures], ["mcp", 2]);
      });

      test("a large picture is a link alone", () => {
        const result = resultOf(ask(generate({}), { picture: largePng(600_000) }));
        assert.deepEqual(
          result.content.map(({ type }) => type),
          ["text", "resource_link"],
        );
      });

      test("without a store a picture that came inside the answer is in the result, however large", () => {
        const picture = largePng(1_000_000);
        const seen = ask(generate({}), { picture, settings: { "binding://IMAGES": "" } });
        const { content } = resultOf(seen);
        assert.deepEqual(
          content.map(({ type }) => type),
          ["text", "image"],
        );
        assert.ok(Buffer.from(content[1].data, "base64").equals(picture));
      });

      test("progress comes with a token, and grows", () => {
        for (const token of ["t-1", 5]) {
          const messages = messagesOf(ask(generate({}, { token })));
          const told = messages
            .slice(0, -1)
            .map(({ method, params }) => [method, params.progressToken, params.progress]);
          assert.ok(told.length > 0);
          assert.deepEqual(
            told,
            told.map((_, index) => ["notifications/progress", token, index + 1]),
          );
          assert.ok(messages.slice(0, -1).every(({ params }) => params.message.length > 0));
        }
        assert.equal(messagesOf(ask(generate({}))).length, 1);
      });

      test("a client that takes no events gets JSON", () => {
        const seen = ask(generate({}, { token: 1, headers: { accept: "application/json" } }), { picture: photo });
        assert.equal(seen.headers["content-type"], "application/json");
        assert.match(resultOf(seen).structuredContent.images[0].url, linkPattern);
      });

      test("the optimiser, where it is asked for", () => {
        for (const asked of [
          generate({ model: "gpt-image-1:optimized" }),
          generate({}, { headers: { "x-fluxgate-optimize": "1" } }),
        ]) {
          const result = resultOf(ask(asked, { settings: withLlm }));
          assert.equal(result.structuredContent.prompt, llmPrompt);
          assert.match(textOf(result), /Optimized prompt: /);
        }
        const raw = resultOf(ask(generate({ prompt: "a cat --no text 16:9" }), { settings: withLlm }));
        assert.equal(raw.structuredContent.prompt, "a cat --no text 16:9");
      });

      test("edit_image changes a picture of ours, a data URL, and one at an address", () => {
        const stored = new Map();
        const core = makeCore(settings);
        const first = converse(core, generate({}), worldOf({ picture: photo, stored }));
        const { url } = resultOf(first).structuredContent.images[0];
        for (const image of [url, dataUrl(photo)]) {
          const random = new Uint8Array(16).fill(9);
          const seen = converse(core, toolRequest("edit_image", { prompt: "a hat", image }), worldOf({ stored }), {
            random,
          });
          assert.match(resultOf(seen).structuredContent.images[0].url, linkPattern);
          assert.match(orders(seen)[0].url, /\/edits$/);
          assert.ok(orders(seen)[0].bytes.includes(photo));
        }
      });

      for (const [what, name, args, code, more] of [
        ["no prompt", "generate_image", { prompt: undefined }, "invalid_parameters"],
        ["a prompt that is a number", "generate_image", { prompt: 5 }, "invalid_parameters"],
        ["white space", "generate_image", { prompt: " " }, "empty_prompt"],
        ["a size in words", "generate_image", { size: "large" }, "invalid_parameters"],
        ["a shape that is none", "generate_image", { aspect_ratio: "wide-ish" }, "invalid_parameters"],
        ["too many", "generate_image", { n: 5 }, "invalid_parameters"],
        ["a model that is none of ours", "generate_image", { model: "dall-e" }, "unsupported_image_model"],
        ["no picture", "edit_image", {}, "invalid_parameters"],
        ["a forged link", "edit_image", { image: `https://gateway.example/i/${"A".repeat(22)}.png` }, "invalid_image"],
        ["an address inside a network", "edit_image", { image: "http://10.0.0.1/a.png" }, "invalid_image"],
        ["base64 of no picture", "edit_image", { image: "aGVsbG8=" }, "invalid_image"],
        [
          "a model that goes by no pictures",
          "edit_image",
          { image: dataUrl(photo) },
          "image_input_unsupported",
          { IMAGE_GEN_API_TYPE: "siliconflow", IMAGE_GEN_MODEL: "black-forest-labs/FLUX.1-schnell" },
        ],
      ]) {
        test(`${what}: the result says so`, () => {
          const seen = ask(toolRequest(name, { prompt: "a cat", ...args }), { settings: more });
          const result = resultOf(seen);
          assert.deepEqual([result.isError, result.content.length, orders(seen)], [true, 1, []]);
          assert.ok(textOf(result).endsWith(`(${code})`), textOf(result));
          assert.equal(lineOf(seen).code, code);
        });
      }

      test("a backend that fails or refuses: the result says so", () => {
        for (const [image, code] of [
          ["failed", "upstream_unreachable"],
          [{ status: 400, body: '{"error":{"message":"no","code":"moderation_blocked"}}' }, "content_policy_violation"],
        ]) {
          const result = resultOf(ask(generate({}), { image }));
          assert.deepEqual([result.isError, textOf(result).endsWith(`(${code})`)], [true, true]);
        }
      });

      test("each reply fails once, the client leaves at each effect, and nothing is left over", () => {
        const run = (options = {}) =>
          ask(toolRequest("edit_image", { prompt: "a hat", image: dataUrl(photo), n: 2 }, { token: 1 }), { options });
        const { effects } = run();
        assert.ok(effects.length > 8);
        effects.forEach((effect, failing) => {
          const seen = run({ failing });
          assert.deepEqual(seen.leftOver, [], `${failing}: ${effect}`);
          if (seen.status === 200 && seen.ending === "complete") assert.ok(resultOf(seen).content.length > 0);
        });
        for (let clientLeavesAt = 1; clientLeavesAt <= effects.length; clientLeavesAt += 1) {
          assert.deepEqual(run({ clientLeavesAt }).leftOver, [], `${clientLeavesAt}: ${effects[clientLeavesAt - 1]}`);
        }
      });
    });

    test(`the same call within ten minutes finds its picture, ${era}`, () => {
      const core = makeCore(settings);
      const start = 1_800_000_000_000;
      const run = (args, now, headers) => converse(core, generate(args, { headers }), worldOf(), { now });
      const first = run({ seed: 1 }, start);
      const link = resultOf(first).structuredContent.images[0].url;
      const again = run({ seed: 1 }, start + 599_000);
      assert.deepEqual([again.calls, resultOf(again).structuredContent.images[0].url], [[], link]);
      assert.equal(lineOf(again).repeated, 1);
      const older = request(call("generate_image", { prompt: "a cat", seed: 1 }));
      assert.equal(orders(converse(core, older, worldOf(), { now: start + 1000 })).length, 1, "an older client");
      for (const [args, now] of [
        [{ seed: 2 }, start],
        [{ seed: 1, prompt: "a dog" }, start],
        [{ seed: 1 }, start + 601_000],
      ]) {
        assert.equal(orders(run(args, now)).length, 1);
      }
    });
  }

  test("a call without a link is not kept, nor does it hide one that is", () => {
    const core = makeCore(settings);
    const broken = (call) => (call.url.startsWith("binding://") ? { status: 500 } : worldOf()(call));
    const run = (upstream) => converse(core, request(call("generate_image", { prompt: "a cat" })), upstream);
    assert.equal(orders(run(broken)).length, 1);
    assert.equal(orders(run(worldOf())).length, 1);
    assert.equal(orders(run(worldOf())).length, 0);
  });

  test("list_image_models", () => {
    const more = { IMAGE_GEN_API_TYPE_2: "siliconflow", IMAGE_GEN_MODEL_2: "flux", IMAGE_GEN_API_KEY_2: "a-key" };
    const result = resultOf(ask(request(call("list_image_models", {})), { settings: more }));
    assert.deepEqual(result.structuredContent.models, [
      { id: "gpt-image-1", edits: true },
      { id: "flux", edits: false },
    ]);
    assert.equal(textOf(result), "- gpt-image-1 (draws and edits)\n- flux (draws)");
  });

  test("clients of before 2025-06-18 get no links to resources", () => {
    for (const headers of [{}, { "mcp-protocol-version": "2025-03-26" }]) {
      const result = resultOf(
        ask(request(call("generate_image", { prompt: "a cat" }), headers), { picture: largePng(600_000) }),
      );
      assert.deepEqual(
        result.content.map(({ type }) => type),
        ["text"],
      );
    }
  });

  describe("what is no message", () => {
    for (const [what, body, code] of [
      ["no JSON", "{", -32700],
      ["nothing", "", -32700],
      ["a list", "[]", -32600],
      ["a batch", JSON.stringify([message("ping")]), -32600],
      ["a number", "5", -32600],
      ["another version of JSON-RPC", { ...message("ping"), jsonrpc: "1.0" }, -32600],
      ["no method", { jsonrpc: "2.0", id: 1 }, -32600],
      ["an id that is null", message("ping", {}, null), -32600],
      ["an id that is a list", message("ping", {}, [1]), -32600],
      ["an id of half a number", message("ping", {}, 0.5), -32600],
      ["an id of 300 bytes", message("ping", {}, "x".repeat(300)), -32600],
    ]) {
      test(what, () => {
        const { status, code: told } = errorOf(ask(request(body)));
        assert.deepEqual([status, told], [400, code]);
      });
    }
    test("arguments that are no object", () => {
      for (const args of [5, null, [], "a cat", undefined]) {
        const result = resultOf(ask(request(call("generate_image", args))));
        assert.equal(result.isError, true);
      }
    });
  });

  describe("what is odd", () => {
    const ping = (id) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}`;

    test("an id comes back letter by letter, whatever it holds", () => {
      for (const id of [
        "-0",
        "9223372036854775807",
        "-9223372036854775808",
        '"\\u0000"',
        '"\\u000a\\u000adata: x"',
        '"</script><script>alert(1)</script>"',
        '"\\"},\\"result\\":{\\"x\\":\\""',
        '"\u2028\u202e"',
        '"__proto__"',
        `"${"x".repeat(254)}"`,
      ]) {
        const seen = ask(request(ping(id)));
        assert.equal(seen.text, `{"jsonrpc":"2.0","id":${id},"result":{}}`);
      }
    });

    test("an id that is none is refused, and not told again", () => {
      for (const id of [
        ...["true", "false", "{}", "[]", '{"id":1}', "1.0", "1e0", "-1.5", "9223372036854775808", "1e400"],
        `"${"x".repeat(255)}"`,
        `"${"x".repeat(1_000_000)}"`,
        "1".repeat(1_000_000),
      ]) {
        const seen = ask(request(ping(id)));
        assert.deepEqual([seen.status, seen.json().id], [400, null], id.slice(0, 30));
        assert.ok(seen.text.length < 300);
      }
    });

    test("of a member that comes twice the last one counts, however it is written", () => {
      for (const body of [
        '{"jsonrpc":"1.0","id":1,"method":"tools/list","jsonrpc":"2.0","id":2,"method":"ping"}',
        '{"id":1,"method":"tools/list","\\u0069d":2,"meth\\u006fd":"ping","jsonrpc":"2.0"}',
      ])
        assert.equal(ask(request(body)).text, '{"jsonrpc":"2.0","id":2,"result":{}}');
    });

    test("nor is a call known by arguments that do not count", () => {
      const core = makeCore(settings);
      const run = (members) =>
        converse(
          core,
          request(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"generate_image",${members}}}`),
          worldOf(),
        );
      const prompts = (seen) => orders(seen).map(({ body }) => JSON.parse(body).prompt);
      for (const name of ["arguments", "\\u0061rguments"]) {
        const twice = run(`"arguments":{"prompt":"a cat ${name}"},"${name}":{"prompt":"a dog ${name}"}`);
        assert.deepEqual(prompts(twice), [`a dog ${name.replace("\\u0061", "a")}`]);
      }
      for (const name of ["arguments", "\\u0061rguments"]) {
        assert.equal(prompts(run(`"arguments":{"prompt":"a cat ${name}"}`)).length, 1, "nobody has drawn that");
      }
    });

    test("what wants no answer orders nothing", () => {
      const order = call("generate_image", { prompt: "a cat" });
      for (const body of [
        { ...order, id: undefined },
        { ...order, result: {} },
        { ...order, error: { code: 1, message: "x" } },
        { ...order, id: undefined, method: "notifications/tools/call" },
      ]) {
        const seen = ask(request(body));
        assert.deepEqual([seen.status, seen.text, seen.calls], [202, "", []]);
      }
      for (const batch of [[order], [order, order], Array(1000).fill(order), [[order]], [null, order]]) {
        const seen = ask(request(batch));
        assert.deepEqual([errorOf(seen), seen.calls], [{ status: 400, code: -32600, id: null }, []]);
      }
    });

    test("params of any type", () => {
      for (const params of [5, "x", [], [1], null, true, {}, { name: 5 }, { name: ["generate_image"] }, { name: {} }]) {
        const seen = ask(request(message("tools/call", params)));
        assert.deepEqual([errorOf(seen), seen.calls], [{ status: 200, code: -32602, id: 7 }, []]);
        for (const method of ["ping", "tools/list", "initialize"]) {
          assert.ok(resultOf(ask(request(message(method, params)))), method);
        }
      }
      const odd = JSON.parse('{"prompt":"a cat","__proto__":{"n":4},"constructor":{"prototype":{}},"n\\u0000":4}');
      assert.equal(resultOf(ask(request(call("generate_image", odd)))).structuredContent.images.length, 1);
    });

    test("a token of another type is none", () => {
      for (const progressToken of [{}, [], 1.5, true, null, "x".repeat(300)]) {
        const params = { _meta: { progressToken } };
        const messages = messagesOf(ask(request(call("generate_image", { prompt: "a cat" }, params))));
        assert.equal(messages.length, 1);
      }
    });

    test("a version that is none is told again in its first 32 bytes at most", () => {
      const long = "9".repeat(5000);
      const asked = [
        request(message("ping"), { "mcp-protocol-version": long }),
        modernRequest("ping", {}, { meta: { [`${namespace}/protocolVersion`]: long } }),
        ...[5, {}, [], true].map((version) =>
          modernRequest("ping", {}, { meta: { [`${namespace}/protocolVersion`]: version } }),
        ),
      ];
      for (const each of asked) {
        const seen = ask(each);
        assert.deepEqual(errorOf(seen), { status: 400, code: -32022, id: 7 });
        assert.ok(long.slice(0, 32).startsWith(seen.json().error.data.requested), seen.text.slice(0, 300));
      }
      const initialized = ask(request(message("initialize", { protocolVersion: long })));
      assert.equal(resultOf(initialized).protocolVersion, "2025-11-25");
    });

    test("a method of 100 kB, or of hostile letters, is told to nobody but, cut, to the log", () => {
      for (const method of [
        "x".repeat(100_000),
        '"},"ev":"forged"\n{"ev":"request"',
        "<script>alert(1)</script>",
        "\u0000\u001b[31m",
      ]) {
        const seen = ask(request(message(method)));
        assert.deepEqual(errorOf(seen), { status: 200, code: -32601, id: 7 });
        assert.ok(!seen.text.includes(method));
        assert.ok(method.startsWith(lineOf(seen).method), lineOf(seen).method);
        assert.ok(JSON.stringify(lineOf(seen)).length < 1000);
        assert.deepEqual(
          seen.logs.map(({ ev }) => ev),
          ["config", "request"],
        );
      }
    });
  });

  describe("at the door", () => {
    const ping = (headers, method) => request(message("ping"), headers, method);
    const statusOf = (headers, more = {}, method = "POST") => ask(ping(headers, method), { settings: more }).status;

    test("a key is needed", () => {
      const seen = ask(ping({ authorization: "Bearer wrong" }));
      assert.deepEqual([seen.status, seen.headers["www-authenticate"]], [401, "Bearer"]);
      assert.deepEqual(seen.json().error.data, { code: "invalid_api_key" });
      assert.equal(seen.json().jsonrpc, "2.0");
    });
    test("there is no stream to open and no session to end", () => {
      for (const method of ["GET", "DELETE"]) assert.equal(statusOf({}, {}, method), 405);
    });
    test("another content type", () => {
      assert.equal(statusOf({ "content-type": "text/plain" }), 415);
      assert.equal(statusOf({ "content-type": "" }), 415);
      assert.equal(statusOf({ "content-type": "Application/JSON; charset=utf-8" }), 200);
    });
    test("pages of other origins, whatever they send as Host", () => {
      const own = { PUBLIC_BASE_URL: "https://pictures.example" };
      for (const [origin, status, more] of [
        ["http://localhost:6274", 200, {}],
        ["http://127.0.0.1", 200, {}],
        ["https://[::1]:8443", 200, {}],
        ["https://gateway.example", 403, {}],
        ["http://localhost.evil.example", 403, {}],
        ["http://127.0.0.1.evil.example", 403, {}],
        ["null", 403, {}],
        ["https://pictures.example", 200, own],
        ["https://pictures.example.evil", 403, own],
        ["http://localhost:6274", 403, own],
        ["https://agents.example", 200, { MCP_ORIGINS: "https://agents.example, https://more.example/" }],
        ["https://more.example", 200, { MCP_ORIGINS: "https://agents.example, https://more.example/" }],
        ["https://agents.example", 200, { ...own, MCP_ORIGINS: "https://agents.example" }],
        ["https://agents.example", 200, { MCP_ORIGINS: "HTTPS://Agents.Example:443" }],
        ["https://pictures.example", 200, { PUBLIC_BASE_URL: "https://Pictures.example:443" }],
        ["https://agents.example:444", 403, { MCP_ORIGINS: "https://agents.example" }],
      ]) {
        assert.equal(
          statusOf({ origin, host: new URL(origin === "null" ? "http://x" : origin).host }, more),
          status,
          origin,
        );
      }
    });
    test("an origin that only begins as one of this machine is not, nor is one too long to be kept", () => {
      for (const origin of [
        "http://localhost:6274@evil.example",
        "http://localhost:evil.example",
        "http://localhost:80.evil.example",
        "http://localhost:99999",
        "http://127.0.0.1:x",
        "http://[::1].evil.example",
        "http://[::1]:@evil.example",
        "http://localhost.",
        "localhost",
        "file://",
        `http://${"a".repeat(9000)}.example`,
        `http://localhost:${"0".repeat(100_000)}@evil.example`,
      ]) {
        for (const more of [
          {},
          { MCP_ORIGINS: "https://agents.example" },
          { PUBLIC_BASE_URL: "https://pictures.example" },
        ]) {
          assert.equal(statusOf({ origin, host: "localhost:6274" }, more), 403, origin.slice(0, 60));
        }
      }
    });
    test("an origin that is none is a fault of the settings", () => {
      const seen = ask(ping(), { settings: { MCP_ORIGINS: "agents.example" } });
      assert.deepEqual([seen.status, seen.json().error.data.code], [500, "configuration_error"]);
      assert.match(seen.json().error.message, /MCP_ORIGINS/);
    });
  });
});
