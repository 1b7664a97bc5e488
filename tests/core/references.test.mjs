// Pictures that clients give: how they reach a backend, and what becomes of those that cannot.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import { settings as drawing } from "../support/upstreams/openai_world.mjs";
import { dataUrl, largePng, samplePng } from "../support/upstreams/pictures.mjs";
import { backends } from "../upstreams/all.mjs";

const keys = ["user0:secret-key-number-0", "user1:secret-key-number-1"];
const settings = { ...drawing, IMAGE_GEN_API_KEY: keys.join(",") };
const photo = largePng(50_000);
const text = (words) => ({ type: "text", text: words });

/** Answers as OpenAI does, and serves the photo at an address. */
function upstreamOf(options = {}) {
  const fake = backends.openai.fake({ keys, pictureBase64: samplePng.toString("base64"), ...options });
  return (call) => {
    if (call.url.startsWith("https://photos.example.com/cat.png")) {
      return { status: 200, headers: { "content-type": "image/png" }, body: photo };
    }
    if (call.url.startsWith("https://photos.example.com/page")) return { status: 200, body: "<html>" };
    if (call.url.startsWith("https://photos.example.com/")) return { status: 404, body: "" };
    return fake({ ...call, body: call.bytes });
  };
}

const post = (path, body, type = "application/json") => ({
  method: "POST",
  url: `https://gateway.example${path}`,
  headers: { authorization: "Bearer client-key", "content-type": type },
  body: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body),
});
const chat = (content, { history = [], ...rest } = {}) =>
  post("/v1/chat/completions", { model: "gpt-image-1", messages: [...history, { role: "user", content }], ...rest });
const edit = (fields) => post("/v1/images/edits", { model: "gpt-image-1", prompt: "put a hat on it", ...fields });

const orders = (seen) => seen.calls.filter(({ url }) => url.includes("/images/"));
const answerOf = (seen) => seen.json().choices[0].message.content;

function assertGiven(seen, ...pictures) {
  assert.equal(seen.status, 200, seen.text.slice(0, 300));
  const [order] = orders(seen);
  assert.equal(order.url, "https://api.openai.com/v1/images/edits");
  assert.equal(Number(order.headers["content-length"]), order.bytes.length);
  let from = 0;
  for (const picture of pictures) {
    const at = order.bytes.indexOf(picture, from);
    assert.ok(at >= from, "the picture is in the order");
    from = at + picture.length;
  }
  assert.deepEqual(seen.leftOver, []);
}

function assertRefused(seen, code, param) {
  assert.equal(seen.status, 400, seen.text.slice(0, 300));
  assert.deepEqual([seen.json().error.code, seen.json().error.param], [code, param]);
  assert.deepEqual(orders(seen), []);
  assert.deepEqual(seen.leftOver, []);
}

const base64 = photo.toString("base64");

