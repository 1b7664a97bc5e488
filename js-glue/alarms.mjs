// What is to happen when its time has come. Most of it is cleared long before.

/** Most milliseconds between two looks at what is due. Setting a timer of the platform costs ten times as much as an entry here. */
const tickMs = 1000;

/** The alarms of one session, with one timer of the platform for all. A clock that is set back makes none of them late. */
export class Alarms {
  #alarms = new Set(); // { due, ring }
  #timer;
  #timerDue = Infinity;
  #seenMs = -Infinity;
  #setBackMs = 0;

  /** Calls `ring` after so many milliseconds, unless what this gives is passed to clear() before. */
  set(milliseconds, ring) {
    const now = this.#now();
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
    this.#timerDue = Infinity;
  }

  #now() {
    const now = Date.now();
    if (now < this.#seenMs) this.#setBackMs += this.#seenMs - now;
    this.#seenMs = now;
    return now + this.#setBackMs;
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
    const now = this.#now();
    for (const alarm of [...this.#alarms]) {
      if (!this.#alarms.has(alarm)) continue;
      if (alarm.due > now) this.#wake(alarm.due, now);
      else this.#alarms.delete(alarm), alarm.ring();
    }
  }
}
