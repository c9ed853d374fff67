/** The board's entry: a login, a socket that only listens, and the page drawn from what it hears. */

import "./style.css";
import "./pages/work.css";
import "./pages/board.css";

import { signal } from "@preact/signals";
import { render } from "preact";

import { listen } from "./input/wedge";
import { Board } from "./pages/board";
import type { FloorPlan } from "./pages/board_floor";
import { nameOf } from "./pages/board_ways";
import { faultOf, Login } from "./pages/login";
import { applyPrefs } from "./parts/prefs";
import { type Board as BoardBody, type BoardClosure, type BoardDelta, EMPTY_FEED, type Feed, fromSnapshot, withDelta } from "./sync/board_feed";
import { connect, type Link } from "./sync/link";
import { askLogin } from "./sync/login";
import { uuid } from "./sync/outbox";
import type { Session } from "./sync/wire";
import { t } from "./words";

const KEY = "gangway.board";

interface Kept {
  device: string;
  session: Session | null;
}

/** This browser's name and login; they last as long as its storage lets them. */
function load(): Kept {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "") as Kept;
  } catch {
    return { device: `bd-${uuid().slice(0, 8)}`, session: null };
  }
}

const kept = signal<Kept>(load());
const feed = signal<Feed>(EMPTY_FEED);
const live = signal(false);
const heard_at = signal("");
const plan = signal<FloorPlan | null>(null);
const fault = signal("");
const busy = signal(false);
const note = signal("");
let link: Link | null = null;

function keep(next: Kept): void {
  kept.value = next;
  localStorage.setItem(KEY, JSON.stringify(next));
}

const bearer = (): Record<string, string> => ({ Authorization: `Bearer ${kept.value.session?.token ?? ""}` });

function heard(next: Feed): void {
  if (next.closures !== feed.value.closures && feed.value.revision >= 0) fetchPlan().catch(() => undefined);
  feed.value = next;
  live.value = true;
  heard_at.value = new Date().toLocaleTimeString([], { hourCycle: "h23" });
}

function told(event: string, body: unknown): void {
  if (event === "taken_over" || event === "logged_out") leave(faultOf(body as { code: string; message: string }));
  if (event !== "delta") return;
  const next = withDelta(feed.value, body as BoardDelta);
  if (next === null) link?.sync();
  else heard(next);
}

function leave(why: string): void {
  link?.stop();
  link = null;
  live.value = false;
  fault.value = why;
  keep({ ...kept.value, session: null });
}

async function fetchPlan(): Promise<void> {
  const answer = await fetch("/api/v1/layout/plan", { headers: bearer() });
  if (answer.ok) plan.value = (await answer.json()) as FloorPlan;
}

function dial(session: Session): void {
  link?.stop();
  fetchPlan().catch(() => undefined); // the lists are worth showing without the drawing
  link = connect(
    { token: session.token, device: kept.value.device, page: "board" },
    {
      wire(state) {
        if (state !== "connected") live.value = false; // live again with the first word, not with the open socket
      },
      snapshot: (body) => heard(fromSnapshot(feed.value, body as { revision: number; board: BoardBody })),
      told,
      refused: (refusal) => leave(faultOf(refusal)),
    },
  );
}

async function logIn(badge: string): Promise<void> {
  busy.value = true;
  const answer = await askLogin(badge, kept.value.device);
  busy.value = false;
  if (answer === null || !("token" in answer)) {
    fault.value = faultOf(answer);
    return;
  }
  fault.value = "";
  keep({ ...kept.value, session: answer });
  dial(answer);
}

/** A badge, where one is wanted. */
function scan(text: string): void {
  if (kept.value.session === null) void logIn(text.trim());
}

/** What a release came to, in the person's words; a refusal in the server's. */
async function release(wave: { max_orders?: number; cutoff?: string }): Promise<void> {
  try {
    const answer = await fetch("/api/v1/waves", {
      method: "POST",
      headers: { ...bearer(), "Content-Type": "application/json" },
      body: JSON.stringify(wave),
    });
    const body = (await answer.json()) as { orders?: number; batches?: number; error?: { message: string } };
    const { orders = 0, batches = 0 } = body;
    if (body.error !== undefined) note.value = body.error.message;
    else note.value = orders === 0 ? t("released_none") : t("released", { orders, batches });
  } catch {
    note.value = t("no_server");
  }
}

/** Close or open a way by REST; what came of it is said in the person's words, a refusal in the server's. */
async function changeWays(method: "POST" | "DELETE", path: string, body: object, done: string): Promise<void> {
  try {
    const answer = await fetch(`/api/v1/closures${path}`, {
      method,
      headers: { ...bearer(), "Content-Type": "application/json" },
      ...(method === "POST" ? { body: JSON.stringify(body) } : {}),
    });
    const { error } = (await answer.json()) as { error?: { message: string } };
    note.value = error?.message ?? done;
  } catch {
    note.value = t("no_server");
  }
}

/** What the server answers to a path of its API; null when it does not, and the note says why. */
async function ask(path: string, method = "GET", sent?: unknown): Promise<unknown> {
  try {
    const body = sent === undefined ? null : JSON.stringify(sent);
    const answer = await fetch(`/api/v1/${path}`, { method, headers: { ...bearer(), "Content-Type": "application/json" }, body });
    const said = (await answer.json()) as { error?: { message: string } };
    if (said.error === undefined) return said;
    note.value = said.error.message;
  } catch {
    note.value = t("no_server");
  }
  return null;
}

const Whole = () => {
  if (kept.value.session === null) return <Login fault={fault.value} busy={busy.value} scan={scan} />;
  return (
    <Board
      feed={feed.value}
      plan={plan.value}
      live={live.value}
      heard_at={heard_at.value}
      note={note.value}
      release={(wave) => void release(wave)}
      closeWay={(place, reason) => void changeWays("POST", "", { place, reason }, t("way_closed", { place }))}
      reopen={(closure: BoardClosure) => void changeWays("DELETE", `/${closure.id}`, {}, t("way_opened", { place: nameOf(closure) }))}
      ask={ask}
      logOut={() => void link?.leave().then(() => leave(""))}
    />
  );
};

async function start(): Promise<void> {
  // Before anything is waited for: a badge may be scanned while the words are still on their way.
  listen({ scan, fragment: () => undefined });
  await applyPrefs();
  const root = document.getElementById("page");
  if (root !== null) render(<Whole />, root);
  if (kept.value.session !== null) dial(kept.value.session);
}

void start();