describeBuilds("a picture in a chat", (makeCore) => {
  const ask = (request, options = {}) => converse(makeCore({ ...settings, ...options }), request, upstreamOf());

  for (const [shape, part] of Object.entries({
    "image_url with a data URL": { type: "image_url", image_url: { url: dataUrl(photo), detail: "auto" } },
    "image_url as a text": { type: "image_url", image_url: dataUrl(photo) },
    "image_url with an address": { type: "image_url", image_url: { url: "https://photos.example.com/cat.png" } },
    input_image: { type: "input_image", image_url: dataUrl(photo) },
    "a file": { type: "file", file: { filename: "cat.png", file_data: dataUrl(photo) } },
    "a file by its media type": { type: "file", mediaType: "image/png", data: base64 },
    "Anthropic's base64": { type: "image", source: { type: "base64", media_type: "image/png", data: base64 } },
    "Anthropic's address": { type: "image", source: { type: "url", url: "https://photos.example.com/cat.png" } },
    "the AI SDK's image": { type: "image", image: dataUrl(photo), mimeType: "image/png" },
  })) {
    for (const stream of [false, true]) {
      test(`${shape} reaches the backend${stream ? ", streamed" : ""}`, () => {
        const seen = ask(chat([text("put a hat on it"), part], { stream }));
        assertGiven(seen, photo);
        assert.match(seen.text, /Prompt: put a hat on it/);
        assert.doesNotMatch(seen.text, /could not be used/);
        assert.equal(seen.headers["x-fluxgate-ignored"], undefined);
      });
    }
  }

  test("images beside the content, and Markdown inside it", () => {
    const message = {
      role: "user",
      content: "put a hat on it",
      images: [base64, { image_url: { url: dataUrl(samplePng) } }],
    };
    assertGiven(ask(post("/v1/chat/completions", { model: "gpt-image-1", messages: [message] })), photo, samplePng);
    assertGiven(ask(chat(`put a hat on it ![cat](${dataUrl(photo)})`)), photo);
  });

  test("several keep their order", () => {
    const parts = [photo, samplePng].map((bytes) => ({ type: "image_url", image_url: { url: dataUrl(bytes) } }));
    assertGiven(ask(chat([text("both on a beach"), ...parts])), photo, samplePng);
  });

  for (const [what, source] of Object.entries({
    "damaged base64": "data:image/png;base64,iVBOR!w0KGgo=",
    "no picture": `data:image/png;base64,${Buffer.from("a text and no picture").toString("base64")}`,
    "an address that gives a page": "https://photos.example.com/page",
    "an address that gives nothing": "https://photos.example.com/gone.png",
    "an address inside a network": "https://10.0.0.1/cat.png",
    "another scheme": "ftp://photos.example.com/cat.png",
    "an empty source": "",
    "a link of ours that nobody signed":
      "https://gateway.example/image-proxy?url=https%3A%2F%2Fphotos.example.com%2Fcat.png&exp=1767830400&sig=AAAA",
    "a picture of ours that was never stored": "https://gateway.example/i/AAAAAAAAAAAAAAAAAAAAAA.png",
    "a page of ours": "https://gateway.example/v1/models",
  })) {
    test(`${what} is an error, and nothing is paid for`, () => {
      const seen = ask(chat([text("put a hat on it"), { type: "image_url", image_url: { url: source } }]));
      assertRefused(seen, "invalid_image", "messages");
    });
  }

  test("a file of an account is an error", () => {
    const seen = ask(chat([text("put a hat on it"), { type: "input_image", file_id: "file-1" }]));
    assertRefused(seen, "invalid_image", "messages");
  });

  test("seventeen are too many", () => {
    const parts = Array.from({ length: 17 }, () => ({ type: "image_url", image_url: { url: dataUrl(samplePng) } }));
    assertRefused(ask(chat([text("all of them"), ...parts])), "invalid_image", "messages");
  });

  test("the next key is given it again", () => {
    const part = { type: "image_url", image_url: { url: dataUrl(photo) } };
    const core = makeCore(settings);
    const seen = converse(core, chat([text("put a hat on it"), part]), upstreamOf({ keys: keys.slice(1) }));
    assert.equal(seen.status, 200, seen.text);
    assert.equal(orders(seen).length, 2);
    for (const order of orders(seen)) assert.ok(order.bytes.includes(photo));
  });

  test("--new and a model that goes by none draw by words, and say so", () => {
    const part = { type: "image_url", image_url: { url: dataUrl(photo) } };
    const seen = ask(chat([text("a cat with a hat --new"), part]));
    assert.equal(seen.headers["x-fluxgate-ignored"], "reference");
    assert.match(answerOf(seen), /could not be used/);
    assert.match(orders(seen)[0].url, /generations$/);
  });
});

describeBuilds("a candidate that goes by no picture", (makeCore) => {
  const two = {
    ...settings,
    IMAGE_GEN_API_TYPE: "siliconflow",
    IMAGE_GEN_MODEL: "cat=black-forest-labs/FLUX.1-schnell",
    IMAGE_GEN_API_TYPE_2: "openai",
    IMAGE_GEN_MODEL_2: "cat=gpt-image-1",
    IMAGE_GEN_API_KEY_2: keys[0],
  };

  test("is passed over", () => {
    const seen = converse(makeCore(two), edit({ model: "cat", image: dataUrl(photo) }), upstreamOf());
    assertGiven(seen, photo);
    assert.equal(seen.headers["x-fluxgate-provider"], "openai");
  });

  test("alone, it is the answer", () => {
    const model = "black-forest-labs/FLUX.1-schnell";
    const core = makeCore({ ...settings, IMAGE_GEN_API_TYPE: "siliconflow", IMAGE_GEN_MODEL: model });
    const seen = converse(core, edit({ model, image: dataUrl(photo) }), upstreamOf());
    assertRefused(seen, "image_input_unsupported", "image");
  });
});

