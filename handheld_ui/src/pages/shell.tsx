/** What every working page does first: words, outbox, scanner, login; then the page itself. */

import { signal } from "@preact/signals";
import { type ComponentType, render } from "preact";

import { type Ears, profileOf } from "../input/collector";
import { feedback } from "../input/feedback";
import { listen, type Wedge } from "../input/wedge";
import { applyPrefs, loudness } from "../parts/prefs";
import { loadPlan } from "../parts/map";
import { type Deed, type Floor, openFloor, type Rules } from "../sync/floor";
import { askLogin } from "../sync/login";
import { takeOver } from "../sync/single";
import type { Page, Person, Role, Task } from "../sync/wire";
import { t } from "../words";
import { faultOf, Login } from "./login";

export interface WorkProps<T extends Task> {
  floor: Floor<T>;
}

/** Which page each role works on. */
const PAGE_OF: Record<Role, string> = { picker: "/", packer: "/pack", supervisor: "/board", admin: "/board" };
const PATH_OF: Record<Page, string> = { pick: "/", pack: "/pack", board: "/board" };

const Elsewhere = () => (
  <main class="alone">
    <div class="hero">
      <h1>{t("elsewhere")}</h1>
    </div>
    <button type="button" class="primary" onClick={() => location.reload()}>
      {t("use_here")}
    </button>
  </main>
);

/** The login of a page: a badge in, a session or a sentence out. */
export function makeDoor<T extends Task>(floor: Floor<T>, page: Page) {
  const busy = signal(false);
  const fault = signal("");
  const enter = async (badge: string): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    fault.value = await tryLogin(floor, page, badge);
    busy.value = false;
  };
  return { busy, fault, enter };
}

/** Whose page this is not: they are sent to their own. */
function sendOn(person: Person, page: Page): boolean {
  const path = PAGE_OF[person.role];
  if (path === PATH_OF[page]) return false;
  location.assign(path);
  return true;
}

async function tryLogin<T extends Task>(floor: Floor<T>, page: Page, badge: string): Promise<string> {
  const owner = floor.owner();
  if (owner !== null && owner.badge !== badge) return t("other_badge", { n: floor.queued.value, name: owner.name });
  const answer = await askLogin(badge, floor.device);
  if (answer === null || !("token" in answer)) return faultOf(answer);
  if (!sendOn(answer.person, page)) await floor.logIn(answer);
  return "";
}

/** What was typed or scanned. A short number where a quantity is asked for comes from a keyboard: no label is that short. */
function deedOf(text: string, state: string): Deed {
  return state === "quantity" && /^\d{1,4}$/.test(text) ? { act: "quantity", qty: Number(text) } : { label: text };
}

/** Scans that come before the page can take them wait their turn: a scanner does not know that a page is starting. */
interface Ear {
  wedge: Wedge;
  /** From now on `take` gets every scan, those that waited first. */
  open(take: Ears): void;
}

function listenAtOnce(): Ear {
  const early: string[] = [];
  const waiting: Ears = { scan: (text) => early.push(text), fragment: () => undefined };
  let ears = waiting;
  const wedge = listen({ scan: (text) => ears.scan(text), fragment: (text) => ears.fragment(text) });
  return {
    wedge,
    open(take) {
      ears = take;
      for (const text of early.splice(0)) take.scan(text);
    },
  };
}

function earsOf<T extends Task>(floor: Floor<T>, wedge: Wedge, enter: (badge: string) => Promise<void>): Ears {
  return {
    scan(text) {
      const profile = profileOf(text);
      if (profile !== null) {
        wedge.use(profile);
        floor.say("p_scanner_set", "ok");
      } else if (floor.person.value === null) void enter(text.trim());
      else floor.act(deedOf(text, floor.task.value.state));
    },
    fragment: (text) => floor.say("p_fragment", "warn", text),
  };
}

/** Install the worker that keeps the page for the next start without a network; a plain-http page has none. */
function keepPage(): void {
  if (!("serviceWorker" in navigator)) return;
  const used = (): string[] => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
  navigator.serviceWorker
    .register("/sw.js")
    .then(() => navigator.serviceWorker.ready)
    .then(({ active }) => active?.postMessage([location.pathname, ...used().filter((path) => path.startsWith("/assets/"))]))
    .catch(() => undefined); // a certificate that was clicked through: everything but the worker works
}

export async function boot<T extends Task>(page: Page, rules: Rules<T>, Work: ComponentType<WorkProps<T>>): Promise<void> {
  const root = document.getElementById("page");
  if (root === null) return;
  const ear = listenAtOnce();
  const sounds = feedback();
  const [floor] = await Promise.all([openFloor(page, rules, (tone) => sounds.give(tone, loudness.value)), applyPrefs()]);
  const door = makeDoor(floor, page);
  const taken = takeOver(page, () => {
    floor.stop();
    ear.wedge.stop();
  });
  floor.person.subscribe((person) => {
    if (person === null) return;
    sounds.stayAwake();
    void loadPlan(floor.token);
  });
  const Whole = () => {
    if (taken.value) return <Elsewhere />;
    if (floor.person.value !== null) return <Work floor={floor} />;
    const refusal = floor.refusal.value;
    const fault = door.fault.value || (refusal === null ? "" : faultOf(refusal));
    return <Login fault={fault} busy={door.busy.value} logIn={(badge) => void door.enter(badge)} />;
  };
  root.textContent = "";
  render(<Whole />, root);
  ear.open(earsOf(floor, ear.wedge, door.enter));
  keepPage();
}
