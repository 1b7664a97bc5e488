// The inputs that fuzzing starts from: the vectors of the rooms, and scripts of sessions written by hand. `run.mjs --merge` makes the corpora from
// them.
import { readFileSync } from "node:fs";
import { badBodies } from "../support/texts/bad_bodies.mjs";
import { delta, events, imageFaults, optimiserFaults, picture, stream, whole } from "../support/upstreams/faults.mjs";
import { hostileTexts } from "../support/texts/hostile_texts.mjs";

const cases = (path) => JSON.parse(readFileSync(new URL(`../vectors/${path}`, import.meta.url), "utf8")).cases;
const base64 = (text) => Buffer.from(text, "base64");

/** Puts in front of each text the byte that decides how the text is split, or which settings count. */
const seeded = (texts, seed = () => "3") =>
  texts.map((text, index) => Buffer.concat([Buffer.from(seed(index, text)), Buffer.from(text)]));

/** What clients of the responses API and of MCP send, and a stream of drafts. */
function facesOf() {
  const call = { type: "image_generation_call", id: "ig_x", result: "aGkh", revised_prompt: "a fox" };
  const content = [
    { type: "input_text", text: "put a hat on it" },
    { type: "input_image", image_url: "data:image/png;base64,aGkh" },
  ];
  const tool = {
    type: "image_generation",
    size: "1024x1024",
    partial_images: 2,
    action: "edit",
    input_image_mask: { image_url: "x" },
  };
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    progressToken: 5,
  };
  const rpc = (method, params, id = 7) => ({ jsonrpc: "2.0", id, method, params });
  const named = (name, args, _meta) => rpc("tools/call", { name, arguments: args, _meta });
  return [
    { model: "flux", input: "a cat 16:9", instructions: "in oil", metadata: { a: "b" }, temperature: 0.5 },
    {
      model: "flux",
      input: [{ role: "user", content }, call, { role: "user", content: "make it blue" }],
      tools: [tool],
    },
    {
      model: "flux",
      input: "a cat",
      tool_choice: { type: "allowed_tools", mode: "required", tools: [tool] },
      stream: true,
    },
    { model: "flux", input: "a cat", text: { format: { type: "json_schema", name: "x", schema: {}, strict: true } } },
    { model: "flux", input: "make it blue", previous_response_id: `resp_${"A".repeat(44)}`, tool_choice: "none" },
    rpc("initialize", { protocolVersion: "2025-06-18", capabilities: {} }, "a"),
    rpc("tools/list", { _meta: meta }),
    named("generate_image", { prompt: "a cat", aspect_ratio: "16:9", n: 2, seed: 3 }, { progressToken: "t" }),
    named("edit_image", { prompt: "a hat", image: "https://a.example/b.png", mask: "x" }),
    { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } },
  ]
    .map((body) => JSON.stringify(body))
    .concat(
      'event: image_generation.partial_image\ndata: {"type":"image_generation.partial_image","b64_json":"aGkh","partial_image_index":0}\n\nevent: image_generation.completed\ndata: {"b64_json":"aGkh"}\n\ndata: [DONE]\n\n',
    );
}

// ---- Sessions. session_script.h says what the records mean.

const fields = (...parts) => parts.join("\x1F");
const script = (start, ...records) => `${start}${records.join("\x1E")}`;

const chat = (idea, more = {}) =>
  JSON.stringify({ model: "flux", messages: [{ role: "user", content: idea }], ...more });
const ask = (body, headers = "") => fields("Q000", "/v1/chat/completions", headers, body);
const get = (path, method = "1", key = "0") => fields(`Q${method}${key}0`, path);
/** Makes a record that replies to an effect. The first of `controls` names the effect: 0 is the oldest call, body or piece. */
const reply = (controls, ...parts) => fields(controls, ...parts);
const taken = reply("0000");
const ended = reply("0000");

