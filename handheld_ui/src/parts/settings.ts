/** The settings, fetched when a menu is opened. */

import { later } from "./later";

export const Settings = later(async () => (await import("./menu")).Settings);
