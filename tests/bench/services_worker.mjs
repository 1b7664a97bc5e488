// The Worker with what workerd has no bindings for, where RATES and EVENTS are set: both do nothing.
import worker from "../../js-glue/worker.mjs";

const made = {
  RATES: { limit: async () => ({ success: true }) },
  EVENTS: { writeDataPoint: () => {} },
};
let bindings = null;

export default {
  fetch(request, env, context) {
    bindings ??= Object.fromEntries(Object.entries(env).map(([name, value]) => [name, made[name] ?? value]));
    return worker.fetch(request, bindings, context);
  },
};
