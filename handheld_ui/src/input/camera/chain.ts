/** The decoders in the order in which they are asked: the browser's own, the server's, and the page's own where neither is there. */

import type { Sighting } from "./sightings";

export type Route = "native" | "server" | "page";

/** What decoders look at: a video in the page, a stand-in in tests. */
export type Frame = HTMLVideoElement;

export interface Decoder {
  route: Route;
  /** Whether it is worth asking now. */
  ready(): boolean;
  /** Rejects when the decoder is not to be had. */
  look(frame: Frame): Promise<Sighting[]>;
  stop?(): void;
}

export interface Looked {
  /** Who looked; null when there is no decoder at the moment. */
  route: Route | null;
  sightings: Sighting[];
}

/** A decoder that failed is left alone for so long: the network comes back, a busy server has time again. */
export const REST_MS = 8000;

/** Ask the first decoder that is there; one that fails hands the same picture on to the next. */
export function chain(decoders: Decoder[], now: () => number): (frame: Frame) => Promise<Looked> {
  const resting = new Map<Route, number>();
  return async (frame) => {
    for (const decoder of decoders) {
      if (!decoder.ready() || now() < (resting.get(decoder.route) ?? 0)) continue;
      try {
        return { route: decoder.route, sightings: await decoder.look(frame) };
      } catch {
        resting.set(decoder.route, now() + REST_MS);
      }
    }
    return { route: null, sightings: [] };
  };
}
