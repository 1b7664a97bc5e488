// What the fakes of backends with queues share: a job is submitted, asked about until it is done, and cancelled.
import { commonFaults, strictFake } from "./strict.mjs";

/** What such a fake can do besides; the first five refuse the submission, these happen to a job that was accepted. */
export const laterFaults = ["refused_later", "fails_later", "no_picture", "poll_broken_once", "never"];

const ends = {
  refused_later: "refused",
  refused_silently: "silent",
  fails_later: "failed",
  no_picture: "empty",
  lose_one: "lossy",
  never: "pending",
};

/**
 * Makes a fake as strictFake does, with the same options and with these:
 *
 * - pollsNeeded: how many polls of a job are told that it is pending. Only polls that were answered properly count.
 * - start(job, call, end): the answer to the accepted call. end: what the job will come to, as a name out of says;
 *   only for backends that answer at once where they are asked to wait. A job is { id, number, model, body, key, call,
 *   polls, cancelled }: number counts from 0, call is the submission.
 * - idOf(number): the name of a job.
 * - follow(url): null for an address that belongs to no job, else { step, method, id, fits, says }. step: poll, result
 *   (of backends that say the state and give the result at two addresses) or cancel. fits(job): whether the address
 *   belongs to this job, where it names more than the job. says: the answers for this step only, where they differ.
 * - wants(call, step): null, or the answer to what else is wrong with a call, a missing header, say. step: submit, or
 *   as follow gives it.
 * - says: the answers about a job, each made from the job: pending, done, refused, silent (refused as if it were done),
 *   failed, empty, lossy (a picture is missing), cancelled (what a poll says of a job that was cancelled). Where there
 *   is a way to cancel: cancel (the answer to it) and too_late (for a job that is over). early: for a result that is
 *   asked for before its time.
 * - unknown(id): the answer about a job that it does not have. A job of another key is unknown too. // assumed
 * - problems.poll_broken: the answer to a poll that goes wrong; broken where it is not given.
 *
 * What happened can be read from the fake: submitted (accepted calls), polled (how often it was asked about jobs that
 * it has, for results too), cancelled (the names of jobs, in order).
 */
export function queuedFake({
  keys,
  fault,
  faults,
  pollsNeeded = 2,
  start,
  idOf = uuid,
  follow,
  wants = () => null,
  says,
  unknown,
  ...rest
}) {
  if (fault !== null && !faults.includes(fault)) throw new Error(`This backend has no fault "${fault}".`);
  const { keyOf, problems } = rest;
  const jobs = new Map();
  const end = ends[fault] ?? "done";
  let submission = null;
  const answer = (body, model) => {
    const number = jobs.size;
    const call = submission;
    const job = { id: idOf(number), number, model, body, key: keyOf(call.headers), call, polls: 0, cancelled: false };
    job.broken = fault === "poll_broken_once";
    jobs.set(job.id, job);
    fake.submitted += 1;
    return start(job, call, end);
  };
  const check = strictFake({ ...rest, keys, fault: null, faults, answer: () => null });
  const submit = strictFake({ ...rest, keys, fault: commonFaults.includes(fault) ? fault : null, faults, answer });

  const isOver = (job) => end !== "pending" && job.polls >= pollsNeeded;

  const told = (job, step, table) => {
    if (step === "cancel") {
      if (job.cancelled || isOver(job)) return table.too_late(job);
      job.cancelled = true;
      fake.cancelled.push(job.id);
      return table.cancel(job);
    }
    fake.polled += 1;
    if (job.broken) {
      job.broken = false;
      return (problems.poll_broken ?? problems.broken)({});
    }
    if (job.cancelled) return table.cancelled(job);
    if (isOver(job)) return table[end](job);
    if (step === "result") return table.early(job);
    job.polls += 1;
    return table.pending(job);
  };

  const fake = (call) => {
    const address = new URL(call.url);
    const followed = follow(address);
    if (followed === null) {
      submission = call;
      return check(call) ?? wants(call, "submit") ?? submit(call);
    }
    const { step, method, id, fits = () => true } = followed;
    if (call.method !== method) return problems.method({ path: address.pathname, value: call.method });
    const key = keyOf(call.headers);
    if (key === null) return problems.no_key({});
    if (!keys.includes(key)) return problems.bad_key({ key });
    const problem = wants(call, step);
    if (problem !== null) return problem;
    const job = jobs.get(id);
    if (job === undefined || job.key !== key || !fits(job)) return unknown(id, step);
    return told(job, step, { ...says, ...followed.says });
  };
  return Object.assign(fake, { submitted: 0, polled: 0, cancelled: [] });
}

/** The name of a job as a UUID. */
export const uuid = (number) => `7b3c9e4a-5d21-4f60-8a17-${number.toString(16).padStart(12, "0")}`;

/** The name of a job in 32 hexadecimal digits. */
export const hexadecimal = (number) => uuid(number).replaceAll("-", "");
