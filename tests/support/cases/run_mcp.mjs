// The Model Context Protocol with the packages that agents speak it by, on any host: both eras of the official SDK, and the AI SDK's client.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createMCPClient } from "@ai-sdk/mcp";
import * as modern from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { useImageServer } from "../upstreams/image_server.mjs";

const info = { name: "a test", version: "1" };
const names = ["generate_image", "edit_image", "list_image_models"];

/** `start(settings)` starts the host. `stores`: it keeps pictures in a bucket. */
export function describeMcp(title, start, { stores = false } = {}) {
  describe(title, { concurrency: 1 }, () => {
    const use = useImageServer(start);

    const url = () => new URL(`${use.host.origin}/mcp`);
    const requestInit = { headers: { authorization: "Bearer client-key" } };

    /** Each gives { protocolVersion, callTool(params, options), listTools(), close() }. */
    const clients = {
      "the SDK 1.x": async () => {
        const client = new Client(info);
        const transport = new StreamableHTTPClientTransport(url(), { requestInit });
        await client.connect(transport);
        return {
          protocolVersion: transport.protocolVersion,
          listTools: () => client.listTools(),
          callTool: (params, options) => client.callTool(params, undefined, options),
          close: () => client.close(),
        };
      },
      ...Object.fromEntries(
        ["legacy", "auto"].map((mode) => [
          `the SDK 2, ${mode}`,
          async () => {
            const client = new modern.Client(info, { versionNegotiation: { mode } });
            const transport = new modern.StreamableHTTPClientTransport(url(), { requestInit });
            await client.connect(transport);
            return {
              protocolVersion: client.getNegotiatedProtocolVersion?.() ?? transport.protocolVersion,
              listTools: () => client.listTools(),
              callTool: (params, options) => client.callTool(params, options),
              close: () => client.close(),
            };
          },
        ]),
      ),
    };
    const versions = {
      "the SDK 1.x": "2025-11-25",
      "the SDK 2, legacy": "2025-11-25",
      "the SDK 2, auto": "2026-07-28",
    };

    for (const [name, connect] of Object.entries(clients)) {
      describe(name, () => {
        let client;
        before(async () => (client = await connect()));
        after(() => client?.close());

        test("connects, and lists the tools", async () => {
          assert.equal(client.protocolVersion, versions[name]);
          const { tools } = await client.listTools();
          assert.deepEqual(
            tools.map((tool) => tool.name),
            names,
          );
        });

        test("draws, hears progress, and changes what was drawn", async () => {
          const heard = [];
          const onprogress = ({ progress, message }) => heard.push([progress, message]);
          const args = { prompt: `a cat for ${name}`, aspect_ratio: "3:2" };
          const result = await client.callTool({ name: "generate_image", arguments: args }, { onprogress });
          assert.ok(!result.isError, JSON.stringify(result));
          assert.ok(heard.length > 0 && heard.every(([progress, message], index) => progress === index + 1 && message));
          const shown = result.content.find(({ type }) => type === "image");
          assert.ok(Buffer.from(shown.data, "base64").equals(use.backend.picture));
          const [{ url: image, width, height }] = result.structuredContent.images;
          assert.deepEqual([width, height], [1536, 1024]);
          const given = image ?? `data:image/png;base64,${shown.data}`;
          if (stores) assert.ok(Buffer.from(await (await fetch(given)).arrayBuffer()).equals(use.backend.picture));
          const edit = { prompt: "put a hat on it", image: given };
          assert.ok(!(await client.callTool({ name: "edit_image", arguments: edit })).isError);
          assert.match(use.backend.calls.at(-1).url, /\/edits$/);
          assert.ok(use.backend.calls.at(-1).body.includes(use.backend.picture));
        });

        test("hears of a refusal as a result", async () => {
          use.backend.answer = { status: 400, body: { error: { message: "no", code: "moderation_blocked" } } };
          const result = await client.callTool({ name: "generate_image", arguments: { prompt: `no for ${name}` } });
          assert.equal(result.isError, true);
          assert.match(result.content[0].text, /content_policy_violation/);
          delete use.backend.answer;
        });

        test("lists the models", async () => {
          const result = await client.callTool({ name: "list_image_models", arguments: {} });
          assert.deepEqual(result.structuredContent.models, [{ id: "gpt-image-1", edits: true }]);
        });

        test("an unknown tool is an error", async () => {
          await assert.rejects(client.callTool({ name: "draw", arguments: {} }), (error) => error.code === -32602);
        });
      });
    }

    test("the AI SDK's client: tools of a model", async () => {
      const transport = { type: "http", url: url().href, headers: requestInit.headers };
      const client = await createMCPClient({ transport });
      const tools = await client.tools();
      assert.deepEqual(Object.keys(tools), names);
      const result = await tools.generate_image.execute(
        { prompt: "a cat for the AI SDK" },
        { messages: [], toolCallId: "1" },
      );
      assert.match(result.content[0].text, /Prompt: a cat for the AI SDK/);
      await client.close();
    });

    test("a wrong key ends the connection with a 401", async () => {
      const transport = new StreamableHTTPClientTransport(url(), {
        requestInit: { headers: { authorization: "Bearer no" } },
      });
      await assert.rejects(new Client(info).connect(transport), (error) => error.code === 401);
    });
  });
}
