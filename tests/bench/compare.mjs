// Measures Workers side by side, in turns, so that other work of the machine slows all of them alike.
import { setTimeout as delay } from "node:timers/promises";
import { cpuMs } from "./cpu.mjs";
import { load } from "./load.mjs";

/** How long a Worker may go on collecting garbage after its last answer. */
const settleMs = 30;

/**
 * Each round measures each of `workers`, { name, origin, pid, request, expected }, once, and every round in another order. Gives by name an array
 * with a sample for each round: { cpuUs, perSecond, pieces } of one request. warmUp: how many requests each Worker gets before.
 */
export async function compare(workers, { rounds, count, inFlight, warmUp = 0 }) {
  const measure = async (worker, requestCount) => {
    const before = cpuMs(worker.pid);
    const { ms, pieceCount } = await load(worker.origin, worker.request, {
      count: requestCount,
      inFlight,
      expected: worker.expected,
    });
    await delay(settleMs);
    const cpuUs = ((cpuMs(worker.pid) - before) * 1000) / requestCount;
    return { cpuUs, perSecond: (requestCount * 1000) / ms, pieces: pieceCount / requestCount };
  };
  if (warmUp > 0) for (const worker of workers) await measure(worker, warmUp);
  const samples = Object.fromEntries(workers.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const worker of inTurn(workers, round)) samples[worker.name].push(await measure(worker, count));
  }
  return samples;
}

/** The Workers in the order of a round: over the rounds each comes first, last and between the others equally often, and before each other as often
 * as behind it. */
function inTurn(workers, round) {
  const first = (round >> 1) % workers.length;
  const order = [...workers.slice(first), ...workers.slice(0, first)];
  return round % 2 === 0 ? order : order.reverse();
}

/** The quartiles of numbers, [25 %, 50 %, 75 %]. */
export function quartiles(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return [0.25, 0.5, 0.75].map((share) => {
    const at = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
    return low + (high - low) * (at % 1);
  });
}

export const median = (numbers) => quartiles(numbers)[1];

/** The quartiles of a's measurements over b's, round by round. */
export function ratios(a, b, field = "cpuUs") {
  return quartiles(a.map((sample, round) => sample[field] / b[round][field]));
}
