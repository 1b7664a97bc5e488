// Asks for pictures. A run's order is { idea, model, ratio, size, count, seed, without, quality, raw, varies, drafts, references }.

// Three faces of the gateway make pictures. A chat tells what its language model thinks; the images API has fields that a
// chat lacks, shows drafts, and draws words as they are; an edit goes by pictures, which it takes as files.
/** What is asked of which path: { path, fields, headers }. The same order gives the same bytes. */
function requestOf({ idea, model, ratio, size, count, seed, without, quality, raw, varies, drafts, references }) {
  const shape = size ? { size } : ratio ? { aspect_ratio: ratio } : {};
  const fields = { model, n: count, ...shape, seed };
  if (without) fields.negative_prompt = without;
  if (!references.length && !raw && count <= 4 && !quality && !drafts) {
    const messages = [{ role: "user", content: idea }];
    return {
      path: "/v1/chat/completions",
      fields: { ...fields, messages, stream: true, stream_options: { include_usage: true } },
    };
  }
  if (idea) fields.prompt = idea;
  if (quality) fields.quality = quality;
  Object.assign(fields, { response_format: "url", stream: true, partial_images: count === 1 ? 2 : 0 });
  const verb = varies ? "variations" : references.length ? "edits" : "generations";
  const headers = raw || references.length ? {} : { "x-fluxgate-optimize": "1" };
  return { path: `/v1/images/${verb}`, fields, headers };
}

function bodyOf(fields, references) {
  if (!references.length) return JSON.stringify(fields);
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  references.forEach((blob, index) => body.append("image[]", blob, `${index + 1}.${extensionOf(blob.type)}`));
  return body;
}

const extensionOf = (type) => /^image\/(png|webp|gif|avif)$/.exec(type)?.[1] ?? "jpg";

// Streams the answer of a run. `hear` gets { thinking }, { draft } (a data URL), and for each picture { link, place, prompt, facts };
// what comes back at the end is { note, cost }: what else the user must know, and what all pictures cost.
async function ask({ key, order, secret }, signal, hear) {
  const { path, fields, headers } = requestOf(order);
  const init = { method: "POST", headers: { ...headers, "idempotency-key": key }, signal };
  const { body } = await call(path, { ...init, body: bodyOf(fields, order.references) }, secret);
  return fields.messages ? readChat(body, hear) : readImages(body, hear, order);
}

async function readChat(body, hear) {
  let content = "";
  let facts = {};
  const beside = [];
  for await (const data of eventsOf(body)) {
    if (data === "[DONE]") return tellChat(content, beside, facts, hear);
    const { error, choices, usage, fluxgate } = JSON.parse(data);
    if (error) throw failureOf(error, fluxgate?.retry_after);
    facts = { ...facts, ...fluxgate };
    facts.cost ??= usage?.cost;
    const { content: words = "", images = [], reasoning_content: thinking } = choices[0]?.delta ?? {};
    content += words;
    beside.push(...images.map(({ image_url: { url } }) => url));
    if (thinking) hear({ thinking });
  }
  throw { name: "broken" };
}

// An answer is Markdown: `![Image](link)` for each picture, the prompt, and maybe a note on what went wrong, each on
// a line of its own. Prompt and note are escaped.
/** Tells its pictures. For some keys they come beside the text too, or there alone. */
function tellChat(content, beside, facts, hear) {
  const lines = content.split("\n").filter(Boolean);
  const at = lines.findIndex((line) => /^(Optimized p|P)rompt: /.test(line));
  const plain = (words) => words.join("\n").replace(/\\(.)/g, "$1");
  const inside = lines.slice(0, Math.max(at, 0)).flatMap((line) => /^!\[Image\]\((\S+)\)$/.exec(line)?.[1] ?? []);
  const links = beside.length > inside.length ? beside : inside;
  if (!links.length) throw { message: plain(lines) || t("noPicture") };
  const prompt = plain([(lines[at] ?? "").replace(/^.*?: /, "")]);
  links.forEach((link, place) => hear({ link, place, prompt, facts }));
  const note = plain(lines.slice(at + 1));
  return { note: note && english(note), cost: facts.cost };
}

async function readImages(body, hear, { idea, count }) {
  let place = 0;
  let note = "";
  let cost;
  for await (const data of eventsOf(body)) {
    const {
      error,
      type,
      url,
      b64_json: base64,
      output_format: format,
      revised_prompt: prompt,
      usage,
      fluxgate,
    } = JSON.parse(data);
    if (error && !place) throw failureOf(error, fluxgate?.retry_after);
    if (error) return { note: saidBy(failureOf(error)), cost };
    if (/partial_image$/.test(type)) {
      hear({ draft: `data:image/${format};base64,${base64}` });
    } else if (url) {
      hear({ link: url, place, prompt: prompt ?? idea, facts: fluxgate ?? {} });
      note = fluxgate?.note ? english(fluxgate.note) : "";
      cost = usage?.cost ?? cost;
      place += 1;
    }
  }
  if (!place) throw { name: "broken" };
  return { note: note || (place < count ? t("someLost", { made: place, count }) : ""), cost };
}
