// The keys of an image backend that lets each of them have so many pictures a minute.

const minuteMs = 60_000;

/**
 * How a backend may count. `window`: the pictures of the last 60 s; a key that has had all of them gets a place when the first one is that old. `bucket`:
 * a key has all places at first, and gets a further one every 60 s / perMinute. placeMs(times): when a key has a place, by the times that are kept of
 * it; take(times, now): these times when it takes one.
 */
const kinds = {
  window: (perMinute) => ({
    placeMs: (times) => (times.length < perMinute ? -Infinity : times[0] + minuteMs),
    take: (times, now) => [...times, now].slice(-perMinute),
  }),
  bucket: (perMinute) => ({
    // The one time that is kept is that at which all places will be there again.
    placeMs: ([wholeMs = -Infinity]) => wholeMs - ((perMinute - 1) * minuteMs) / perMinute,
    take: ([wholeMs = -Infinity], now) => [Math.max(wholeMs, now) + minuteMs / perMinute],
  }),
};

/**
 * keys: their names; kind: `window` or `bucket`; now(): the time in ms. Gives
 *   take(key)   takes a place and gives null; or gives the refusal, a 429 with the seconds until there is one
 *   freest()    the key that has had a place for longest, and for how long: { key, ms }, or null when none has one
 */
export function limitedKeys({ keys, perMinute, kind, now }) {
  const { placeMs, take } = kinds[kind](perMinute);
  const times = new Map(keys.map((key) => [key, []]));
  const waitMs = (key) => placeMs(times.get(key)) - now();
  return {
    take(key) {
      if (waitMs(key) > 0) return refusal(perMinute, Math.ceil(waitMs(key) / 1000));
      times.set(key, take(times.get(key), now()));
      return null;
    },
    freest() {
      const key = keys.reduce((best, each) => (waitMs(each) < waitMs(best) ? each : best));
      return waitMs(key) > 0 ? null : { key, ms: -waitMs(key) };
    },
  };
}

const refusal = (perMinute, waitS) => {
  const used = `Limit ${perMinute}, Used ${perMinute}, Requested 1. Please try again in ${waitS}s.`;
  const error = { message: `Rate limit reached for images per min: ${used}`, type: "requests", param: null };
  return {
    status: 429,
    headers: { "content-type": "application/json", "retry-after": String(waitS) },
    body: JSON.stringify({ error: { ...error, code: "rate_limit_exceeded" } }),
  };
};
