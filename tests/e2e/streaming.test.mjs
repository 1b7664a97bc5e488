// Streamed answers in workerd.
import { describeStreams } from "../support/cases/run_streams.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";

describeStreams("streams in workerd", startWorkerd);
