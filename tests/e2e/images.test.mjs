// POST /v1/images/generations in workerd.
import { describeImages } from "../support/cases/run_images.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";

describeImages("pictures without a chat in workerd", startWorkerd);
