/** The settings, fetched when a menu is opened. */

import { later } from "./later";

export const Settings = later(async () => (await import("./menu")).Settings);
export const SettingsSheet = later(async () => (await import("./menu")).SettingsSheet);
