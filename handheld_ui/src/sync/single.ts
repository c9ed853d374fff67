/** One open page of a kind on a device: two would each number their own scans. The newest one takes over. */

import { type ReadonlySignal, signal } from "@preact/signals";

import type { Page } from "./wire";

/** True once another tab has opened the same page; `onTaken` runs then, once. */
export function takeOver(page: Page, onTaken: () => void): ReadonlySignal<boolean> {
  const taken = signal(false);
  if (typeof BroadcastChannel === "undefined") return taken;
  const channel = new BroadcastChannel(`gangway-${page}`);
  channel.addEventListener("message", () => {
    if (taken.value) return;
    taken.value = true;
    onTaken();
  });
  channel.postMessage("here");
  return taken;
}
