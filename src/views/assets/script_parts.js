// The page's elements, and how new ones are made.
const [form] = document.forms;
const part = Object.fromEntries([...document.querySelectorAll("[id]")].map((element) => [element.id, element]));

/** A new element. Children are elements or texts: nothing is ever read as HTML. */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A button with an icon, and its name beside it or, for `bare` ones, as a hint alone. */
function button(name, act, { bare, label = t(name) } = {}) {
  const made = make("button", { type: "button", className: bare ? "icon" : "", onclick: act }, icon(name));
  if (bare) made.ariaLabel = made.title = label;
  else made.append(label);
  return made;
}

/** What the gateway says: it is English, whatever the page's language is, and screen readers speak it so. */
const english = (text) => make("span", { lang: "en" }, text);

/** Writes elements and texts where they say something else: screen readers hear changes. */
function write(element, ...children) {
  const text = children.map((child) => child.textContent ?? child).join("");
  if (element.textContent !== text) element.replaceChildren(...children);
}

/** Sixteen random bytes as hexadecimal digits. */
const newId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => (byte + 256).toString(16).slice(1)).join("");
const newSeed = () => crypto.getRandomValues(new Uint32Array(1))[0] >>> 1;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
