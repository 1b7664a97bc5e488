// POST /v1/responses through the module: pictures and texts, whole and as events, and how one answer leads to the next.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkErrorShape } from "../support/cases/cases.mjs";
import { readResponsesStream } from "../support/cases/responses_stream.mjs";
import { assertValid } from "../support/cases/schemas.mjs";
import { lineOf } from "../support/clients/log.mjs";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import { delta, events, stream, whole } from "../support/upstreams/faults.mjs";
import { keys, settings, withLlm, withStore, worldOf } from "../support/upstreams/openai_world.mjs";
import { dataUrl, largePng, samplePng } from "../support/upstreams/pictures.mjs";

const thinker = { ...withLlm, OPENAI_MODEL: "", OPENAI_MODEL_REASONING: "llm", SHOW_REASONING: "1" };
const photo = largePng(50_000);
const tool = (fields = {}) => ({ tools: [{ type: "image_generation", ...fields }] });

const request = (fields, headers = {}) => ({
  method: "POST",
  url: "https://gateway.example/v1/responses",
  headers: { authorization: "Bearer client-key", "content-type": "application/json", ...headers },
  body: typeof fields === "string" ? fields : JSON.stringify({ model: "gpt-image-1", ...fields }),
});

const orders = (seen) => seen.calls.filter(({ url }) => url.includes("/images/"));
const itemOf = (response, type) => response.output.find((item) => item.type === type);
const pictureOf = (response) => itemOf(response, "image_generation_call");
const textOf = (response) => itemOf(response, "message").content[0].text;
const linkIn = (text) => /!\[[^\]]*\]\(([^)\s]+)\)/.exec(text)?.[1];

/** The response of an answer, whole or streamed. */
function responseOf(seen) {
  assert.equal(seen.status, 200, seen.text.slice(0, 500));
  assert.equal(seen.ending, "complete");
  assert.deepEqual(seen.leftOver, []);
  if (seen.headers["content-type"] === "application/json") {
    assertValid("response", seen.json());
    return seen.json();
  }
  return readResponsesStream(seen.text).response;
}

function assertRefused(seen, status, code, param) {
  assert.equal(seen.status, status, seen.text.slice(0, 300));
  checkErrorShape(seen.json(), status);
  assert.deepEqual([seen.json().error.code, seen.json().error.param], [code, param]);
  assert.deepEqual(orders(seen), []);
  assert.deepEqual(seen.leftOver, []);
}

