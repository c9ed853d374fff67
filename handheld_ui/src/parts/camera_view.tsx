/** The camera's picture in place of the map, and in small who reads it. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import type { Route } from "../input/camera/chain";
import { filesForDeadSpots, watch } from "../input/camera/watch";
import { t } from "../words";

export interface CameraProps {
  token: string;
  /** Whether the server answers at the pace of a hand. */
  reachable(): boolean;
  read(label: string): void;
}

type Fault = "" | "camera_none" | "camera_missing" | "camera_refused" | "camera_blind";

export { filesForDeadSpots };

export const CameraView = ({ token, reachable, read }: CameraProps) => {
  const video = useRef<HTMLVideoElement>(null);
  const latest = useRef({ read, reachable });
  latest.current = { read, reachable };
  const route = useSignal<Route | null>(null);
  const fault = useSignal<Fault>(isSecureContext ? "" : "camera_none");
  useEffect(() => {
    let stop = (): void => undefined;
    let gone = false;
    const start = async (): Promise<void> => {
      if (video.current === null || fault.value !== "") return;
      const stopped = await watch(video.current, {
        token,
        reachable: () => latest.current.reachable(),
        read: (label) => latest.current.read(label),
        route(now) {
          route.value = now;
          fault.value = now === null ? "camera_blind" : "";
        },
      });
      if (gone) stopped();
      else stop = stopped;
    };
    start().catch((why: unknown) => {
      fault.value = why instanceof DOMException && why.name === "NotFoundError" ? "camera_missing" : "camera_refused";
    });
    return () => {
      gone = true;
      stop();
    };
  }, [token]);
  return (
    <div class="camera" data-route={route.value ?? ""}>
      <video ref={video} playsInline muted />
      {route.value !== null && <p class="route">{t(`camera_by_${route.value}`)}</p>}
      <p class={fault.value === "" ? "hint" : "notice"} data-tone="warn">
        {t(fault.value === "" ? "camera_look" : fault.value)}
      </p>
    </div>
  );
};
