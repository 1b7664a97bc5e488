// One line of JSON for each call of an upstream and for each request, as Fluxgate writes them.

export function log(ev, rid, fields) {
  console.log(JSON.stringify({ ev, rid, ...fields }));
}