describeBuilds("responses", (makeCore) => {
  const ask = (fields, { settings: more = {}, headers, options, ...world } = {}) =>
    converse(makeCore({ ...settings, ...more }), request(fields, headers), worldOf(world), options);

  for (const streams of [false, true]) {
    describe(streams ? "streamed" : "whole", () => {
      const stream_ = { stream: streams };

      for (const [size, picture] of Object.entries({ small: samplePng, large: largePng(300_000) })) {
        test(`a ${size} picture and a message that tells its prompt`, () => {
          const seen = ask({ input: "a cat 3:2", ...stream_ }, { picture });
          const response = responseOf(seen);
          const { id, ...item } = pictureOf(response);
          assert.ok(Buffer.from(item.result, "base64").equals(picture));
          assert.equal(id.slice("ig_".length), response.id.slice("resp_".length));
          assert.deepEqual(
            { ...item, result: "" },
            {
              type: "image_generation_call",
              status: "completed",
              result: "",
              revised_prompt: "a cat, photograph, soft natural light, eye-level view, shallow depth of field",
              size: "1536x1024",
              quality: "auto",
              background: "auto",
              output_format: "png",
              action: "generate",
            },
          );
          assert.equal(textOf(response), `Optimized prompt: ${item.revised_prompt}`);
          assert.deepEqual(
            [response.object, response.status, response.model, response.error, response.incomplete_details],
            ["response", "completed", "gpt-image-1", null, null],
          );
          assert.deepEqual(JSON.parse(response.metadata.fluxgate), {
            prompt: "local",
            size: "1536x1024",
            model: "gpt-image-1",
            provider: "openai",
            ms: 0,
          });
          assert.deepEqual([lineOf(seen).face, lineOf(seen).pictures], ["responses", 1]);
        });
      }

      test("the words of instructions are wishes about style", () => {
        const seen = ask({ input: "a cat", instructions: "always in oil", ...stream_ }, { settings: withLlm });
        responseOf(seen);
        const { messages } = JSON.parse(seen.calls[0].body);
        assert.match(messages.at(-1).content, /Style wishes:\nalways in oil\n\nIdea:\na cat/);
      });

      test("the tool's fields reach the backend", () => {
        const fields = { size: "1024x1536", quality: "high", background: "transparent", output_format: "webp" };
        const seen = ask({ input: "a cat", ...tool({ type: "image_generation", ...fields }), ...stream_ });
        assert.equal(pictureOf(responseOf(seen)).size, "1024x1536");
        const order = JSON.parse(orders(seen)[0].body);
        assert.deepEqual({ ...order, ...fields }, order);
      });

      test("the tool's own model draws, where it is one of ours", () => {
        const seen = ask({ model: "gpt-5", input: "a cat", ...tool({ model: "gpt-image-1" }), ...stream_ });
        assert.equal(responseOf(seen).model, "gpt-image-1");
      });

      test("what the request says is told again", () => {
        const echoed = {
          instructions: "be brief",
          metadata: { user: "7" },
          temperature: 0.5,
          top_p: 0.25,
          parallel_tool_calls: false,
          store: false,
          tool_choice: { type: "image_generation" },
          ...tool({ size: "auto" }),
        };
        // Written with line ends, which an event must not hold.
        const body = JSON.stringify({ model: "gpt-image-1", input: "a cat", ...echoed, ...stream_ }, null, 2);
        const { metadata, ...response } = responseOf(ask(body));
        assert.equal(metadata.user, "7");
        for (const [name, value] of Object.entries(echoed)) {
          if (name !== "metadata") assert.deepEqual(response[name], value, name);
        }
      });

      test("fields of a wrong type are told as if they had not come, and large ones", () => {
        const wrong = { temperature: "warm", tools: "none", metadata: [1], tool_choice: 5, parallel_tool_calls: 3 };
        const response = responseOf(ask({ input: "a cat", instructions: "x".repeat(40_000), ...wrong, ...stream_ }));
        assert.deepEqual(
          [response.temperature, response.tools, response.tool_choice, response.parallel_tool_calls],
          [1, [], "auto", true],
        );
        assert.deepEqual([Object.keys(response.metadata), response.instructions], [["fluxgate"], null]);
      });

      test("thinking is an item of its own", () => {
        const answer = stream(
          events(
            delta({ reasoning_content: "hm, " }),
            delta({ reasoning_content: "a cat" }),
            delta({ content: "PICTURE\na fine cat, oil" }),
            delta({}, "stop"),
            "[DONE]",
          ),
        );
        const response = responseOf(ask({ input: "a cat", ...stream_ }, { settings: thinker, llm: answer }));
        assert.deepEqual(
          response.output.map(({ type }) => type),
          ["reasoning", "image_generation_call", "message"],
        );
        assert.deepEqual(response.output[0].summary, [{ type: "summary_text", text: "hm, a cat" }]);
        const hidden = { ...thinker, SHOW_REASONING: "0" };
        const quiet = responseOf(ask({ input: "a cat", ...stream_ }, { settings: hidden, llm: answer }));
        assert.equal(quiet.output.length, 2);
      });

      test("a message that wants a text gets one", () => {
        const llm = streams
          ? stream(events(..."TEXT\nAsk for a picture.".split(/(?<= )/).map((content) => delta({ content })), "[DONE]"))
          : whole({ content: "TEXT\nAsk for a picture." });
        const seen = ask({ input: "what can you do for me here?", ...stream_ }, { settings: withLlm, llm });
        const response = responseOf(seen);
        assert.deepEqual(
          response.output.map(({ type }) => type),
          ["message"],
        );
        assert.equal(textOf(response), "Ask for a picture.");
        assert.deepEqual(orders(seen), []);
      });

      test("but not when the tool must be called", () => {
        for (const tool_choice of [{ type: "image_generation" }, "required"]) {
          const llm = whole({ content: "TEXT\nAsk for a picture." });
          const fields = { input: "what is in Paris?", ...tool(), tool_choice, ...stream_ };
          const seen = ask(fields, { settings: withLlm, llm });
          assert.equal(pictureOf(responseOf(seen)).revised_prompt, "what is in Paris?");
        }
      });

      test("however its language model streams a text", () => {
        const llm = stream(events(delta({ content: "TEXT\nAsk for " }), delta({ content: "a picture." }), "[DONE]"));
        const fields = { input: "what is in Paris?", ...tool(), tool_choice: { type: "image_generation" }, ...stream_ };
        const response = responseOf(ask(fields, { settings: withLlm, llm }));
        assert.deepEqual(
          response.output.map(({ type }) => type),
          ["image_generation_call", "message"],
        );
        assert.match(textOf(response), /^Prompt: what is in Paris/);
      });

      test("thinking behind the first words of a text is no item", () => {
        const llm = stream(
          events(
            delta({ content: "TEXT\nHello " }),
            delta({ reasoning_content: "hm" }),
            delta({ content: "there." }),
            delta({}, "stop"),
            "[DONE]",
          ),
        );
        const response = responseOf(ask({ input: "what is this?", ...stream_ }, { settings: thinker, llm }));
        assert.equal(textOf(response), "Hello there.");
      });

      test("text that is no object", () => {
        for (const text of [
          "x",
          "{",
          5,
          [],
          { format: "text" },
          { format: "{" },
          { format: [] },
          { format: { type: 5 } },
        ]) {
          for (const input of ["hi", "a cat"]) {
            assert.equal(responseOf(ask({ input, text, ...stream_ })).status, "completed");
            const seen = ask({ input, text, tool_choice: "none", ...stream_ }, { settings: withLlm });
            assert.equal(responseOf(seen).status, "completed");
          }
        }
      });

      test("a chore costs no picture, and goes to the language model as a chat", () => {
        const input = [
          { role: "user", content: [{ type: "input_text", text: "a red fox" }] },
          { role: "user", content: "Generate a concise title of 3 to 5 words for the chat." },
        ];
        const llm = whole({ content: "Red Fox" });
        const seen = ask({ input, instructions: "be brief", ...stream_ }, { settings: withLlm, llm });
        assert.equal(textOf(responseOf(seen)), "Red Fox");
        const { messages, model, ...rest } = JSON.parse(seen.calls[0].body);
        assert.deepEqual(rest, { stream: streams });
        assert.deepEqual(messages, [
          { role: "system", content: "be brief" },
          { role: "user", content: "a red fox" },
          { role: "user", content: "Generate a concise title of 3 to 5 words for the chat." },
        ]);
        const alone = ask({ input, ...stream_ });
        assert.match(textOf(responseOf(alone)), /fox/i);
        assert.deepEqual([seen, alone].flatMap(orders), []);
      });

      test("a greeting is answered in words", () => {
        const seen = ask({ input: "hello", ...stream_ });
        assert.match(textOf(responseOf(seen)), /picture/i);
        assert.deepEqual(seen.calls, []);
      });

      test("no tool, or JSON: a language model writes a text", () => {
        const schema = { type: "object", properties: { a: { type: "string" } } };
        const format = { type: "json_schema", name: "thing", strict: true, schema };
        const llm = whole({ content: '{"a":"b"}' });
        for (const [fields, response_format] of [
          [{ tool_choice: "none" }, undefined],
          [{ text: { format } }, { type: "json_schema", json_schema: { name: "thing", strict: true, schema } }],
          [{ text: { format: { type: "json_object" } } }, { type: "json_object" }],
        ]) {
          const seen = ask({ input: "a cat", ...fields, ...stream_ }, { settings: withLlm, llm });
          assert.equal(textOf(responseOf(seen)), '{"a":"b"}');
          assert.deepEqual(JSON.parse(seen.calls[0].body).response_format, response_format);
          assert.deepEqual(orders(seen), []);
        }
      });

      test("a finished picture is shown as a draft to programs that ask for drafts", () => {
        const seen = ask({ input: "a cat", ...tool({ partial_images: 2 }), ...stream_ }, { picture: photo });
        const response = responseOf(seen);
        if (!streams) return;
        const drafts = readResponsesStream(seen.text).events.filter(({ type }) => type.endsWith(".partial_image"));
        assert.equal(drafts.length, 1);
        assert.equal(drafts[0].partial_image_b64, pictureOf(response).result);
        assert.equal(drafts[0].partial_image_index, 0);
      });

      for (const [what, fields] of Object.entries({
        "in the message": {
          input: [
            {
              type: "message",
              role: "user",
              content: [
                { type: "input_text", text: "put a hat on it" },
                { type: "input_image", image_url: dataUrl(photo), detail: "auto" },
              ],
            },
          ],
        },
        "that was made before, with its bytes": {
          input: [
            { role: "user", content: "a red fox" },
            { type: "image_generation_call", id: "ig_x", status: "completed", result: photo.toString("base64") },
            { role: "user", content: "make it blue" },
          ],
        },
        "that was made before, in front of our message without a link": {
          input: [
            { role: "user", content: "a red fox" },
            { type: "image_generation_call", id: "ig_x", result: photo.toString("base64"), revised_prompt: "a fox" },
            { role: "assistant", content: [{ type: "output_text", text: "Prompt: a red fox", annotations: [] }] },
            { type: "reasoning", id: "rs_x", summary: [] },
            { role: "user", content: "make it blue" },
          ],
        },
      })) {
        test(`a picture ${what} is changed`, () => {
          const seen = ask({ ...fields, ...stream_ });
          assert.equal(pictureOf(responseOf(seen)).action, "edit");
          const [order] = orders(seen);
          assert.match(order.url, /\/images\/edits$/);
          assert.ok(order.bytes.includes(photo));
        });
      }

      test("a mask goes with the picture", () => {
        const content = [
          { type: "input_text", text: "put a hat on it" },
          { type: "input_image", image_url: dataUrl(photo) },
        ];
        const fields = tool({ input_image_mask: { image_url: dataUrl(samplePng) } });
        const seen = ask({ input: [{ role: "user", content }], ...fields, ...stream_ });
        responseOf(seen);
        assert.match(orders(seen)[0].body, /name="mask"/);
      });

      test("action: what was made before is left alone, or changed", () => {
        const input = [
          { type: "image_generation_call", id: "ig_x", result: photo.toString("base64") },
          { role: "user", content: "the fox sleeps in its den while snow falls on the trees outside" },
        ];
        for (const [action, path] of [
          ["generate", /generations$/],
          ["edit", /edits$/],
        ]) {
          const seen = ask({ input, ...tool({ action }), ...stream_ });
          assert.equal(pictureOf(responseOf(seen)).action, action);
          assert.match(orders(seen)[0].url, path);
        }
      });

      test("a failure of the backend", () => {
        const refused = { error: { message: "no", type: "image_generation_user_error", code: "moderation_blocked" } };
        const image = { status: 400, body: JSON.stringify(refused) };
        const seen = ask({ input: "a cat", ...stream_ }, { image });
        assert.equal(lineOf(seen).code, "content_policy_violation");
        if (!streams) {
          assert.equal(seen.status, 400);
          checkErrorShape(seen.json(), 400);
          return;
        }
        const { response, events: all } = readResponsesStream(seen.text);
        assert.deepEqual([seen.status, seen.ending, response.status], [200, "complete", "failed"]);
        assert.equal(response.error.code, "image_content_policy_violation");
        assert.ok(all.some(({ type }) => type.endsWith(".generating")));
        assert.deepEqual(seen.leftOver, []);
      });

      test("a picture that breaks off breaks the transfer", () => {
        const chunks = [largePng(100_000), Buffer.alloc(100_000)];
        const image = { status: 200, body: JSON.stringify({ data: [{ url: "https://cdn.example.net/a.png" }] }) };
        const upstream = (call) =>
          call.method === "POST" ? image : { status: 200, headers: { "content-type": "image/png" }, chunks, cut: true };
        const seen = converse(makeCore(settings), request({ input: "a cat", ...stream_ }), upstream);
        assert.equal(seen.ending, "broken");
        assert.doesNotMatch(seen.text, /"error":\{|response\.failed/);
        assert.deepEqual(seen.leftOver, []);
      });

      test("each reply fails once, the client leaves at each effect, and nothing is left over", () => {
        const content = [
          { type: "input_text", text: "put a hat on it" },
          { type: "input_image", image_url: dataUrl(photo) },
        ];
        const fields = { input: [{ role: "user", content }], ...tool({ partial_images: 1 }), ...stream_ };
        const run = (options = {}) => ask(fields, { settings: withStore, picture: largePng(200_000), options });
        const { effects } = run();
        assert.ok(effects.length > 8);
        effects.forEach((effect, failing) => {
          const seen = run({ failing });
          assert.deepEqual(seen.leftOver, [], `${failing}: ${effect}`);
          if (seen.status === 200 && seen.ending === "complete") responseOf(seen);
        });
        for (let clientLeavesAt = 1; clientLeavesAt <= effects.length; clientLeavesAt += 1) {
          assert.deepEqual(run({ clientLeavesAt }).leftOver, [], `${clientLeavesAt}: ${effects[clientLeavesAt - 1]}`);
        }
      });
    });
  }

  describe("one after the other, without a database", () => {
    /** Asks in turns, each with a picture of its own; `next` makes the fields of a turn of the response before it. */
    function talk(turns, more = withStore) {
      const core = makeCore({ ...settings, ...more });
      const stored = new Map();
      let before = null;
      return turns.map((next, index) => {
        const random = new Uint8Array(16).fill(index + 1);
        const world = worldOf({ picture: largePng(20_000 + index), stored });
        const seen = converse(core, request(next(before)), world, { random });
        before = responseOf(seen);
        return { seen, response: before };
      });
    }
    const words = (input) => (before) => ({ input, ...(before && { previous_response_id: before.id }) });
    const changed = ({ seen }) => orders(seen).map(({ url }) => url.endsWith("/edits"));
    const given = ({ seen }, index) => orders(seen)[0].bytes.includes(largePng(20_000 + index));

    test("previous_response_id leads to the newest picture, three times", () => {
      const turns = talk([words("a red fox"), words("make it blue"), words("make it bigger"), words("make it green")]);
      assert.deepEqual(turns.map(changed), [[false], [true], [true], [true]]);
      for (const index of [1, 2, 3]) assert.ok(given(turns[index], index - 1), `${index}`);
      assert.match(linkIn(textOf(turns[0].response)), /^https:\/\/gateway\.example\/i\/[\w-]{22}\.png$/);
    });

    test("and past a text between them", () => {
      const turns = talk([words("a red fox"), words("thanks"), words("hello"), words("make it blue")]);
      assert.deepEqual(turns.map(changed), [[false], [], [], [true]]);
      assert.ok(given(turns[3], 0));
    });

    test("a talk that begins with a text goes on", () => {
      const turns = talk([words("hello"), words("a red fox"), words("make it blue")]);
      assert.deepEqual(turns.map(changed), [[], [false], [true]]);
    });

    test("an idea of its own is a new picture", () => {
      const turns = talk([words("a red fox"), words("a lighthouse in a storm, seen from the sea, with large waves")]);
      assert.deepEqual(turns.map(changed), [[false], [false]]);
    });

    test("the id of a picture leads to it", () => {
      const by = (input) => (before) => ({
        input: [
          { type: "image_generation_call", id: pictureOf(before).id },
          { role: "user", content: input },
        ],
      });
      const turns = talk([words("a red fox"), by("make it blue")]);
      assert.ok(given(turns[1], 0));
    });

    test("references to the items of an answer lead to it, as the AI SDK sends them", () => {
      for (const itemOf_ of [pictureOf, (before) => itemOf(before, "message")]) {
        const by = (input) => (before) => ({
          input: [
            { type: "item_reference", id: itemOf_(before).id },
            { role: "user", content: input },
          ],
        });
        const turns = talk([words("a red fox"), by("make it blue")]);
        assert.ok(given(turns[1], 0));
      }
      const foreign = {
        input: [
          { type: "item_reference", id: "fc_1" },
          { role: "user", content: "a red fox" },
        ],
      };
      assert.equal(responseOf(ask(foreign)).status, "completed");
    });

    test("our own message, sent back, leads to it, with and without a store", () => {
      const back = (before) => ({
        input: [{ role: "user", content: "a red fox" }, ...before.output, { role: "user", content: "make it blue" }],
      });
      for (const more of [withStore, {}]) {
        const turns = talk([words("a red fox"), back, back], more);
        assert.ok(given(turns[1], 0));
        assert.ok(given(turns[2], 1));
      }
    });

    test("a picture that is gone is drawn anew, and that is told", () => {
      const [{ response }] = talk([words("a red fox")]);
      const seen = ask({ input: "make it blue", previous_response_id: response.id }, { settings: withStore });
      assert.match(orders(seen)[0].url, /generations$/);
      assert.equal(responseOf(seen).status, "completed");
    });

    test("an id that is none of ours is refused", () => {
      const good = `resp_${"A".repeat(22)}`;
      for (const previous_response_id of [
        "resp_68a1b2c3d4e5f60718293a4b5c6d7e8f9001020304050607",
        "x",
        `${good}A`,
        good.replace("resp_", "ig_"),
        `resp_${"A".repeat(66)}`,
        `resp_${"!".repeat(22)}`,
      ]) {
        const seen = ask({ input: "make it blue", previous_response_id }, { settings: withStore });
        assertRefused(seen, 400, "previous_response_not_found", "previous_response_id");
      }
      const seen = ask({ input: "make it blue", previous_response_id: good }); // There is no store.
      assertRefused(seen, 400, "previous_response_not_found", "previous_response_id");
    });
  });

  describe("what cannot be answered", () => {
    for (const [what, fields, code, param] of [
      ["no input", {}, "invalid_parameters", "input"],
      ["an input that is a number", { input: 5 }, "invalid_parameters", "input"],
      ["an empty list", { input: [] }, "invalid_parameters", "input"],
      ["too many items", { input: Array(1025).fill({ role: "user", content: "a" }) }, "invalid_parameters", "input"],
      ["an item without a role", { input: [{ content: "a cat" }] }, "invalid_parameters", "input"],
      ["content that is a number", { input: [{ role: "user", content: 5 }] }, "invalid_parameters", "input"],
      ["nobody of the role user", { input: [{ role: "assistant", content: "hm" }] }, "invalid_parameters", "input"],
      ["white space", { input: " \n" }, "empty_prompt", "input"],
      ["too many words", { input: "a cat ".repeat(6000) }, "prompt_too_long", "input"],
      ["stream that is a text", { input: "a cat", stream: "yes" }, "invalid_parameters", "stream"],
      ["no model", { model: "", input: "a cat" }, "missing_model_field", "model"],
      [
        "a function",
        { input: "a", tool_choice: { type: "function", name: "f" } },
        "unsupported_parameter",
        "tool_choice",
      ],
      ["any tool, of none", { input: "a cat", tool_choice: "required" }, "unsupported_parameter", "tool_choice"],
      [
        "a mask of an account",
        { input: "a", ...tool({ input_image_mask: { file_id: "f" } }) },
        "invalid_image",
        "tools",
      ],
      [
        "a picture of an account",
        {
          input: [
            {
              role: "user",
              content: [
                { type: "input_text", text: "a hat" },
                { type: "input_image", file_id: "f" },
              ],
            },
          ],
        },
        "invalid_image",
        "input",
      ],
      [
        "JSON without a language model",
        { input: "a", text: { format: { type: "json_object" } } },
        "unsupported_parameter",
        "text",
      ],
    ]) {
      test(what, () => assertRefused(ask(fields), 400, code, param));
    }
    test("a model that is none of ours", () =>
      assertRefused(ask({ model: "gpt-5", input: "a cat" }), 400, "unsupported_image_model", "model"));
    test("what is no JSON", () => assertRefused(ask("{"), 400, "invalid_json", null));
    test("JSON that is no object", () => assertRefused(ask("[1]"), 400, "invalid_parameters", null));
    test("a request without a key", () =>
      assertRefused(ask({ input: "a cat" }, { headers: { authorization: "" } }), 401, "invalid_api_key", null));

    for (const [method, path] of [
      ["GET", "/v1/responses/resp_1"],
      ["DELETE", "/v1/responses/resp_1"],
      ["POST", "/v1/responses/resp_1/cancel"],
      ["GET", "/v1/responses/resp_1/input_items"],
    ]) {
      test(`${method} ${path}: no response is kept`, () => {
        const url = `https://gateway.example${path}`;
        const seen = converse(makeCore(settings), { method, url, headers: { authorization: "Bearer client-key" } });
        assertRefused(seen, 404, "response_not_found", null);
      });
    }
  });
});
