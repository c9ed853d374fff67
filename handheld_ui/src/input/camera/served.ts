/** The server's decoder: it looks longer and doubts more than a page can, and has agreed with itself when it answers. */

import type { Decoder, Frame } from "./chain";
import type { Sighting } from "./sightings";

const JPEG_QUALITY = 0.7;
const PATIENCE_MS = 2500;

interface Answer {
  codes: { text: string; symbology: string; aim: string }[];
}

function jpegOf(canvas: HTMLCanvasElement, frame: Frame): Promise<Blob | null> {
  canvas.width = frame.videoWidth;
  canvas.height = frame.videoHeight;
  canvas.getContext("2d")?.drawImage(frame, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY));
}

/** POST the picture; rejects when the answer is no answer, or takes too long. */
async function ask(body: Blob, token: string): Promise<Answer> {
  const hurry = new AbortController();
  const late = setTimeout(() => hurry.abort(), PATIENCE_MS);
  try {
    const headers = { "Content-Type": "image/jpeg", Authorization: `Bearer ${token}` };
    const answer = await fetch("/api/v1/decode", { method: "POST", headers, body, signal: hurry.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()) as Answer;
  } finally {
    clearTimeout(late);
  }
}

/** `reachable` says whether the server answers at the pace of a hand. */
export function served(token: string, reachable: () => boolean): Decoder {
  const canvas = document.createElement("canvas");
  const look = async (frame: Frame): Promise<Sighting[]> => {
    const body = await jpegOf(canvas, frame);
    if (body === null) return [];
    return (await ask(body, token)).codes.map(({ text, symbology, aim }) => ({ text, symbology, aim, agreed: true }));
  };
  return { route: "server", ready: reachable, look };
}
