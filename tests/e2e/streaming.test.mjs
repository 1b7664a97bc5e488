// Streamed answers in workerd.
import { describeStreams } from "../support/run_streams.mjs";
import { startWorkerd } from "../support/workerd.mjs";

describeStreams("streams in workerd", startWorkerd);
