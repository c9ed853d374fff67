/** What a pick does not need: fetched when it is first opened, and once the page stands, so that it is there in a dead spot. */

import { later } from "../parts/later";

const camera = () => import("../parts/camera_view");
const map = () => import("../parts/map");
const settings = () => import("../parts/menu");
const more = () => import("./pick_more");
const sheets = () => import("./pick_sheets");
const putBack = () => import("./put_back");
const profile = () => import("../input/profile");
const voice = () => import("../parts/voice");

export const FloorMap = later(async () => (await map()).FloorMap);
export const PutBack = later(async () => (await putBack()).PutBack);
export const Paused = later(async () => (await more()).Paused);
export const PickSheets = later(async () => (await sheets()).PickSheets);
export const Digits = later(async () => (await voice()).Digits);
export const Voice = later(async () => (await voice()).Voice);

/** Fetch all of it; the paths of the files that are still to be kept beside it. */
export async function spare(): Promise<readonly string[]> {
  const [{ filesForDeadSpots }] = await Promise.all([camera(), map(), profile(), putBack(), sheets(), settings(), voice()]);
  return filesForDeadSpots();
}
