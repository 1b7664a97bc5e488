// Reads ideas, and writes and cleans prompts.
import direct from "../../../src/prompt/templates/non_reasoning.txt";
import reasoning from "../../../src/prompt/templates/reasoning.txt";

const sizes = {
  "1:1": "1024x1024",
  "1:2": "512x1024",
  "3:2": "768x512",
  "3:4": "768x1024",
  "16:9": "1024x576",
  "9:16": "576x1024",
};
const ratioPattern =
  /(?:--(?:ar|aspect-ratio|ratio)[ =]+|\b(?:aspect )?ratio[ :=]+|比例[ ：:]*)?(?<![\d:.])(\d{1,2})\s?[:：]\s?(\d{1,2})(?![\d:])/giu;

/** { text, size } of an idea: the last supported ratio in it sets the size, and is taken out. */
export function readIdea(idea) {
  let size = sizes["1:1"];
  const text = idea.replace(ratioPattern, (whole, width, height) => {
    const named = sizes[`${width}:${height}`];
    if (named === undefined) return whole;
    size = named;
    return "";
  });
  return { text: text.replace(/\s+/g, " ").trim(), size };
}

/** The messages that ask a language model for the prompt of that idea. */
export function optimiserMessages(idea, styleWishes, reasons) {
  const user = styleWishes === "" ? idea : `Style wishes:\n${styleWishes}\n\nIdea:\n${idea}`;
  return [
    { role: "system", content: (reasons ? reasoning : direct).trimEnd() },
    { role: "user", content: user },
  ];
}

/** A language model's text without thinking, labels, quotation marks, line breaks and loose ends; empty when nothing is left. */
export function cleanPrompt(answer) {
  return answer
    .replace(/^[^]*<\/think>/i, "")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^(?:(?:here is )?(?:the |your )?(?:optimi[sz]ed |final )?prompt):\s*/i, "")
    .replace(/^(["'`*]+)(.*)\1$/, "$2")
    .replace(/[\s,;.]+$/, "")
    .slice(0, 2000);
}

/** The answer's Markdown, in which the prompt is nothing but text. */
export function pictureAnswer(links, prompt) {
  const text = prompt.replace(/[\\`*_[\]<>&~|!$@]/g, "\\$&").replace(/(?<=\/)\/|(?<=\w)\.(?=[a-z])/gi, "\\$&");
  return `${links.map((link) => `![Image](${link})\n\n`).join("")}Optimized prompt: ${text}`;
}
