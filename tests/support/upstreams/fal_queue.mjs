// A queue of fal's, whose jobs are done when a test says so; its answers are strict about the key.
import assert from "node:assert/strict";
import { largePng } from "./pictures.mjs";

export const falModel = "fal-ai/flux/schnell";
export const falSettings = {
  IMAGE_GEN_API_TYPE: "fal",
  IMAGE_GEN_MODEL: falModel,
  IMAGE_GEN_API_KEY: "fal-key-number-one",
};
export const falPicture = largePng(2000);

const told = (body) => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** isDone(id), which a test sets, tells whether job 1, 2, ... is done; outcome(id) what its answer is, and questions are counted. */
export function falQueue() {
  const fal = { submitted: 0, asked: 0, cancelled: 0, isDone: () => false, picture: falPicture };
  fal.status = (id) => told({ status: fal.isDone(id) ? "COMPLETED" : "IN_QUEUE" });
  fal.outcome = (id) => told({ images: [{ url: `https://v3.fal.media/${id}.png` }] });
  fal.answer = ({ url, method, headers }) => {
    if (url.startsWith("https://v3.fal.media/"))
      return { status: 200, headers: { "content-type": "image/png" }, body: fal.picture };
    assert.equal(headers.authorization, `Key ${falSettings.IMAGE_GEN_API_KEY}`);
    const [, id, what] = /requests\/(\d+)(?:\/(\w+))?$/.exec(url) ?? [];
    if (method === "POST") {
      const base = `https://queue.fal.run/${falModel}/requests/${++fal.submitted}`;
      return told({
        status: "IN_QUEUE",
        request_id: String(fal.submitted),
        status_url: `${base}/status`,
        response_url: base,
        cancel_url: `${base}/cancel`,
      });
    }
    if (what === "cancel") return (++fal.cancelled, told({}));
    if (what === "status") return (++fal.asked, fal.status(Number(id)));
    return fal.outcome(Number(id));
  };
  return fal;
}

/** How fal tells of a job that has failed. */
export const falFailure = (error, type) => told({ status: "COMPLETED", error, error_type: type });