function sessions() {
  const idea = chat("a cat on a roof 16:9 --seed 7");
  const streamed = chat("a cat --no text", { stream: true, stream_options: { include_usage: true } });
  const llm = [
    reply("0000", "content-type: application/json"),
    reply("000c", "", "a tabby cat, red roof", "I think"),
    ended,
  ];
  const image = [reply("0000"), reply("000i", "", "https://pictures.example.com/a.png"), ended];
  const png = [
    reply("0000", "content-length: 12"),
    reply("000p", "", "IHDR and more of it, 40 bytes at the least"),
    reply("0000"),
    taken,
  ];
  const good = [taken, ...llm, ...image, taken];
  const list = [];
  for (const start of ["00", "01", "02", "10", "11", "20", "21", "30", "31", "60", "70", "71"]) {
    list.push(
      script(start, ask(idea), ...good),
      script(start, ask(streamed), taken, ...good),
      script(start, ask(idea)),
      script(start, ask(streamed), taken, taken),
    );
  }
  for (const path of [
    "/",
    "/sw.js",
    "/health",
    "/v1/models",
    "/v1/models/flux",
    "/v1/models/none",
    "/image-proxy?url=x",
    "/i/AAAAAAAAAAAAAAAAAAAAAA.png",
    "/demo.png?size=64x64&prompt=cat",
    "/none",
    "https://other.example/v1/models",
  ]) {
    for (const method of ["1", "2", "3", "0"])
      list.push(script("20", get(path, method), taken), script("40", get(path, method, "1"), taken));
  }
  for (const status of "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
    list.push(
      script("00", ask(idea), taken, reply(`0${status}00`, "retry-after: 1"), reply("000e", "", "no"), ...image),
    );
    list.push(
      script(
        "20",
        ask(chat("a cat", { n: 2 })),
        taken,
        reply(`0${status}0e`, "retry-after: 2"),
        reply("000e1", "", "insufficient_quota"),
        reply(`1${status}0e`),
      ),
    );
    list.push(
      script(
        "00",
        get("@https://cdn.example.net/a.png"),
        reply(`0${status}000`, "location: https://cdn.example.com/b.png"),
        ...png,
      ),
    );
  }
  for (const code of "123456")
    list.push(
      script("10", ask(streamed), taken, taken, reply(`0${code}00`), reply(`1${code}00`)),
      script("31", ask(idea), reply(`0${code}00`), reply(`0${code}00`)),
    );
  for (const start of ["20", "30", "21", "32"]) {
    list.push(script(start, ask(idea), taken, ...image, ...png, taken, taken));
    list.push(script(start, ask(idea), taken, reply("0000"), reply("000b", "", "IHDR"), ended, taken, taken));
    list.push(script(start, ask(idea), taken, reply("0000"), reply("000B", "", "IHDR"), ended, taken, taken));
    list.push(script(start, ask(chat("a cat", { model: "gpt", n: 4 })), taken, ...image, ...image, ...image, ...image));
  }
  const part = (words) => reply("000M", "", words);
  list.push(
    script(
      "20",
      ask(idea),
      taken,
      reply("0000"),
      part('{"data":[{"b64_json":"iVBORw0KGgoA'),
      ...Array(6).fill(part("")),
      reply("0000", "upload-id: u"),
      reply("0000", "etag: e"),
      reply("0000", "", '"}]}'),
      ended,
      reply("0000", "etag: f"),
      ended,
      taken,
    ),
  );
  list.push(
    script(
      "30",
      get("/i/AAAAAAAAAAAAAAAAAAAAAA.png"),
      reply("0000", 'etag: "x"\ncontent-length: 5'),
      taken,
      reply("0000"),
    ),
  );
  list.push(
    script(
      "30",
      fields("Q100", "/i/AAAAAAAAAAAAAAAAAAAAAA.png", "range: bytes=0-4\nif-none-match: x"),
      reply("0C00", "content-range: bytes 0-4/9"),
      taken,
      reply("0400"),
    ),
  );
  list.push(
    script(
      "10",
      ask(streamed),
      taken,
      taken,
      reply("0000"),
      reply("008d", "", "thinking", "a cat"),
      reply("006d", "", "more", "on a roof"),
      reply("000D", "", "", "x"),
      ...image,
      taken,
      taken,
    ),
  );
  list.push(
    script(
      "00",
      ask(chat("weather", { response_format: { type: "json_object" } })),
      taken,
      reply("0000", "content-type: text/event-stream"),
      reply("0000", "", "data: {}\n\n"),
      taken,
      taken,
    ),
  );
  list.push(
    script(
      "00",
      ask(chat("### Task:\nGenerate a title\n<chat_history>\nUSER: a cat\n</chat_history>")),
      taken,
      ...llm,
      taken,
    ),
  );
  list.push(
    script(
      "00",
      fields("Q000", "/v1/chat/completions", "content-length: 8388608", idea),
      fields("Q000", "/v1/chat/completions", "", idea),
      fields("Q000", "/v1/chat/completions", "", idea),
      fields("Q000", "/v1/chat/completions", "", idea),
      fields("Q000", "/v1/chat/completions", "", idea),
      "0000",
      "1000",
      "X1",
      "X0",
    ),
  );
  list.push(
    script("00", ask(idea), taken, reply("0000"), "X0"),
    script("10", ask(streamed), taken, taken, reply("0600")),
    script("10", ask(streamed), taken, "Z9", reply("0600")),
    script("00", ask(idea), taken, ...llm, reply("0000"), reply("000k", "", "&x=y"), ended),
  );
  const wholeLlm = reply("000c01", "content-type: application/json", "a tabby cat, red roof", "I think");
  const wholeImage = reply("000i01", "", "https://pictures.example.com/a.png");
  const wakes = reply("1000"); // While one call is under way.
  const wakesLate = reply("1300");
  const leaves = reply("2000");
  for (const start of ["00", "11", "22", "30"])
    list.push(
      script(start, ask(idea), taken, wholeLlm, wholeImage),
      script(start, ask(idea), taken, wholeLlm, reply("0B0e01", "", "no"), wholeImage),
      script(start, ask(idea), taken, wakes, wakesLate, wakes),
      script(start, ask(idea), taken, leaves),
      script(start, ask(streamed), taken, taken, wakes, wakes, taken, leaves),
      script(
        start,
        get("@https://cdn.example.net/a.png"),
        reply("0000", "content-type: image/png\ncontent-length: 12"),
      ),
    );
  const askImages = (more = {}) =>
    fields("Q000", "/v1/images/generations", "", JSON.stringify({ model: "flux", prompt: "a cat", ...more }));
  list.push(
    script("00", askImages({ response_format: "url" }), taken, ...image, taken),
    script("00", askImages({ n: 5, size: "16:9" }), taken, ...image, ...png, ...image, ...png, taken),
    script("20", askImages(), taken, reply("0000"), reply("000b", "", "IHDR"), ended, taken, taken),
    script("40", askImages({ model: "demo" }), taken, taken),
  );
  const form = (path) => fields("Q000", path, "content-type: multipart/form-data; boundary=x", "--x");
  const bytes = (words) => reply("0000", "", words); // What is held, and then what of it is read.
  const head = (name, more = "") => bytes(`\r\nContent-Disposition: form-data; name="${name}"${more}`);
  const field = (name, value) => [head(name), head(name), bytes(value), bytes(value)];
  const file = (name) => [
    head(name, '; filename="a.png"'),
    head(name, '; filename="a.png"'),
    reply("000p", "", "IHDR"),
  ];
  for (const start of ["00", "20"])
    for (const path of ["/v1/images/edits", "/v1/images/variations"])
      list.push(
        script(
          start,
          form(path),
          bytes(""),
          ...file("image"),
          ...field("prompt", "a hat"),
          bytes("--"),
          ...image,
          taken,
        ),
        script(start, form(path), bytes(""), ...field("model", "flux"), ...file("mask"), bytes("--\r\n"), taken),
        script(start, form(path), bytes(""), ...file("image[]"), ...file("image[]"), ended, taken),
        script(start, form(path), ended, taken),
      );
  const png64 = `data:image/png;base64,${Buffer.from("\x89PNG\r\n\x1a\n", "latin1").toString("base64")}`;
  const content = [
    { type: "text", text: "put a hat on it" },
    { type: "image_url", image_url: { url: png64 } },
  ];
  list.push(
    script("00", askImages({ image: png64 }), bytes(""), taken, ...image),
    script(
      "00",
      ask(JSON.stringify({ model: "flux", messages: [{ role: "user", content }] })),
      bytes(""),
      taken,
      ...image,
    ),
  );
  for (const start of ["40", "41"])
    list.push(
      script(start, ask(chat("a cat --raw", { model: "demo" })), taken, taken),
      script(start, ask(chat("16:9", { model: "demo", stream: true })), taken, taken, taken),
    );
  for (const { body } of badBodies.slice(0, 40)) list.push(script("00", ask(String(body)), taken, taken));
  return [...list, ...sessionsWithServices()];
}

