// Reads text/event-stream.

/** Any split of the same bytes gives the same events; an unfinished event may have a megabyte. */
export class EventDecoder {
  static maxEventLength = 1024 * 1024;
  #decoder = new TextDecoder();
  #rest = "";
  #data = "";

  /** The data of all events that these bytes complete. */
  push(bytes) {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = lines.pop();
    const events = [];
    for (const line of lines) {
      const text = line.endsWith("\r") ? line.slice(0, -1) : line;
      if (text === "") {
        if (this.#data !== "") events.push(this.#data);
        this.#data = "";
      } else if (text.startsWith("data:")) {
        const value = text.slice(text[5] === " " ? 6 : 5);
        this.#data += this.#data === "" ? value : `\n${value}`;
      }
    }
    if (this.#rest.length + this.#data.length > EventDecoder.maxEventLength) throw new Error("an event is too long");
    return events;
  }
}
