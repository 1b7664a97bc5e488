// What is to happen when its time has come. Most of it is cleared long before.

/** Most milliseconds between two looks at what is due. Setting a timer of the platform costs ten times as much as an entry here. */
const tickMs = 1000;

/** The alarms of one session, with one timer of the platform for all. */
export class Alarms {
  #alarms = new Set(); // { due, ring }
  #timer;
  #timerDue = Infinity;

  /** Calls `ring` after so many milliseconds, unless what this gives is passed to clear() before. */
  set(milliseconds, ring) {
    const now = Date.now();
    const alarm = { due: now + milliseconds, ring };
    this.#alarms.add(alarm);
    this.#wake(alarm.due, now);
    return alarm;
  }

  clear(alarm) {
    this.#alarms.delete(alarm);
  }

  clearAll() {
    this.#alarms.clear();
    clearTimeout(this.#timer);
  }

  #wake(due, now) {
    due = Math.min(due, now + tickMs);
    if (due >= this.#timerDue) return;
    clearTimeout(this.#timer);
    this.#timerDue = due;
    this.#timer = setTimeout(() => this.#look(), due - now);
  }

  #look() {
    this.#timerDue = Infinity;
    const now = Date.now();
    for (const alarm of [...this.#alarms]) {
      if (alarm.due > now) this.#wake(alarm.due, now);
      else if (this.#alarms.delete(alarm)) alarm.ring();
    }
  }
}
