/** Barcodes from the camera, picture by picture. A code counts once for each time it comes into view. */

import { aside, ASIDE_FILES } from "./aside";
import { chain, type Decoder, type Route } from "./chain";
import { native } from "./native";
import { served } from "./served";
import { arrivals, consensus } from "./sightings";

export interface Sight {
  token: string;
  /** Whether the server answers at the pace of a hand. */
  reachable(): boolean;
  read(label: string): void;
  /** Who reads now; null: nobody can. */
  route(route: Route | null): void;
}

const PAUSE_MS = 120; // between frames: many cameras share one server
const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: { ideal: "environment" } };

/** Watch until `stop`. Rejects when there is no camera or it was refused. */
export async function watch(video: HTMLVideoElement, sight: Sight): Promise<() => void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: SIZE, audio: false });
  video.srcObject = stream;
  await video.play();
  const own = await native();
  const decoders: Decoder[] = own === null ? [served(sight.token, sight.reachable), aside()] : [own];
  const look = chain(decoders, () => performance.now());
  const counted = consensus(() => performance.now());
  const arrived = arrivals(() => performance.now());
  let watching = true;
  const go = async (): Promise<void> => {
    while (watching) {
      if (video.videoWidth > 0) {
        const { route, sightings } = await look(video);
        if (!watching) return;
        sight.route(route);
        for (const label of arrived(counted(sightings))) sight.read(label);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  void go();
  return () => {
    watching = false;
    for (const decoder of decoders) decoder.stop?.();
    for (const track of stream.getTracks()) track.stop();
  };
}

/** What a device with a camera and no detector of its own should keep for dead spots. */
export async function filesForDeadSpots(): Promise<readonly string[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const camera = devices.some(({ kind }) => kind === "videoinput");
  return camera && (await native()) === null ? ASIDE_FILES : [];
}
