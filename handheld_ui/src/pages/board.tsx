/** The supervisor's board: the floor, who is where, how far each batch is, what was refused. It says when it is not live. */

import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChild, TargetedInputEvent } from "preact";

import { Settings } from "../parts/settings";
import { Sheet } from "../parts/sheet";
import { briefOf, shorten } from "../parts/verdict";
import type { BoardBatch, BoardCarrier, BoardClosure, BoardPerson, BoardRefusal, Feed } from "../sync/board_feed";
import { type Key, t, tFor } from "../words";
import { BoardFloor, type FloorPlan, initials } from "./board_floor";
import { Carrier, CarriersSheet } from "./board_carriers";
import { type Ask, DevicesSheet, ReleaseMode, SetAsideSheet } from "./board_more";
import { Closure, CloseWay } from "./board_ways";

export interface BoardProps {
  feed: Feed;
  plan: FloorPlan | null;
  live: boolean;
  /** When the server last said anything; "" before it did. */
  heard_at: string;
  /** What the last release or closing came to, "" before one. */
  note: string;
  release(wave: { max_orders?: number; cutoff?: string }): void;
  closeWay(place: string, reason: string): void;
  reopen(closure: BoardClosure): void;
  ask: Ask;
  logOut(): void;
}

type BoardSheet = "" | "release" | "close" | "more" | "set_aside" | "devices" | "carriers";

/** What is wrong, or to be seen to: told only while there is some of it. */
const EXCEPTIONS: readonly string[] = ["short_lines", "put_backs", "set_aside"];
const COUNTS = ["waiting", "picking", "picked", "packing", "done", "short_lines", "units_left", "put_backs", "set_aside"] as const;

/** "10:15" of an ISO time, in this place's own time. */
function clock(at: string): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? "" : time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** Scans that the server failed on want somebody: their number is a button as long as there are any. */
const Count = ({ name, n, open }: { name: string; n: number | undefined; open(): void }) => (
  <dd class="figures">
    {name === "set_aside" && (n ?? 0) > 0 ? (
      <button type="button" class="figures" aria-label={`${t("count_set_aside")}: ${n}`} onClick={open}>
        {n}
      </button>
    ) : (
      (n ?? "–")
    )}
  </dd>
);

const Counts = ({ feed, open }: { feed: Feed; open(): void }) => (
  <dl class="counts">
    {COUNTS.filter((name) => feed.counts[name] !== 0 || !EXCEPTIONS.includes(name)).map((name) => (
      <div key={name} data-count={name}>
        <dt>{t(`count_${name}` as Key)}</dt>
        <Count name={name} n={feed.counts[name]} open={open} />
      </div>
    ))}
  </dl>
);

/** How good a batch's walk is known to be. */
function worth({ length_m, lower_bound_m, optimal }: BoardBatch): string {
  if (optimal || lower_bound_m <= 0) return optimal ? t("proven") : "";
  return t("at_most_longer", { p: Math.ceil(100 * (length_m / lower_bound_m - 1)) });
}

/** What it would have been over the locations first given out, and walked as others walk; nothing where nobody reckoned. */
function beside({ first_location_m, name_order_m, s_shape_m }: BoardBatch): string {
  const [first, name, s] = [first_location_m, name_order_m, s_shape_m].map(Math.round);
  return name_order_m > 0 ? t("walk_beside", { first: first ?? 0, name: name ?? 0, s: s ?? 0 }) : "";
}

const Batch = ({ batch, walker }: { batch: BoardBatch; walker: BoardPerson | undefined }) => (
  <li class="batch">
    <p class="head">
      <b>{batch.id}</b>
      <span class="walker">{walker === undefined ? tFor(`state_${batch.state}`) : walker.name}</span>
      <span class="figures">{t("progress", { n: batch.lines_done, of: batch.lines })}</span>
      <span class="soft figures" title={`${worth(batch)}\n${beside(batch)}`.trim()}>
        {batch.optimal ? "" : "≈ "}
        {t("walk", { m: Math.round(batch.length_m) })}
      </span>
    </p>
    {batch.lines_cut_off > 0 && <p class="lost">{t("out_of_reach", { n: batch.lines_cut_off })}</p>}
    <progress value={batch.lines_done} max={Math.max(1, batch.lines)} />
  </li>
);

