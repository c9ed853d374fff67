/** The page's own decoder, for dead spots: zxing in a worker, both served by us and kept by the service worker. */

import wasmUrl from "zxing-wasm/reader/zxing_reader.wasm?url";

import type { Decoder, Frame } from "./chain";
import type { Sighting } from "./sightings";
import type { FromWorker, ToWorker } from "./zxing_worker";
import workerUrl from "./zxing_worker?worker&url";

/** What has to be on the device before the network goes. */
export const ASIDE_FILES: readonly string[] = [workerUrl, wasmUrl];

/** The middle of a picture, where a hand holds a bar code: read in turn with the whole, where matrix codes are found. */
const CROP = { width: 800, height: 400 };
const PATIENCE_MS = 15_000; // the wasm may still be on its way

function pixelsOf(canvas: HTMLCanvasElement, frame: Frame, cropped: boolean): ImageData {
  const width = cropped ? Math.min(CROP.width, frame.videoWidth) : frame.videoWidth;
  const height = cropped ? Math.min(CROP.height, frame.videoHeight) : frame.videoHeight;
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (pen === null) throw new Error("no canvas");
  pen.drawImage(frame, (width - frame.videoWidth) / 2, (height - frame.videoHeight) / 2);
  return pen.getImageData(0, 0, width, height);
}

/** One picture there, one answer back. */
function ask(worker: Worker, picture: ImageData): Promise<Sighting[]> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(reject, PATIENCE_MS, new Error("late"));
    worker.onerror = reject;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      clearTimeout(late);
      if ("sightings" in data) resolve(data.sightings);
      else reject(new Error(data.fault));
    };
    worker.postMessage(picture satisfies ToWorker, [picture.data.buffer]);
  });
}

export function aside(): Decoder {
  const canvas = document.createElement("canvas");
  let worker: Worker | null = null;
  let cropped = false;
  const start = (): Worker => {
    const started = new Worker(workerUrl, { type: "module" });
    started.postMessage({ wasm: new URL(wasmUrl, location.href).href } satisfies ToWorker);
    return started;
  };
  const stop = (): void => {
    worker?.terminate();
    worker = null;
  };
  const look = async (frame: Frame): Promise<Sighting[]> => {
    worker ??= start();
    cropped = !cropped;
    try {
      return await ask(worker, pixelsOf(canvas, frame, cropped));
    } catch (fault) {
      stop(); // the next try begins with a new one: what was missing may have come
      throw fault;
    }
  };
  return { route: "page", ready: () => true, look, stop };
}
