/** What keeps a page on the device, fetched when the page stands. */

import { WORD_FILES } from "../words";

/** Fetches what the first load left out; the paths that are to be kept beside it. */
export type Spare = () => Promise<readonly string[]>;

/** The first scans have the network and the processor to themselves. */
const SETTLED_MS = 4000;

/** The paths of the built files that this page has fetched so far. */
function fetched(): string[] {
  const paths = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
  return paths.filter((path) => path.startsWith("/assets/"));
}

/** Install the worker that keeps the page for the next start without a network; a plain-http page has none. */
export async function keepPage(spare: Spare): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/sw.js");
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage([location.pathname, ...fetched()]);
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  const beside = await spare();
  active?.postMessage([...fetched(), ...WORD_FILES, ...beside]);
}