/** Every face with every backend and every service: 8 and : have some that work, 9 and ; others, < has models of the platform, = no services. */
function sessionsWithServices() {
  const post = (path, body, headers = "", key = "0") =>
    fields(`Q0${key}0`, path, headers, typeof body === "string" ? body : JSON.stringify(body));
  const llm = reply("000c01", "content-type: application/json", "a tabby cat, red roof", "I think");
  const picture = reply("000b01", "", "IHDR");
  const stored = [taken, taken];
  const drawn = [taken, llm, picture, ...stored, taken, taken];
  const order = (status, more) =>
    reply("000001", "", JSON.stringify({ status, urls: { get: "https://queue.example/v1/predictions/1" }, ...more }));
  const queued = [
    taken,
    llm,
    order("starting"),
    reply("1000"),
    order("processing"),
    reply("1000"),
    order("succeeded", { output: ["https://pictures.example.com/a.png"] }),
    reply("000p01", "content-length: 40", "IHDR and more of it, 40 bytes at the least"),
    ...stored,
    taken,
  ];
  const gpt = { model: "gpt-image-1" };
  const chatOf = (more) => ({ ...gpt, messages: [{ role: "user", content: "a cat on a roof 16:9" }], ...more });
  const again = "idempotency-key: one";
  const form = (...parts) =>
    `${parts.map(([head, text]) => `--x\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n`).join("")}--x--\r\n`;
  const edit = form(
    ['name="prompt"', "a hat"],
    ['name="model"', gpt.model],
    ['name="image"; filename="a.png"', "\x89PNG\r\n\x1a\n"],
  );
  const multipart = "content-type: multipart/form-data; boundary=x";
  const list = [];
  for (const start of ["80", "81", "82", "90", ":0", ";1", "<0", "=0"]) {
    for (const key of ["0", "4"]) {
      for (const more of [{}, { stream: true }, { model: "flux-schnell", n: 2 }]) {
        list.push(
          script(start, post("/v1/chat/completions", chatOf(more), again, key), ...drawn),
          script(start, post("/v1/chat/completions", chatOf(more), "", key), ...queued),
          script(start, post("/v1/images/generations", { ...gpt, prompt: "a cat", ...more }, again, key), ...drawn),
          script(start, post("/v1/responses", { ...gpt, input: "a cat", ...more }, again, key), ...drawn),
        );
      }
      const background = { model: "flux-schnell", input: "a cat", background: true };
      list.push(
        script(start, post("/v1/responses", background, again, key), taken, llm, order("starting"), taken),
        script(start, post("/v1/images/edits", edit, multipart, key), ...Array(12).fill(taken), ...drawn),
        script(start, get("/v1/usage", "1", key), taken, taken),
        script(start, get("/v1/models", "1", key), taken),
        script(start, get(`/v1/responses/resp_${"A".repeat(44)}`, "1", key), taken, taken),
      );
    }
    // The same wish of several, and of one who comes again.
    const wish = post("/v1/chat/completions", chatOf({}), again);
    list.push(
      script(start, wish, wish, wish, ...drawn, ...drawn),
      script(start, wish, ...drawn, wish, taken, taken),
      script(start, wish, ...Array(8).fill(reply("0700"))), // A code that is the core's own.
      script(start, wish, taken, llm, "2000", wish, ...drawn),
      script(start, get("/v1/usage", "1", "5"), taken, taken, get("/v1/usage?days=7", "1", "5"), taken),
    );
    const rpc = (method, params) => ({ jsonrpc: "2.0", id: 7, method, params });
    const call = rpc("tools/call", {
      name: "generate_image",
      arguments: { prompt: "a cat", model: gpt.model },
      _meta: { progressToken: 5 },
    });
    const accepts = "accept: application/json, text/event-stream\ncontent-type: application/json";
    const initialize = rpc("initialize", { protocolVersion: "2025-06-18", capabilities: {} });
    for (const body of [
      call,
      initialize,
      rpc("tools/list"),
      rpc("none"),
      { jsonrpc: "2.0", method: "notifications/x" },
    ])
      list.push(script(start, post("/mcp", body, accepts), ...drawn));
  }
  return list;
}