describeBuilds("make it blue", (makeCore) => {
  const linkIn = (answer) => /!\[[^\]]*\]\(([^)\s]+)\)/.exec(answer)[1];

  /** Asks for a fox, and has it changed three times. Gives what was seen each time. */
  function changeThrice(core, upstream, options = {}) {
    const history = [];
    return ["a red fox in the snow", "make it blue", "make it bigger", "make it purple"].map((idea) => {
      const seen = converse(core, chat(idea, { history: [...history] }), upstream, options);
      assert.equal(seen.status, 200, seen.text);
      history.push({ role: "user", content: idea }, { role: "assistant", content: answerOf(seen) });
      return seen;
    });
  }

  test("changes the newest picture each time, as it is kept in the chat", () => {
    let drawn = 0;
    const pictures = [20_001, 20_002, 20_003, 20_004].map((bytes) => largePng(bytes));
    const upstream = (call) => upstreamOf({ pictureBase64: pictures[drawn++].toString("base64") })(call);
    const [first, ...changes] = changeThrice(makeCore(settings), upstream);
    assert.match(orders(first)[0].url, /generations$/);
    changes.forEach((seen, index) => {
      assertGiven(seen, pictures[index]);
      assert.doesNotMatch(answerOf(seen), /drawn anew/);
    });
  });

  test("and as it lies in a store", () => {
    const stored = new Map();
    let drawn = 0;
    const pictures = [20_001, 20_002, 20_003, 20_004].map((bytes) => largePng(bytes));
    const upstream = (call) => {
      if (!call.url.startsWith("binding://IMAGES/")) {
        return upstreamOf({ pictureBase64: pictures[drawn++].toString("base64") })(call);
      }
      if (call.method === "PUT") stored.set(call.url, call.bytes);
      const body = stored.get(call.url);
      return body === undefined ? { status: 404 } : { status: 200, body: call.method === "GET" ? body : "" };
    };
    const core = makeCore({ ...settings, "binding://IMAGES": "1" });
    // The names of stored pictures are drawn from what is random in each request.
    const history = [];
    ["a red fox in the snow", "make it blue", "make it bigger", "make it purple"].forEach((idea, index) => {
      const random = new Uint8Array(16).fill(index + 1);
      const seen = converse(core, chat(idea, { history: [...history] }), upstream, { random });
      if (index > 0) assertGiven(seen, pictures[index - 1]);
      assert.match(linkIn(answerOf(seen)), /^https:\/\/gateway\.example\/i\//);
      history.push({ role: "user", content: idea }, { role: "assistant", content: answerOf(seen) });
    });
  });

  for (const [what, link] of Object.entries({
    "somebody else's link": "https://photos.example.com/cat.png",
    "a forged link":
      "https://gateway.example/image-proxy?url=https%3A%2F%2Fphotos.example.com%2Fcat.png&exp=1767830400&sig=x",
    "a link to a picture that is gone": "https://gateway.example/i/AAAAAAAAAAAAAAAAAAAAAA.png",
  })) {
    test(`${what} in the history is not loaded: the last prompt is drawn anew`, () => {
      const history = [
        { role: "user", content: "a red fox" },
        { role: "assistant", content: `![Image](${link})\n\nPrompt: a red fox in the snow` },
      ];
      const core = makeCore({ ...settings, "binding://IMAGES": "" });
      const seen = converse(core, chat("make it blue", { history }), upstreamOf());
      assert.equal(seen.status, 200, seen.text);
      assert.match(orders(seen)[0].url, /generations$/);
      assert.match(answerOf(seen), /drawn anew/);
      assert.ok(seen.calls.every(({ url }) => !url.startsWith("https://photos.example.com/")));
    });
  }
});

