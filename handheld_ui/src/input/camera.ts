/**
 * Barcodes from the camera: the browser's own detector where it has one, else frames to the server's decoder.
 *
 * A code counts once for each time it comes into view: what is still in the frame is not read again, whatever it says.
 */

interface Found {
  text: string;
  /** The AIM identifier, where the decoder tells it. */
  aim?: string;
}

type Decode = (frame: HTMLVideoElement) => Promise<Found[]>;

interface NativeDetector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type DetectorClass = { new (options: { formats: string[] }): NativeDetector; getSupportedFormats(): Promise<string[]> };

const FORMATS = ["code_128", "ean_13", "ean_8", "upc_a", "upc_e", "itf", "qr_code", "data_matrix"];
const LEFT_MS = 900;
const PAUSE_MS = 120; // between frames: many cameras share one server
const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: { ideal: "environment" } };
const JPEG_QUALITY = 0.7;

/** The browser's detector as a decoder, or null when it has none that reads our symbologies. */
async function native(): Promise<Decode | null> {
  const Detector = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (Detector === undefined) return null;
  const supported = await Detector.getSupportedFormats();
  const formats = FORMATS.filter((format) => supported.includes(format));
  if (!formats.includes("code_128")) return null;
  const detector = new Detector({ formats });
  return async (frame) => (await detector.detect(frame)).map(({ rawValue }) => ({ text: rawValue }));
}

function jpegOf(canvas: HTMLCanvasElement, frame: HTMLVideoElement): Promise<Blob | null> {
  canvas.width = frame.videoWidth;
  canvas.height = frame.videoHeight;
  canvas.getContext("2d")?.drawImage(frame, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY));
}

function served(token: string): Decode {
  const canvas = document.createElement("canvas");
  return async (frame) => {
    const body = await jpegOf(canvas, frame);
    if (body === null) return [];
    const headers = { "Content-Type": "image/jpeg", Authorization: `Bearer ${token}` };
    const answer = await fetch("/api/v1/decode", { method: "POST", headers, body });
    return answer.ok ? ((await answer.json()) as { codes: Found[] }).codes : [];
  };
}

/** Symbols that begin with FNC1: without their identifier a GS1 message looks like any other text. */
const GS1_AIMS = new Set(["]C1", "]e0", "]d2", "]Q3", "]J1"]);

/** A code as a scanner that sends identifiers would type it. */
export function labelOf({ text, aim = "" }: Found): string {
  return GS1_AIMS.has(aim) && !text.startsWith(aim) ? aim + text : text;
}

/** Whether a text has come into view, rather than stayed there. */
export function arrivals(now: () => number): (texts: string[]) => string[] {
  const seen = new Map<string, number>();
  return (texts) => {
    const at = now();
    const fresh = texts.filter((text) => at - (seen.get(text) ?? -Infinity) > LEFT_MS);
    for (const text of texts) seen.set(text, at);
    return fresh;
  };
}

/** Watch until `stop`. Rejects when there is no camera or it was refused. */
export async function watch(video: HTMLVideoElement, token: string, read: (text: string) => void): Promise<() => void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: SIZE, audio: false });
  video.srcObject = stream;
  await video.play();
  const decode = (await native()) ?? served(token);
  const arrived = arrivals(() => performance.now());
  let watching = true;
  const look = async (): Promise<void> => {
    while (watching) {
      const found = video.videoWidth === 0 ? [] : await decode(video).catch(() => []);
      for (const text of arrived(found.map(labelOf))) if (watching) read(text);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  void look();
  return () => {
    watching = false;
    for (const track of stream.getTracks()) track.stop();
  };
}
