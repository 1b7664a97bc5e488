// The rules that bodies are checked against. A rule takes a value and its path, and gives null or what is wrong:
// { kind, path, value, expected }, where kind is missing, unknown, type or value.

export const typeOf = (value) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

const rule = (type, expected, fits) => (value, path) => {
  if (typeOf(value) !== type) return { kind: "type", path, value, expected };
  return fits(value) ? null : { kind: "value", path, value, expected };
};

/** A text that is not blank. */
export const text = (most = Infinity) =>
  rule("string", `1 to ${most} characters`, (value) => value.trim() !== "" && value.length <= most);

export const flag = rule("boolean", "true or false", () => true);

export const oneOf = (...words) => rule("string", words.join(", "), (value) => words.includes(value));

export const exactly = (only) => rule(typeOf(only), JSON.stringify(only), (value) => value === only);

export const number = (least, most) =>
  rule("number", `a number from ${least} to ${most}`, (value) => value >= least && value <= most);

export const integer = (least, most, step = 1) =>
  rule("number", `a multiple of ${step} from ${least} to ${most}`, (value) => {
    return Number.isInteger(value) && value >= least && value <= most && value % step === 0;
  });

const isBase64 = (value) => value.length > 0 && value.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(value);

/** Bytes in base64, without line breaks and with their padding. */
export const base64 = rule("string", "base64", isBase64);

/** A picture as an https link or as a data URL. */
export const picture = rule("string", "an https link or a data URL of a picture", (value) => {
  const [, data] = /^data:image\/(?:png|jpeg|webp);base64,(.*)$/s.exec(value) ?? [];
  return data === undefined ? value.startsWith("https://") && URL.canParse(value) : isBase64(data);
});

/** The same, where a data URL has less than so many bytes in it. */
export const pictureBelow = (bytes) => (value, path) => {
  const problem = picture(value, path);
  const [, data = ""] = /^data:[^,]*,(.*)$/s.exec(problem === null ? value : "") ?? [];
  if (problem !== null || Buffer.from(data, "base64").length < bytes) return problem;
  return wrong(path, `a data URL of less than ${bytes} bytes`, value.slice(0, 40));
};

/**
 * A size in one text, as 1024x768. step: both sides are multiples of it; edge: the range of a side; area: the range of
 * the pixels; ratio: how many times longer one side may be; words: what is taken besides sizes.
 */
export const size = ({
  by = "x",
  step = 1,
  edge = [1, 99_999],
  area = [1, Infinity],
  ratio = Infinity,
  words = [],
}) => {
  const limits = `sides ${edge.join("-")} by ${step}, ${area.join("-")} pixels, ratio to ${ratio}`;
  return rule("string", `WIDTH${by}HEIGHT (${limits}) ${words}`, (value) => {
    if (words.includes(value)) return true;
    const sides = value.split(by);
    if (sides.length !== 2 || !sides.every((side) => /^[1-9][0-9]{0,4}$/.test(side))) return false;
    const [short, long] = sides.map(Number).sort((a, b) => a - b);
    if (short % step !== 0 || long % step !== 0) return false;
    if (short < edge[0] || long > edge[1]) return false;
    return short * long >= area[0] && short * long <= area[1] && long <= short * ratio;
  });
};

export const listOf = (item, least, most) => (value, path) => {
  const problem = rule("array", `a list of ${least} to ${most}`, ({ length }) => length >= least && length <= most);
  return problem(value, path) ?? firstOf(value.map((each, i) => item(each, `${path}[${i}]`)));
};

/** A text or a list, say, of which each has its rule. */
export const byType = (rules) => (value, path) => {
  const found = rules[typeOf(value)];
  return found ? found(value, path) : { kind: "type", path, value, expected: Object.keys(rules).join(" or ") };
};

/** An object that is of one of several kinds, told apart by the member that only one has. */
export const byMember = (rules) => (value, path) => {
  const name = Object.keys(rules).find((each) => typeOf(value) === "object" && Object.hasOwn(value, each));
  return (rules[name] ?? members({ [Object.keys(rules)[0]]: required(() => null) }))(value, path);
};

/** An object with these members and no others. */
export const members = (table) => (value, path) => {
  if (typeOf(value) !== "object") return { kind: "type", path, value, expected: "an object" };
  const below = (name) => (path === "" ? name : `${path}.${name}`);
  const strange = Object.keys(value).find((name) => !Object.hasOwn(table, name));
  if (strange !== undefined) return { kind: "unknown", path: below(strange), value: value[strange] };
  const problems = Object.entries(table).map(([name, each]) => {
    if (Object.hasOwn(value, name)) return each(value[name], below(name));
    return each.required ? { kind: "missing", path: below(name) } : null;
  });
  return firstOf(problems);
};

/** A member that must be there. */
export const required = (each) => Object.assign((value, path) => each(value, path), { required: true });

/** What a rule gives that finds a wrong value by its own means. */
export const wrong = (path, expected, value) => ({ kind: "value", path, value, expected });

/** Rules of which the first that is broken counts. */
export const all =
  (...rules) =>
  (value, path) => {
    for (const each of rules) {
      const problem = each(value, path);
      if (problem !== null) return problem;
    }
    return null;
  };

const firstOf = (problems) => problems.find((problem) => problem !== null) ?? null;
