// Shows that something goes on while it takes its time.

/** How often a plain line is printed where there is no terminal, such as in CI. */
const plainPauseMs = 15_000;
/** How often the line on a terminal is written anew. */
const rewritePauseMs = 1000;

/**
 * Gives what work(say) gives. Until then the title is shown, with the text that say() was given last and the seconds
 * so far: on a terminal as one line that is rewritten and goes away at the end, elsewhere as a plain line now and
 * then. Work that is done within `afterMs` shows nothing. rewrites: false for plain lines on a terminal, too, where
 * somebody else may ask a question.
 */
export async function withProgress(
  title,
  work,
  { afterMs = 0, output = process.stdout, rewrites = output.isTTY } = {},
) {
  const show = rewrites ? rewriteLine : printLine;
  const start = Date.now();
  let text = "";
  let timer = null;
  const showNow = () => show(output, describe(title, text, Math.floor((Date.now() - start) / 1000)));
  const begin = () => {
    showNow();
    timer = setInterval(showNow, rewrites ? rewritePauseMs : plainPauseMs);
  };
  const delay = setTimeout(begin, afterMs);
  try {
    return await work((said) => {
      text = said;
      if (rewrites && timer !== null) showNow();
    });
  } finally {
    clearTimeout(delay);
    clearInterval(timer);
    if (rewrites && timer !== null) output.write("\r\x1b[K");
  }
}

function rewriteLine(output, line) {
  output.write(`\r\x1b[K${line.slice(0, (output.columns || 80) - 1)}`);
}

function printLine(output, line) {
  output.write(`${line}\n`);
}

function describe(title, text, seconds) {
  return [`${title} ...`, text, seconds > 0 ? `(${seconds} s)` : ""].filter(Boolean).join(" ");
}
