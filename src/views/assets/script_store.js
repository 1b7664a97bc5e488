// What this browser keeps: the pictures, the runs that are under way, and what was chosen last.

/** A store that takes longer is none. */
const mostWaitMs = 5000;

/** The database, or null where the browser keeps none: then all is gone with the page. */
const database = new Promise((resolve) => {
  setTimeout(resolve, mostWaitMs, null);
  try {
    const opening = indexedDB.open("fluxgate", 1);
    opening.onupgradeneeded = () => {
      for (const name of ["pictures", "runs"]) opening.result.createObjectStore(name, { keyPath: "id" });
    };
    opening.onsuccess = () => {
      const { result } = opening;
      result.onversionchange = () => result.close();
      resolve(result);
    };
    opening.onerror = opening.onblocked = () => resolve(null);
  } catch {
    resolve(null);
  }
});

/** Does one thing with a store, and gives its result; undefined where nothing is kept. */
async function inStore(name, mode, act) {
  const opened = await database;
  if (!opened) return;
  return new Promise((resolve, reject) => {
    const transaction = opened.transaction(name, mode);
    const request = act(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

/** All records; nothing where they cannot be read. */
const readAll = (name) => inStore(name, "readonly", (store) => store.getAll()).catch(() => {});
const remove = (name, id) => inStore(name, "readwrite", (store) => store.delete(id)).catch(() => {});
/** Tells whether it is kept: a full disk is no reason to lose a picture that is on the screen. */
const keep = (name, record) =>
  Promise.race([inStore(name, "readwrite", (store) => store.put(record)), pause(mostWaitMs)]).then(
    (key) => key !== undefined,
    () => false,
  );

/** Memory of this tab, or of this device, or of this page alone where a browser forbids storage. */
function storageOf(name) {
  try {
    return window[name];
  } catch {
    return {};
  }
}
const tabMemory = storageOf("sessionStorage");
const deviceMemory = storageOf("localStorage");

/** What was chosen last; nothing of it is trusted. */
function readChoices() {
  try {
    return Object(JSON.parse(deviceMemory.fluxgateChoices));
  } catch {
    return {};
  }
}

function writeChoices(choices) {
  try {
    deviceMemory.fluxgateChoices = JSON.stringify(choices);
  } catch {
    // A full storage forgets.
  }
}

const marks = {};

/** What tells the clients of this browser apart: random, and kept where their keys are, so that it says nothing of them. */
function markOf(key) {
  const name = `fluxgateMark ${key}`;
  return (marks[name] ??= tabMemory[name] ?? deviceMemory[name] ?? newId());
}

/** Keeps a key in one of the memories, or forgets what it has. The device's knows one key at a time. */
function rememberKey(memory, key) {
  try {
    if (!key || memory === deviceMemory)
      for (const name of Object.keys(memory)) if (/^fluxgate[KM]/.test(name)) delete memory[name];
    if (key) Object.assign(memory, { fluxgateKey: key, [`fluxgateMark ${key}`]: markOf(key) });
  } catch {
    // The key stays in its field.
  }
}
