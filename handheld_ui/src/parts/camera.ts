/** The camera, fetched when it is first turned on. */

import { later } from "./later";

export const CameraView = later(async () => (await import("./camera_view")).CameraView);
