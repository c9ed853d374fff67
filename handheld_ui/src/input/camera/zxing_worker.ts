/** zxing-cpp as wasm, beside the page: a picture never holds up a scan that is being typed. */

import { prepareZXingModule, readBarcodes, type ReaderOptions } from "zxing-wasm/reader";

import type { Sighting } from "./sightings";

/** The first message says where our own copy of the wasm stands; every other one is a picture. */
export type ToWorker = { wasm: string } | ImageData;
export type FromWorker = { sightings: Sighting[] } | { fault: string };

const OPTIONS: ReaderOptions = {
  formats: ["Code128", "Code39", "Code93", "Codabar", "EAN13", "EAN8", "UPCA", "UPCE", "ITF", "QRCode", "DataMatrix"],
  textMode: "Plain", // FNC1 stays \x1d; the other modes write brackets
  maxNumberOfSymbols: 6,
  tryInvert: false,
};

async function read(picture: ImageData): Promise<FromWorker> {
  try {
    const found = await readBarcodes(picture, OPTIONS);
    return { sightings: found.map(({ text, format, symbologyIdentifier: aim }) => ({ text, symbology: format, aim, agreed: false })) };
  } catch (fault) {
    return { fault: String(fault) };
  }
}

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if ("wasm" in data) prepareZXingModule({ overrides: { locateFile: () => data.wasm } });
  else void read(data).then((answer) => postMessage(answer));
});
