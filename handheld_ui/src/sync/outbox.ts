/**
 * What must outlive a reload, a flat battery and a killed browser: the session, the task as confirmed, the intents not yet answered.
 *
 * An intent is in IndexedDB, flushed to the disk (`durability: "strict"`), before it is sent; it leaves in the same transaction that
 * keeps the task as its reply left it.
 */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";

import type { Intent, Page, Session, Task } from "./wire";

/** What is kept beside the intents. */
export interface Kept {
  device: string;
  session: Session | null;
  task: Task | null;
  /** The `seq` last given to an intent. */
  seq: number;
}

interface Shelves extends DBSchema {
  kept: { key: string; value: Kept };
  outbox: { key: number; value: Intent };
}

export interface Outbox {
  load(): Promise<{ kept: Kept; pending: Intent[] }>;
  /** Store an intent and the kept row that counts it. */
  append(intent: Intent, kept: Kept): Promise<void>;
  /** Forget answered intents and keep what is true after them. */
  settle(seqs: number[], kept: Kept): Promise<void>;
  close(): void;
}

const ROW = "row";
const SAFE: IDBTransactionOptions = { durability: "strict" };
type Database = IDBPDatabase<Shelves>;

/** A UUID, version 4, that needs no TLS: `crypto.randomUUID` is absent on plain http. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function fresh(): Kept {
  return { device: `hh-${uuid().slice(0, 8)}`, session: null, task: null, seq: 0 };
}

async function load(db: Database): Promise<{ kept: Kept; pending: Intent[] }> {
  const found = await db.get("kept", ROW);
  const kept = found ?? fresh();
  if (found === undefined) await db.put("kept", kept, ROW);
  return { kept, pending: await db.getAll("outbox") }; // getAll is in order of the key: seq
}

async function append(db: Database, intent: Intent, kept: Kept): Promise<void> {
  const work = db.transaction(["kept", "outbox"], "readwrite", SAFE);
  await Promise.all([work.objectStore("outbox").put(intent, intent.seq), work.objectStore("kept").put(kept, ROW), work.done]);
}

async function settle(db: Database, seqs: number[], kept: Kept): Promise<void> {
  const work = db.transaction(["kept", "outbox"], "readwrite", SAFE);
  const outbox = work.objectStore("outbox");
  await Promise.all([...seqs.map((seq) => outbox.delete(seq)), work.objectStore("kept").put(kept, ROW), work.done]);
}

/** The outbox of one kind of page; `name` keeps the pages of one device apart. */
export async function openOutbox(name: Page): Promise<Outbox> {
  const db = await openDB<Shelves>(`gangway-${name}`, 1, {
    upgrade(fresh_db) {
      fresh_db.createObjectStore("kept");
      fresh_db.createObjectStore("outbox");
    },
    blocking: (_from, _to, event) => (event.target as IDBDatabase).close(),
  });
  return {
    load: () => load(db),
    append: (intent, kept) => append(db, intent, kept),
    settle: (seqs, kept) => settle(db, seqs, kept),
    close: () => db.close(),
  };
}