// ---- The other targets.

const requests = () =>
  ["chat", "options", "streaming", "chores", "chat_text"]
    .flatMap((name) => cases(`gateway/${name}.json`).map(({ request }) => request.body))
    .map((body) => (typeof body === "string" ? body : JSON.stringify(body ?? null)));
const bodies = (answers) => answers.flatMap((answer) => (typeof answer?.body === "string" ? [answer.body] : []));

const seeds = {
  json: () => [
    ...requests(),
    ...badBodies.slice(0, 60).map(({ body }) => String(body)),
    ...facesOf(),
    ...cases("failover/ours_complaints.json").map((each) => each.in),
    ...bodies(imageFaults.flatMap(({ answers }) => answers)),
    picture.body,
    whole().body,
    ...bodies(optimiserFaults.map(({ llm }) => llm)),
    '["\x1C","\x1D","\x1E"]',
    '{"image":"data:image/png;base64,\x1E"}',
    '["\x1E","\\u0001long:0"]',
    '["\x1F"\x1F,"\x1E\\n\\u732b"]',
    '{"\x1E":1,"model":"\x1D"}',
    "[1,-0,1.5e3,18446744073709551615,9223372036854775808,-9223372036854775808,true,false,null]",
    '{"model":1,"mod\\u0065l":2,"":[]}',
    '{"model":"flux"}\0x',
    "[".repeat(64) + "]".repeat(64),
    "[".repeat(65) + "]".repeat(65),
    '"\\ud83d\\ude00\\ud83d"',
    '\ufeff{"a":1}',
  ],
  sse: () => [
    ...cases("sse/ours_decoding.json").map((each) => (each.in_base64 === undefined ? each.in : base64(each.in_base64))),
    ...bodies(optimiserFaults.map(({ llm }) => llm)),
    stream(events(delta({ content: "猫" }), "[DONE]")).body,
  ],
  base64: () => [
    "",
    "TWFu",
    "TWE=",
    "TQ==",
    "TQ",
    "TR==",
    "T W\r\nFu",
    "TWFuTWFuTWFuTWFu",
    "TQ==TQ==",
    "TQ=",
    "-_-_",
    "\u0000\xff",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB",
    `${"QUJD".repeat(40)}\n${"QUJD".repeat(40)}=`,
  ],
  url: () => [
    ...cases("link/ours_admission.json").map((each) => each.in.url),
    ...cases("link/ours_links.json").map((each) => each.out.split("?")[1]),
    "/a/../b?c#d",
    "//evil.example.com/x",
    "../../..//x",
    "?x=y",
    "#z",
    "https:/x",
    "http://127.0.0.1:9000/a",
    "https://minio/x",
    "http://[::1]/a",
    "https://gw.example.com/i/a.png",
    "https://GW.example.com:443",
  ],
  idea: () => [
    ...["ratio", "options"]
      .flatMap((name) => cases(`idea/ours_${name}.json`))
      .flatMap((each) => (typeof each.in.idea === "string" ? [each.in.idea] : []))
      .map((idea) => `.${idea}`),
    "T21:9=1536x640,4:5=896x1120\na cat 21:9",
    "T16:9 = 64x4096 ,\nx 16：9",
    "T1:1=0x0\n",
    "T999:999=4096x4096\n999:999",
    ".1024x768",
    ".16/9",
    ".1024 × 1024",
  ],
  prompt: () =>
    ["prompt/ours_clean_up", "prompt/ours_local_optimiser", "chore/ours_chores"]
      .flatMap((name) => cases(`${name}.json`))
      .flatMap((each) => (typeof each.in === "string" ? [each.in] : [each.in.text ?? each.in.idea ?? ""])),
  choose: () => [
    ...["answer/ours_answers", "answer/ours_thinking", "prompt/ours_clean_up"].flatMap((name) =>
      cases(`${name}.json`).map((each) => each.in.text ?? each.in),
    ),
    ...["PICTURE", "**EDIT**", "TEXT:", "`TEXT`"].map((word) => `${word}\n\na red fox, [this](/x), ![it](//e.example)`),
  ],
  markdown: () => hostileTexts,
  multipart: () => [
    "multipart/form-data; boundary=----WebKitFormBoundaryAbC123",
    'multipart/form-data;boundary="abc def"',
    "Multipart/Form-Data; charset=utf-8; Boundary = '()+_,-./:=? ; x=y",
    'content-disposition: form-data; name="image[]"; filename="a.png"\r\ncontent-type: image/png',
    "Content-Disposition: form-data; name=prompt\ncontent-type: text/plain",
    "content-disposition: form-data; name=\"a%22b\"; filename*=UTF-8''k%C3%A4tzchen.png",
    'content-disposition: form-data; name="a\\"b\\\\"',
    "prompt\na hat",
  ],
  request_head: () => [
    ...cases("failover/ours_retry_after.json").map((each) => `${each.in}\n`),
    ...cases("failover/ours_refusals.json").map((each) => `${each.in.headers ?? ""}\n\n${JSON.stringify(each.in)}`),
    "POST https://gw.example.com/v1/chat/completions?x=y#z\nauthorization: Bearer the-one-key-of-this-test\ncontent-length: 12\nx-openwebui-task: title_generation\n",
    "GET /\n",
    "GET\n",
    "get https://a\n\n",
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
  ],
  environment: () =>
    [
      [
        "AUTHORIZED_API_KEY=a,b",
        "IMAGE_GEN_API_BASE=https://images.example/g",
        "IMAGE_GEN_MODEL=flux,dev",
        "IMAGE_GEN_API_KEY=k1,k2",
        "IMAGE_GEN_API_TYPE=openai",
      ],
      [
        "FLUX_GEN_API_BASE=http://f.example/",
        "FLUX_GEN_MODEL=flux",
        "OPENAI_API_BASE=https://llm.example/v1/",
        "OPENAI_MODEL=small",
        "IMAGE_RATIOS=21:9=1536x640",
        "DEFAULT_SIZE=16:9",
        "PUBLIC_BASE_URL=https://pub.example",
      ],
      [
        "FLUXGATE_DEMO=1",
        "OPENAI_API_BASE=https://llm.example/v1",
        "OPENAI_MODEL_REASONING=thinker",
        "SHOW_REASONING=0",
        "LOG_PROMPTS=1",
        "MAX_REQUEST_BYTES=1024",
        "IMAGE_TIMEOUT_MS=120000",
        "IMAGE_RETRY_AMBIGUOUS=3",
        "IMAGES_TTL_DAYS=365",
        "binding://IMAGES=1",
      ],
      [
        "FLUXGATE_DEMO=1",
        "IMAGE_HOSTS=*.example.net,cdn.example.com",
        "IMAGE_HOSTS_INTERNAL=127.0.0.1:9000,[::1]:80",
        "ALLOW_HTTP_IMAGES=1",
        "AUTHORIZED_API_KEY= , ",
        "IMAGE_PROXY_SECRET=short",
      ],
      [
        "FLUXGATE_DEMO=1",
        "IMAGES_S3_URL=https://s3.example:443/pictures/of-ours/",
        "IMAGES_S3_KEY_ID=AKIAIOSFODNN7EXAMPLE",
        "IMAGES_S3_SECRET=a-secret-of-the-bucket",
        "IMAGES_S3_REGION=eu-central-1",
      ],
      [
        "IMAGE_GEN_API_BASE_99=https://i.example",
        "IMAGE_GEN_MODEL_99=m",
        "IMAGE_GEN_API_KEY_99=k",
        "FLUXGATE_DEMO=x",
        "MAX_REQUEST_BYTES=0",
      ],
    ].map((entries) => entries.map((entry) => `${entry}\0`).join("")),
  session: sessions,
};

const plain = new Set(["markdown", "multipart", "environment", "session", "idea", "prompt"]);
/** The first bytes that go through all meanings, by target. */
const firstByte = {
  url: (index) => String(index % 8),
  json: (index, text) => (text.includes("\x1F") ? "L" : String.fromCharCode(32 + (index % 40))),
  sse: (index) => String.fromCharCode(32 + (index % 90)),
};

/** Gives the inputs that a target starts from, as bytes, none longer than `mostBytes`. */
export function seedsOf(target, mostBytes) {
  const inputs = seeds[target]();
  const all = plain.has(target) ? inputs.map((input) => Buffer.from(input)) : seeded(inputs, firstByte[target]);
  return all.filter(({ length }) => length <= mostBytes);
}