describeBuilds("an edit in JSON", (makeCore) => {
  const ask = (fields) => converse(makeCore(settings), edit(fields), upstreamOf());
  const link = "https://photos.example.com/cat.png";

  for (const [shape, fields] of Object.entries({
    "images with objects": { images: [{ image_url: dataUrl(photo) }, { image_url: dataUrl(samplePng) }] },
    "images with texts": { images: [dataUrl(photo), dataUrl(samplePng)] },
    "image as a list": { image: [link, dataUrl(samplePng)] },
    input_references: {
      input_references: [photo, samplePng].map((bytes) => ({ type: "image_url", image_url: { url: dataUrl(bytes) } })),
    },
  })) {
    test(`${shape}`, () => assertGiven(ask(fields), photo, samplePng));
  }
  test("one image", () => assertGiven(ask({ image: dataUrl(photo) }), photo));
  test("one image as an object", () => assertGiven(ask({ image: { url: dataUrl(photo) } }), photo));
  test("a picture for /v1/images", () => {
    const request = post("/v1/images", { model: "gpt-image-1", prompt: "a hat", image: dataUrl(photo) });
    assertGiven(converse(makeCore(settings), request, upstreamOf()), photo);
  });
  test("a picture of more than 12 MiB is not fetched", () => {
    const large = { status: 200, headers: { "content-type": "image/png" }, body: largePng(12 * 1024 * 1024 + 1) };
    const seen = converse(makeCore(settings), edit({ image: link }), () => large);
    assertRefused(seen, "invalid_image", null);
  });
  test("a picture for generations", () => {
    const request = post("/v1/images/generations", { model: "gpt-image-1", prompt: "a hat", image: dataUrl(photo) });
    assertGiven(converse(makeCore(settings), request, upstreamOf()), photo);
  });
  test("streamed", () => {
    const seen = ask({ image: dataUrl(photo), stream: true });
    assertGiven(seen, photo);
    assert.match(seen.text, /^event: image_edit\.completed\ndata: \{"type":"image_edit\.completed",/);
  });
  test("a mask", () => {
    const seen = ask({ image: dataUrl(photo), mask: { image_url: dataUrl(samplePng) } });
    assertGiven(seen, photo, samplePng);
    assert.match(orders(seen)[0].body, /name="mask"; filename="mask.png"/);
  });
  test("no picture", () => assertRefused(ask({}), "invalid_parameters", "image"));
  test("a file of an account", () =>
    assertRefused(ask({ images: [{ file_id: "file-1" }] }), "invalid_image", "images"));
  test("a mask where none is taken", () => {
    const [model] = backends.gemini.models;
    const core = makeCore({ ...settings, IMAGE_GEN_API_TYPE: "gemini", IMAGE_GEN_MODEL: model });
    const seen = converse(core, edit({ model, image: dataUrl(photo), mask: dataUrl(samplePng) }), upstreamOf());
    assertRefused(seen, "mask_unsupported", "mask");
  });
});

describe("an edit as a form", () => {
  const boundary = "----geckoformboundaryA1'()+_,-./:=?";
  const part = (lines, bytes) => [
    Buffer.from(`--${boundary}\r\n${lines}\r\n\r\n`),
    Buffer.from(bytes),
    Buffer.from("\r\n"),
  ];
  const field = (name, value) => part(`Content-Disposition: form-data; name="${name}"`, value);
  const file = (name, bytes, head = 'filename="a.png"') =>
    part(`content-disposition: form-data; name="${name}"; ${head}\r\ncontent-type: application/octet-stream`, bytes);
  const end = [Buffer.from(`--${boundary}--\r\n`)];
  const form = (...parts) => Buffer.concat(parts.flat());
  const usual = [field("model", "gpt-image-1"), field("prompt", "put a hat on it")];
  const type = `multipart/form-data; boundary="${boundary}"`;

  describeBuilds("", (makeCore) => {
    const ask = (body, { settings: more = {}, contentType = type, path = "/v1/images/edits", headers } = {}) => {
      const request = post(path, body, contentType);
      return converse(
        makeCore({ ...settings, ...more }),
        { ...request, headers: { ...request.headers, ...headers } },
        upstreamOf(),
      );
    };

    for (const [what, body] of Object.entries({
      "as SDKs send it": form(...usual, file("image", photo), end),
      "with its picture in front": form(file("image", photo), ...usual, end),
      "with a list": form(...usual, file("image[]", photo), file("image[]", samplePng), end),
      "with numbered names": form(...usual, file("image[0]", photo), file("image[1]", samplePng), end),
      "with text in front and behind": form([Buffer.from("a form\r\n")], ...usual, file("image", photo), end, [
        Buffer.from("the end\r\n\r\nof it"),
      ]),
      "without a last line end": form(...usual, file("image", photo), [Buffer.from(`--${boundary}--`)]),
      "with filename*": form(...usual, file("image", photo, "filename*=UTF-8''k%C3%A4tzchen.png"), end),
      "with an empty file beside it": form(...usual, file("image", photo), file("mask", "", 'filename=""'), end),
      "with null and numbers": form(...usual, field("n", "1"), field("size", "null"), file("image", photo), end),
      "with padding behind a delimiter": form(
        ...usual,
        [
          Buffer.from(`--${boundary} \t\r\nContent-Disposition: form-data; name=image; filename=a.png\r\n\r\n`),
          photo,
          Buffer.from("\r\n"),
        ],
        end,
      ),
    })) {
      test(what, () => assertGiven(ask(body), photo));
    }

    test("any split of its bytes gives the same", () => {
      const small = largePng(3_000);
      const body = form([Buffer.from("front\r\n")], file("image", small), ...usual, file("image[]", "\r\n--"), end);
      // The second file is no picture: so the refusal tells that all was read.
      const good = form(file("image", small), ...usual, end);
      for (const size of [1, 2, 3, 7, 64, 1000]) {
        for (const [bytes, check] of [
          [good, (seen) => assertGiven(seen, small)],
          [body, (seen) => assertRefused(seen, "invalid_image", null)],
        ]) {
          const request = post("/v1/images/edits", bytes, type);
          const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
            bytes.subarray(i * size, (i + 1) * size),
          );
          check(converse(makeCore(settings), { ...request, body: undefined, chunks }, upstreamOf()));
        }
      }
    });

    const boundaryIn = (...around) => Buffer.concat([photo, ...around.map((each) => Buffer.from(each)), photo]);
    for (const [what, picture] of Object.entries({
      "the boundary behind no line end": boundaryIn(`--${boundary}`, ` --${boundary}--`),
      "the boundary behind half a line end": boundaryIn(`\n--${boundary}`, `\r--${boundary}\r`),
      "most of a delimiter": boundaryIn(`\r\n--${boundary.slice(0, -1)}!`, `\r\n-${boundary}`, `\r\n\r\n--`),
      "another form": boundaryIn("\r\n--x\r\ncontent-disposition: form-data; name=model\r\n\r\nanother\r\n--x--\r\n"),
    })) {
      test(`a file that holds ${what} stays whole`, () => {
        assertGiven(ask(form(...usual, file("image", picture), end)), picture);
      });
    }

    for (const [what, parts, told] of [
      ["a field twice: the last one counts", [...usual, field("prompt", "put a wig on it")], "put a wig on it"],
      [
        "a name twice: the first one counts",
        [...usual, part('content-disposition: form-data; name="x"; name="prompt"', "wig")],
        "put a hat on it",
      ],
      [
        "a field of a hostile name",
        ["__proto__", "constructor", '","prompt":"wig', "%22,%22prompt%22:%22wig", "%0D%0A--", "\\", "猫"]
          .flatMap((name) => [...field(name, "wig")])
          .concat(...usual),
        "put a hat on it",
      ],
      ["a field of a name of 7 kB", [...usual, field("x".repeat(7000), "wig")], "put a hat on it"],
      [
        "a form inside a field",
        [
          ...usual,
          part(
            'content-disposition: form-data; name="more"\r\ncontent-type: multipart/mixed; boundary=x',
            `--x\r\ncontent-disposition: file; filename="a.png"\r\n\r\n${samplePng}\r\n--x--`,
          ),
        ],
        "put a hat on it",
      ],
    ]) {
      test(what, () => {
        const seen = ask(form(...parts, file("image", photo), end));
        assertGiven(seen, photo);
        assert.ok(orders(seen)[0].body.includes(`\r\n\r\n${told}\r\n`), told);
        assert.ok(!orders(seen)[0].body.includes(samplePng.toString("latin1")));
      });
    }

    test("10,000 parts are not read to their end", () => {
      const names = Array.from({ length: 10_000 }, (_, index) => field(`x${index}`, "y"));
      const seen = ask(form(...names, ...usual, file("image", photo), end));
      assertRefused(seen, "invalid_parameters", null);
      const count = seen.effects.filter((kind) => kind === "hold").length;
      assert.ok(count <= 130, `${count}`);
    });

    test("the name of a file that is not wanted is not told again", () => {
      const name = `<script>${"x".repeat(5000)}`;
      const seen = ask(form(...usual, file(name, photo), end));
      assertRefused(seen, "invalid_parameters", null);
      assert.ok(seen.text.length < 1000 && !seen.text.includes("script"), seen.text);
    });

    for (const [what, chunks, mostMs] of [
      ["nothing more comes", [form(...usual), { ms: Infinity }], 30_000],
      [
        "its head comes a byte each 20 s",
        [form(...usual, [Buffer.from(`--${boundary}\r\n`)]), ...Array(50).fill({ ms: 20_000, bytes: "x" })],
        120_000,
      ],
      [
        "its file comes a byte each 20 s",
        [form(...usual, file("image", photo)).subarray(0, -10), ...Array(50).fill({ ms: 20_000, bytes: "x" })],
        120_000,
      ],
      ["what stands in front comes a byte each 20 s", Array(50).fill({ ms: 20_000, bytes: "x" }), 120_000],
    ]) {
      test(`a form of which ${what} is given up within ${mostMs / 1000} s`, () => {
        const request = { ...post("/v1/images/edits", "", type), body: undefined, chunks };
        const seen = converse(makeCore(settings), request, upstreamOf());
        assert.deepEqual([seen.status, seen.json().error.code, seen.calls], [408, "request_timeout", []], seen.text);
        assert.ok(seen.ms <= mostMs + 1000, `${seen.ms}`);
      });
    }

    for (const [what, body, code, param = null, more = {}] of [
      [
        "a boundary inside a file",
        form(...usual, file("image", `${samplePng}\r\n--${boundary}\r\n${samplePng}`), end),
        "invalid_parameters",
      ],
      ["no end behind the last field", form(...usual).subarray(0, -2), "invalid_parameters"],
      [
        "a picture in a field that is no file",
        form(...usual, part('content-disposition: form-data; name="image"', photo), end),
        "invalid_json",
      ],
      ["no picture", form(...usual, end), "invalid_parameters", "image"],
      ["no prompt", form(field("model", "gpt-image-1"), file("image", photo), end), "invalid_parameters", "prompt"],
      ["a file that is no picture", form(...usual, file("image", "%PDF-1.7"), end), "invalid_image"],
      ["a file of another name", form(...usual, file("audio", photo), end), "invalid_parameters"],
      ["a bad number", form(...usual, field("n", "many"), file("image", photo), end), "invalid_parameters", "n"],
      ["an end in the middle of a file", form(...usual, file("image", photo)).subarray(0, -100), "invalid_parameters"],
      ["an end in the middle of a head", form(...usual).subarray(0, -30), "invalid_parameters"],
      ["an empty body", "", "invalid_parameters"],
      ["no form", "{}", "invalid_parameters"],
      ["a part without a name", form(...usual, part("content-disposition: form-data", "x"), end), "invalid_parameters"],
      ["a part without a head", form(...usual, part("", "x"), end), "invalid_parameters"],
      [
        "65 parts",
        form(...usual, ...Array.from({ length: 63 }, (_, i) => field(`x${i}`, "")), end),
        "invalid_parameters",
      ],
      ["no boundary", form(...usual, end), "invalid_parameters", null, { contentType: "multipart/form-data" }],
      [
        "a long boundary",
        form(...usual, end),
        "invalid_parameters",
        null,
        { contentType: `multipart/form-data; boundary=${"x".repeat(71)}` },
      ],
    ]) {
      test(`${what} is an error`, () => assertRefused(ask(body, more), code, param));
    }

    for (const [what, body, more = {}] of [
      [
        "more than MAX_UPLOAD_BYTES",
        form(...usual, file("image", photo), end),
        { settings: { MAX_UPLOAD_BYTES: "40000" } },
      ],
      [
        "more than that in all",
        form(...usual, file("image", photo), file("image", photo), end),
        { settings: { MAX_UPLOAD_BYTES: "90000" } },
      ],
      ["a field of more than 128 KiB", form(field("prompt", "x".repeat(131_073)), end)],
      ["a head without an end", form(...usual, [Buffer.from(`--${boundary}\r\nx: ${"y\r\nx: ".repeat(200_000)}`)])],
      ["text without an end in front of the parts", Buffer.alloc(1_000_000, "x\r\n--")],
      [
        "a file of more than what was declared",
        form(...usual, file("image", photo), end),
        { headers: { "content-length": "1000" } },
      ],
      ["a head of more than 8 KiB", form(...usual, part(`x: ${"y".repeat(9_000)}`, "z"), end)],
    ]) {
      test(`${what} is 413`, () => {
        const seen = ask(body, more);
        assert.deepEqual([seen.status, seen.json().error.code], [413, "request_too_large"], seen.text);
        assert.deepEqual(orders(seen), []);
        assert.deepEqual(seen.leftOver, []);
      });
    }

    test("a variation needs no prompt", () => {
      const body = form(field("model", "gpt-image-1"), file("image", photo), end);
      assertGiven(ask(body, { path: "/v1/images/variations" }), photo);
    });

    test("a client that stops in the middle costs nothing", () => {
      const body = form(...usual, file("image", photo), end);
      const request = {
        ...post("/v1/images/edits", "", type),
        body: undefined,
        chunks: [body.subarray(0, 20_000)],
        cut: true,
      };
      const seen = converse(makeCore(settings), request, upstreamOf());
      assert.deepEqual(seen.calls, []);
      assert.deepEqual(seen.leftOver, []);
    });

    const withAll = form(...usual, file("image[]", photo), file("image[]", samplePng), file("mask", samplePng), end);
    const whole = () => converse(makeCore(settings), post("/v1/images/edits", withAll, type), upstreamOf());

    test("each reply fails once, and nothing is left over", () => {
      const { effects } = whole();
      for (let failing = 0; failing < effects.length; failing += 1) {
        const seen = converse(makeCore(settings), post("/v1/images/edits", withAll, type), upstreamOf(), { failing });
        assert.deepEqual(seen.leftOver, [], `${failing}: ${effects[failing]}`);
        assert.equal(seen.effects.at(-1), "done");
        if (effects[failing] === "hold") assert.deepEqual(orders(seen), [], `${failing}`);
      }
    });

    test("a client that leaves at any time leaves nothing over", () => {
      const { effects } = whole();
      for (let clientLeavesAt = 1; clientLeavesAt <= effects.length; clientLeavesAt += 1) {
        const options = { clientLeavesAt };
        const seen = converse(makeCore(settings), post("/v1/images/edits", withAll, type), upstreamOf(), options);
        assert.deepEqual(seen.leftOver, [], `${clientLeavesAt}: ${effects[clientLeavesAt - 1]}`);
      }
    });

    test("no byte of a file comes into the module but the first", () => {
      const core = makeCore(settings);
      const before = core.memoryBytes;
      const large = largePng(12_000_000);
      const body = form(...usual, ...Array.from({ length: 4 }, () => file("image[]", large)), end);
      const request = post("/v1/images/edits", body, type);
      request.headers["content-length"] = String(body.length);
      assertGiven(converse(core, request, upstreamOf()), large, large, large, large);
      assert.ok(core.memoryBytes - before <= 1024 * 1024, `${core.memoryBytes - before}`);
    });

    test("fields have 128 KiB in all", () => {
      const fields = (count, bytes) =>
        Array.from({ length: count }, (_, index) => field(`f${index}`, "\u0001".repeat(bytes)));
      const good = converse(
        makeCore(settings),
        post("/v1/images/edits", form(...usual, ...fields(60, 2000), file("image", photo), end), type),
        upstreamOf(),
      );
      assert.equal(good.status, 200, good.text);
      const seen = converse(
        makeCore(settings),
        post("/v1/images/edits", form(...usual, ...fields(60, 131_072), end), type),
        upstreamOf(),
      );
      assert.deepEqual([seen.status, seen.json().error.code], [413, "request_too_large"]);
    });

    test("what does not fit is refused before it is read", () => {
      const large = largePng(4_000_000);
      const body = form(...usual, ...Array.from({ length: 3 }, () => file("image[]", large)), end);
      const second = post("/v1/images/edits", form(...usual, file("image", photo), end), type);
      second.headers["content-length"] = String(60 * 1024 * 1024);
      const core = makeCore(settings);
      let refused;
      const seen = converse(core, post("/v1/images/edits", body, type), (call) => {
        refused = converse(core, second, upstreamOf());
        return upstreamOf()(call);
      });
      assertGiven(seen, large, large, large);
      assert.deepEqual([refused.status, refused.json().error.code], [503, "overloaded"]);
      assert.ok(!refused.effects.includes("hold"));
    });
  });
});
