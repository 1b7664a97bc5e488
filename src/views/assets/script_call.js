// Speaks to the gateway, and says in words what goes wrong.

const keyNow = () => part.key.value.trim();

/** The answer to a request with a key; throws what explain() takes. */
async function call(path, init = {}, key = keyNow()) {
  const authorization = `Bearer ${key}`;
  if (/[^ -~]/.test(authorization)) throw { code: "invalid_api_key" };
  const headers = { authorization, ...init.headers };
  if (typeof init.body === "string") headers["content-type"] = "application/json";
  const response = await fetch(path, { ...init, headers });
  if (response.ok) return response;
  const { status } = response;
  const { error = { code: "busy" } } = Object(await response.json().catch(() => null));
  const failure = failureOf(error, readWait(response.headers.get("retry-after")), t("status", { status }));
  // The gateway gives each of its errors a code: what has none comes from something between, as a cut does.
  throw { ...failure, status, isCut: status >= 500 && /^(busy)?$/.test(failure.code) };
}

/** What explain() takes, of an error in a body, whoever wrote it. */
function failureOf(error, wait, other = t("noPicture")) {
  const { code, message = error } = Object(error);
  const said = typeof message === "string" && message;
  return { code: String(code ?? ""), message: said || other, isEnglish: Boolean(said), wait };
}

/** The seconds that the header retry-after asks for, a day at most; 0 where it asks for none. */
function readWait(text) {
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return seconds > 0 ? Math.min(Math.ceil(seconds), 86400) : 0;
}

/** What to do about a failure, by its code. */
const advice = [
  [/^invalid_api_key/, "badKey"],
  [/policy|moderation/, "otherWords"],
  [/model_not|unsupported_image_model|auth_failed|insufficient/, "otherModel"],
  [/image_input|mask_unsupported/, "noPictures"],
  [/^invalid_image|request_too_large/, "otherPictures"],
  [/timeout|reset|unreach|unavail|busy|overload|rate_limit|too_many|internal/, "later"],
];

/** Did the connection break, and not the gateway refuse? Then what was made may still be had. */
const isBroken = ({ name, isCut }) => isCut || (Boolean(name) && name !== "AbortError");

const saidBy = ({ message = "", isEnglish }) => (isEnglish ? english(message) : message);

/** A failure in plain words, as elements and texts: what failureOf() returns, or what fetch() and streams throw. */
function explain(failure) {
  const { name, code = "", message = "", wait } = failure;
  const said = saidBy(failure);
  if (name === "AbortError") return [t("stopped")];
  if (name) return [navigator.onLine ? t("broken") : t("offline")];
  if (code === "invalid_api_key") return [t("badKey")];
  if (/^auth_not|^config/.test(code)) return [`${t("notSetUp")} `, said];
  const [, words] = advice.find(([pattern]) => pattern.test(code)) ?? [];
  if (!words || (words === "later" && wait)) return [said];
  return [said, `${/[\p{L}\p{N}]$/u.test(message) ? "." : ""} ${t(words)}`];
}

/** "42 s", "2:05" or "1:02:05". */
function clockOf(seconds) {
  if (seconds < 60) return `${seconds} s`;
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}

/** The data of each event. The gateway writes one line of it for each. */
async function* eventsOf(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = decoder.decode(value, { stream: true }).split("\n");
    // A picture comes in very many pieces: they are joined once.
    rest.push(lines.shift());
    if (!lines.length) continue;
    lines.unshift(rest.join(""));
    rest = [lines.pop()];
    for (const line of lines) if (line.startsWith("data: ")) yield line.slice(6);
  }
}
