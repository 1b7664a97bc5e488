// What this browser keeps: the pictures, the runs that are under way, and what was chosen last.

/** The database, or null where the browser keeps none: then all is gone with the page. */
const database = new Promise((resolve) => {
  try {
    const opening = indexedDB.open("fluxgate", 1);
    opening.onupgradeneeded = () => {
      for (const name of ["pictures", "runs"]) opening.result.createObjectStore(name, { keyPath: "id" });
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => resolve(null);
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

const readAll = async (name) => (await inStore(name, "readonly", (store) => store.getAll()).catch(() => [])) ?? [];
const remove = (name, id) => inStore(name, "readwrite", (store) => store.delete(id)).catch(() => {});
/** Tells whether it is kept: a full disk is no reason to lose a picture that is on the screen. */
const keep = (name, record) =>
  inStore(name, "readwrite", (store) => store.put(record)).then(
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

function rememberKey(key, onDevice) {
  try {
    tabMemory.fluxgateKey = key;
    if (onDevice) deviceMemory.fluxgateKey = key;
    else delete deviceMemory.fluxgateKey;
  } catch {
    // The key stays in its field.
  }
}
