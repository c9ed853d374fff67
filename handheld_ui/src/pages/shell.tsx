/** What every working page does first: words, outbox, scanner, login; then the page itself. */

import { signal } from "@preact/signals";
import { type ComponentType, render } from "preact";

import type { Ears } from "../input/collector";
import { deedOf } from "../input/deed";
import { feedback } from "../input/feedback";
import { listen, type Wedge } from "../input/wedge";
import { applyPrefs, keepScanner, keptScanner, loudness } from "../parts/prefs";
import { loadPlan } from "../parts/plan";
import { type Floor, openFloor, type Rules } from "../sync/floor";
import { askLogin } from "../sync/login";
import { takeOver } from "../sync/single";
import type { Page, Person, Role, Task } from "../sync/wire";
import { t } from "../words";
import type { Spare } from "./keep_page";
import { faultOf, Login } from "./login";

export interface WorkProps<T extends Task> {
  floor: Floor<T>;
  /** The one way in for a label, whoever has read it: a camera's goes where the scanner's go. */
  scan: Ears["scan"];
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
  const wedge = listen({ scan: (text) => ears.scan(text), fragment: (text) => ears.fragment(text) }, keptScanner());
  return {
    wedge,
    open(take) {
      ears = take;
      for (const text of early.splice(0)) take.scan(text);
    },
  };
}

const SCANNER_LABEL = /GANGWAY-SCANNER\?/i;

/** Take a scanner's own label: whole, or not at all. */
async function setScanner<T extends Task>(floor: Floor<T>, wedge: Wedge, text: string): Promise<void> {
  const { settingIn } = await import("../input/profile");
  const setting = settingIn(text);
  if (setting === null) return;
  if ("fault" in setting) {
    floor.say(`p_scanner_${setting.fault}`, "bad", setting.what);
    return;
  }
  wedge.use(setting.profile);
  keepScanner(setting.profile);
  floor.say("p_scanner_set", "done");
}

/** What is scanned: a scanner's own label, a badge at the login, or a deed. */
export function earsOf<T extends Task>(floor: Floor<T>, wedge: Wedge, enter: (badge: string) => Promise<void>, meant: typeof deedOf): Ears {
  const set = (text: string): void => void setScanner(floor, wedge, text).catch(() => floor.say("p_not_fetched", "warn"));
  return {
    scan(text) {
      if (SCANNER_LABEL.test(text)) set(text);
      else if (floor.person.value === null) void enter(text.trim());
      else floor.act(meant(text, floor.task.value.state));
    },
    fragment(text) {
      if (SCANNER_LABEL.test(text)) set(text); // a label that is to mend the suffix comes without the one that is known
      else floor.say("p_fragment", "warn", text);
    },
  };
}

const NOTHING: Spare = () => Promise.resolve([]);

export async function boot<T extends Task>(page: Page, rules: Rules<T>, Work: ComponentType<WorkProps<T>>, spare = NOTHING, meant = deedOf): Promise<void> {
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
    if (page === "pick") void loadPlan(floor.token);
  });
  const ears = earsOf(floor, ear.wedge, door.enter, meant);
  const Whole = () => {
    if (taken.value) return <Elsewhere />;
    if (floor.person.value !== null) return <Work floor={floor} scan={ears.scan} />;
    const refusal = floor.refusal.value;
    const fault = door.fault.value || (refusal === null ? "" : faultOf(refusal));
    return <Login fault={fault} busy={door.busy.value} said={floor.verdict.value} scan={ears.scan} />;
  };
  root.textContent = "";
  render(<Whole />, root);
  ear.open(ears);
  // a certificate that was clicked through: everything but the worker works
  import("./keep_page").then(({ keepPage }) => keepPage(spare)).catch(() => undefined);
}
