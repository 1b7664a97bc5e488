// Upstreams that repeat what they were told.

/** The call's key, as it stands and in its header, and the call's own words. */
export function repeated({ headers, body }) {
  const { prompt, negative_prompt, messages } = body.startsWith("{") ? JSON.parse(body) : {};
  const key = headers.authorization.replace(/^(Bearer|Key) /, "");
  return {
    key,
    text: `Authorization: Bearer ${key}; key ${key}`,
    prompt: prompt ?? messages?.at(-1).content ?? "",
    negativePrompt: negative_prompt,
  };
}

/** The same answer with all that in its headers, and in its body where a body can have it. */
export function repeating(answer, call) {
  if (typeof answer === "string") return answer;
  const { key, text, prompt } = repeated(call);
  const inHeader = encodeURI(prompt).slice(0, 400);
  const headers = {
    "x-echo": text,
    "www-authenticate": `Bearer realm="${key}"`,
    server: key,
    "set-cookie": `session=${key}; prompt=${inHeader}`,
    "x-request-id": key,
    "x-prompt": inHeader,
    location: `https://elsewhere.example/?key=${key}`,
    "content-type": "application/json",
    ...answer.headers,
  };
  return {
    ...answer,
    headers,
    ...(answer.body !== undefined && { body: repeatingBody(answer.body, `${text}. Your prompt: '${prompt}'`, key) }),
  };
}

function repeatingBody(body, text, key) {
  try {
    const value = JSON.parse(body);
    if (typeof value.error === "object")
      value.error = { ...value.error, message: `${value.error.message ?? ""} ${text}`, param: key, type: key };
    else if ("code" in value) value.message = `${value.message ?? ""} ${text}`;
    return JSON.stringify({ ...value, echo: text, authorization: key });
  } catch {
    if (/^(\uFEFF|:|data|id|event|\n)/.test(body))
      return `${/^\uFEFF?/.exec(body)[0]}: ${text}\n: ${key}\n${body.replace(/^\uFEFF/, "")}`;
    return body.startsWith("<") ? `${body}<p>${text}</p>` : body;
  }
}
