/** The browser's own detector: Chrome on Android has one, from the Play services. */

import type { Decoder } from "./chain";
import type { Sighting } from "./sightings";

interface Detected {
  rawValue: string;
  format: string;
}
interface Detector {
  detect(source: HTMLVideoElement): Promise<Detected[]>;
}
type DetectorClass = { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> };

const FORMATS = ["code_128", "code_39", "code_93", "ean_13", "ean_8", "upc_a", "upc_e", "itf", "qr_code", "data_matrix"];
/** The identifier of a symbol whose text begins with FNC1. */
const GS1_AIM: Record<string, string> = { code_128: "]C1", data_matrix: "]d2", qr_code: "]Q3" };

/** What a detector says, with the identifier where a leading FNC1 tells it. */
export function sightingOf({ rawValue, format }: Detected): Sighting {
  const gs1 = rawValue.startsWith("\x1d") ? (GS1_AIM[format] ?? "") : "";
  return { text: gs1 === "" ? rawValue : rawValue.slice(1), symbology: format, aim: gs1, agreed: false };
}

/** The browser's detector, or null when it has none that reads house labels. */
export async function native(): Promise<Decoder | null> {
  const found = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (found === undefined) return null;
  const supported = await found.getSupportedFormats().catch((): string[] => []);
  const formats = FORMATS.filter((format) => supported.includes(format));
  if (!formats.includes("code_128")) return null;
  const detector = new found({ formats });
  return { route: "native", ready: () => true, look: async (frame) => (await detector.detect(frame)).map(sightingOf) };
}
