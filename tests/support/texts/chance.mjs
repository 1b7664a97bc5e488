// Random numbers that can be repeated.

/** The run's seed; the variable SEED repeats a run that failed. */
export const seed = Number(process.env.SEED ?? Date.now() % 1_000_000_000);

/** A generator of numbers from 0 to 1 (mulberry32), the same ones for the same seed and name. */
export function chance(name, start = seed) {
  let state = start;
  for (const letter of name) state = (Math.imul(state, 31) + letter.charCodeAt(0)) | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  /** A whole number below `limit`. */
  next.below = (limit) => Math.floor(next() * limit);
  next.of = (items) => items[next.below(items.length)];
  return next;
}