/** What a person is doing: a packer's steps are the bench's own business. */
function doing({ role, state, order, paused, paused_at, put_back }: BoardPerson): string {
  if (paused === true) return paused_at ? t("paused_since", { time: clock(paused_at) }) : t("state_paused");
  if (put_back) return t("state_put_back");
  if (role === "packer") return t(order === "" ? "state_idle" : "state_packing");
  return tFor(`state_${state || "idle"}`, {}, state);
}

const Person = ({ person }: { person: BoardPerson }) => (
  <li class="person">
    <span class="face" aria-hidden="true">
      {initials(person.name)}
    </span>
    <span class="name">
      {person.name}
      {person.device_name && <small class="soft"> · {person.device_name}</small>}
    </span>
    <span class="soft">{doing(person)}</span>
    <span class="where figures" dir="ltr">
      {person.location || person.order || person.cart}
    </span>
  </li>
);

const Refusal = ({ refusal }: { refusal: BoardRefusal }) => (
  <li class="refusal" data-tone={refusal.tone}>
    <span class="soft figures">{clock(refusal.at)}</span>
    <span class="name">{refusal.name || refusal.badge}</span>
    <span class="why">{briefOf(refusal.code, refusal.label)}</span>
    <bdi class="label" dir="ltr">
      {shorten(refusal.label, 22)}
    </bdi>
  </li>
);

interface ListProps {
  title: string;
  none: string;
  children: ComponentChild[];
  class: string;
}

const List = ({ title, none, children, class: name }: ListProps) => (
  <section class={`list ${name}`}>
    <h2>
      {title} <span class="soft figures">{children.length}</span>
    </h2>
    {children.length === 0 ? <p class="none soft">{none}</p> : <ol>{children}</ol>}
  </section>
);

/** Batches that are walked first, the furthest along first; then those that wait. */
function inOrder(batches: BoardBatch[]): BoardBatch[] {
  const share = ({ lines, lines_done }: BoardBatch): number => lines_done / Math.max(1, lines);
  return [...batches].sort((a, b) => Number(b.badge !== "") - Number(a.badge !== "") || share(b) - share(a));
}

/** A time typed in this place's own time, as the server wants it. */
const utc = (local: string): string => new Date(local).toISOString().replace(/\.\d+Z$/, "Z");

/** A signal's text in a field, and back. */
const bound = (now: Signal<string>) => ({
  value: now.value,
  onInput: (event: TargetedInputEvent<HTMLInputElement>) => {
    now.value = event.currentTarget.value;
  },
});

const Release = ({ release, ask, close }: Pick<BoardProps, "release" | "ask"> & { close(): void }) => {
  const most = useSignal("");
  const cutoff = useSignal("");
  const submit = (event: Event): void => {
    event.preventDefault();
    const orders = Number(most.value);
    release({ ...(orders > 0 ? { max_orders: orders } : {}), ...(cutoff.value === "" ? {} : { cutoff: utc(cutoff.value) }) });
    close();
  };
  return (
    <Sheet title={t("release")} close={close}>
      <ReleaseMode ask={ask} />
      <form onSubmit={submit} class="release">
        <label>
          {t("most_orders")}
          <input type="text" data-typing inputMode="numeric" {...bound(most)} />
        </label>
        <label>
          {t("cutoff")}
          <input type="datetime-local" data-typing {...bound(cutoff)} />
        </label>
        <button type="submit" class="primary">
          {t("release")}
        </button>
      </form>
    </Sheet>
  );
};

const Head = ({ board, open }: { board: BoardProps; open(sheet: BoardSheet): void }) => (
  <header class="board-head">
    <Counts feed={board.feed} open={() => open("set_aside")} />
    <p class="live" data-live={board.live} role="status">
      <span class="dot" />
      {board.live ? t("live") : t("offline")}
    </p>
    <button type="button" class="primary" onClick={() => open("release")}>
      {t("release")}
    </button>
    <button type="button" onClick={() => open("close")}>
      {t("close_way")}
    </button>
    <button type="button" onClick={() => open("more")}>
      {t("more")}
    </button>
  </header>
);

