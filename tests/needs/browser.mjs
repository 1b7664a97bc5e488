// The browser of this machine.
import { needed } from "../../scripts/needs.mjs";
import { findBrowser } from "../../scripts/setup.mjs";

export const browserProgram = () => needed("browser", findBrowser(), "The browser");
