/** The camera's picture in place of the map. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { watch } from "../input/camera";
import { t } from "../words";

export interface CameraProps {
  token: string;
  read(label: string): void;
}

export const CameraView = ({ token, read }: CameraProps) => {
  const video = useRef<HTMLVideoElement>(null);
  const latest = useRef(read);
  latest.current = read;
  const fault = useSignal<"" | "camera_none" | "camera_refused">(isSecureContext ? "" : "camera_none");
  useEffect(() => {
    let stop = (): void => undefined;
    let gone = false;
    const start = async (): Promise<void> => {
      if (video.current === null || fault.value !== "") return;
      const stopped = await watch(video.current, token, (label) => latest.current(label));
      if (gone) stopped();
      else stop = stopped;
    };
    start().catch(() => {
      fault.value = "camera_refused";
    });
    return () => {
      gone = true;
      stop();
    };
  }, [token]);
  return (
    <div class="camera">
      <video ref={video} playsInline muted />
      <p class={fault.value === "" ? "hint" : "notice"} data-tone="warn">
        {t(fault.value === "" ? "camera_look" : fault.value)}
      </p>
    </div>
  );
};
