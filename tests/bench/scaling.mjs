// Measures how the CPU time of a request grows with its work.
import { compare, median } from "./compare.mjs";
import { chatWorkload, settingsOf, streamWorkload } from "./workloads.mjs";
import { startWorkers } from "./workers.mjs";

const kilobyte = 1000;

/**
 * The axes. Each of `points` has its number of requests per sample, how many of them run at once, and the workload. unit: what `size` counts; each
 * further unit should cost as much as the one before.
 */
export const axes = {
  concurrency: {
    title: "Plain chat call, by requests in flight",
    unit: "request",
    axis: "requests in flight",
    isCostPerUnit: true,
    points: [1, 16, 64, 256].map((size) => ({
      size,
      label: String(size),
      count: 800,
      inFlight: size,
      workload: chatWorkload(),
    })),
  },
  bodies: {
    title: "Plain chat call, by the size of its request",
    unit: "kB",
    axis: "request body",
    points: [
      [1, 600],
      [16, 600],
      [128, 300],
      [1000, 80],
      [4000, 24],
    ].map(([size, count]) => {
      return {
        size,
        label: size < 1000 ? `${size} kB` : `${size / 1000} MB`,
        count,
        inFlight: 4,
        workload: chatWorkload(size * kilobyte),
      };
    }),
  },
  deltas: {
    title: "Streamed chat call, by deltas of the language model",
    unit: "delta",
    axis: "deltas, one each ms",
    points: [
      [10, 200],
      [50, 120],
      [200, 48],
      [1000, 12],
      [2000, 6],
    ].map(([size, count]) => {
      return { size, label: size.toLocaleString("en-US"), count, inFlight: 6, workload: streamWorkload(size, 1) };
    }),
  },
};

/** Gives { points: [{ size, label, cpuUs: { name: µs } }] } for the first points of an axis; `share` of the requests are sent. */
export async function measureAxis(axis, upstreams, { rounds, share, pointCount, against }) {
  const points = [];
  for (const { size, label, count, inFlight, workload } of axis.points.slice(0, pointCount)) {
    await upstreams.setAnswers(new Map(workload.answers(upstreams.origin)));
    const { workers, close } = await startWorkers(workload, settingsOf(workload, upstreams), upstreams, { against });
    try {
      const sampleCount = Math.max(1, Math.round(count * share));
      const samples = await compare(workers, { rounds, count: sampleCount, inFlight, warmUp: sampleCount });
      const medians = Object.entries(samples).map(([name, each]) => [name, median(each.map(({ cpuUs }) => cpuUs))]);
      points.push({ size, label, cpuUs: Object.fromEntries(medians) });
    } finally {
      await close();
    }
  }
  return { points };
}