/** Ways and carriers that are closed now; no list while none is. */
const Closed = ({ feed, down, reopen, turn }: Pick<BoardProps, "feed" | "reopen"> & { down: BoardCarrier[]; turn(carrier: BoardCarrier): void }) => (
  <List title={t("closures")} none="" class="closures">
    {[
      ...feed.closures.map((closure) => <Closure key={closure.id} closure={closure} at={clock(closure.closed_at)} reopen={reopen} />),
      ...down.map((carrier) => <Carrier key={carrier.carrier} carrier={carrier} turn={turn} />),
    ]}
  </List>
);

const Lists = ({ feed, reopen, turn }: Pick<BoardProps, "feed" | "reopen"> & { turn(carrier: BoardCarrier): void }) => {
  const down = feed.carriers.filter(({ state }) => state === "down");
  const closed = feed.closures.length + down.length > 0;
  return (
    <aside class="board-side" data-closed={closed}>
      {closed && <Closed feed={feed} down={down} reopen={reopen} turn={turn} />}
      <List title={t("batches")} none={t("no_batches")} class="batches">
        {inOrder(feed.batches).map((batch) => (
          <Batch key={batch.id} batch={batch} walker={feed.people.find(({ badge }) => badge === batch.badge && badge !== "")} />
        ))}
      </List>
      <List title={t("people")} none={t("no_people")} class="crew">
        {feed.people
          .filter(({ role }) => role === "picker" || role === "packer")
          .map((person) => (
            <Person key={person.badge} person={person} />
          ))}
      </List>
      <List title={t("refusals")} none={t("no_refusals")} class="refusals">
        {feed.refusals.map((refusal) => (
          <Refusal key={refusal.id} refusal={refusal} />
        ))}
      </List>
    </aside>
  );
};

export const Board = (board: BoardProps) => {
  const sheet = useSignal<BoardSheet>("");
  const tapped = useSignal("");
  const close = (): void => {
    sheet.value = "";
  };
  const turn = ({ carrier, state }: BoardCarrier): void => {
    void board.ask(`carriers/${encodeURIComponent(carrier)}`, "PUT", { state: state === "down" ? "open" : "down" });
  };
  const { feed, live, heard_at, note, plan } = board;
  return (
    <main class="board" data-live={live}>
      <Head
        board={board}
        open={(next) => {
          tapped.value = "";
          sheet.value = next;
        }}
      />
      {!live && heard_at !== "" && (
        <p class="notice stale" data-tone="warn" role="alert">
          {t("stale", { time: heard_at })}
        </p>
      )}
      {live && note !== "" && (
        <p class="notice stale" data-tone="ok" role="status">
          {note}
        </p>
      )}
      {plan === null ? <div class="floor" /> : (
        <BoardFloor
          plan={plan}
          feed={feed}
          tap={(way) => {
            tapped.value = way;
            sheet.value = "close";
          }}
        />
      )}
      <Lists feed={feed} reopen={board.reopen} turn={turn} />
      {sheet.value === "release" && <Release release={board.release} ask={board.ask} close={close} />}
      {sheet.value === "close" && <CloseWay plan={plan} tapped={tapped.value} closeWay={board.closeWay} close={close} />}
      {sheet.value === "set_aside" && <SetAsideSheet ask={board.ask} close={close} />}
      {sheet.value === "carriers" && <CarriersSheet carriers={feed.carriers} turn={turn} close={close} />}
      {sheet.value === "devices" && <DevicesSheet ask={board.ask} close={close} />}
      {sheet.value === "more" && (
        <Sheet title={t("more")} close={close}>
          <div class="pair">
            {(["set_aside", "devices", "carriers"] as const).map((next) => (
              <button type="button" key={next} class={next === "carriers" ? "whole" : ""} onClick={() => (sheet.value = next)}>
                {t(next === "set_aside" ? "count_set_aside" : next)}
              </button>
            ))}
          </div>
          <Settings />
          <button type="button" onClick={board.logOut}>
            {t("log_out")}
          </button>
        </Sheet>
      )}
    </main>
  );
};
