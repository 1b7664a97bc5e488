// The services of abi.md that the Node server has: pictures in a folder, the ledger in SQLite, and the list of clients in a file.
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openClients, openFolder } from "../services/folder.mjs";
import { hasSqlite, openLedger } from "../services/sqlite.mjs";
import { Problem } from "./problem.mjs";
import { valueOf } from "./settings.mjs";

/** Where everything lies for which no place is named, seen from the folder in which the server was started. */
const usualFolder = "fluxgate-data";

/** Where the services of these settings keep what they keep: { IMAGES, LEDGER, CLIENTS }, a path for each that there is. `off` wants none. */
export function placesIn(settings) {
  const folder = valueOf(settings, "DATA_DIR") || usualFolder;
  const hasBucket = valueOf(settings, "IMAGES_S3_URL") !== ""; // A folder would stand before it.
  const places = {
    IMAGES: valueOf(settings, "IMAGES_DIR") || (hasBucket ? "off" : join(folder, "images")),
    LEDGER: valueOf(settings, "LEDGER_FILE") || join(folder, "ledger.sqlite"),
    CLIENTS: valueOf(settings, "CLIENTS_FILE") || "off",
  };
  return Object.fromEntries(Object.entries(places).filter(([, path]) => path !== "off"));
}

/** Opens the services in these places. Gives { services, odd }: a map as Gateway takes it, and sentences about what is missing. */
export async function openServices({ IMAGES, LEDGER, CLIENTS }) {
  const services = new Map();
  const odd = [];
  if (IMAGES !== undefined) services.set("IMAGES", await opened("IMAGES_DIR", IMAGES, () => openFolder(IMAGES)));
  if (LEDGER !== undefined && hasSqlite()) {
    await opened("LEDGER_FILE", LEDGER, () => mkdir(dirname(LEDGER), { recursive: true, mode: 0o700 }));
    services.set("LEDGER", await opened("LEDGER_FILE", LEDGER, () => openLedger(LEDGER)));
  } else if (LEDGER !== undefined) {
    odd.push(
      `A ledger needs Node 22.13 or newer, and this is ${process.version}: limits and bills are counted in memory, and begin anew with each start.`,
    );
  }
  if (CLIENTS !== undefined) services.set("CLIENTS", openClients(CLIENTS));
  return { services, odd };
}

/** Gives what opening gives, or names the variable. */
async function opened(name, path, open) {
  try {
    return await open();
  } catch (error) {
    throw new Problem(`${name}: ${path} cannot be used: ${error.message}.`);
  }
}
