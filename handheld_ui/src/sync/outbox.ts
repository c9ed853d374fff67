/**
 * What must outlive a reload, a flat battery and a killed browser: the session, the task as confirmed, the intents not yet answered.
 *
 * An intent is in IndexedDB, flushed to the disk (`durability: "strict"`), before it is sent; it leaves in the same transaction that
 * keeps the task as its reply left it.
 */

import type { Intent, Page, Session, Task } from "./wire";

/** What is kept beside the intents. */
export interface Kept {
  device: string;
  session: Session | null;
  task: Task | null;
  /** The `seq` last given to an intent; `append` stores it with the intent alone. */
  seq: number;
}

export interface Outbox {
  load(): Promise<{ kept: Kept; pending: Intent[] }>;
  /** Store intents, in the order of `seq`. */
  append(intents: Intent[]): Promise<void>;
  /** Forget answered intents and keep what is true after them. */
  settle(answered: Intent[], kept: Kept): Promise<void>;
  close(): void;
}

const KEPT = "kept";
const OUTBOX = "outbox";
const ROW = "row";
/** Chrome without `strict` answers before the disk has the data: a flat battery then loses scans that were shown as kept. */
const TO_DISK = { durability: "strict" } as const;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** A UUID, version 4, that needs no TLS: `crypto.randomUUID` is absent on plain http. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  let hex = "";
  for (const byte of bytes) hex += HEX[byte];
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function fresh(): Kept {
  return { device: `hh-${uuid().slice(0, 8)}`, session: null, task: null, seq: 0 };
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore(KEPT);
      asked.result.createObjectStore(OUTBOX);
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("IndexedDB did not open"));
  });
}

/** In order of `seq`; two tabs that were open for a moment may both have given a number, and neither overwrites the other's scan. */
const key = ({ seq, op_id }: Intent): [number, string] => [seq, op_id];

/** Do `work` in one transaction over both stores; resolves when all of it is stored, rejects when none of it is. */
function transact(db: IDBDatabase, mode: IDBTransactionMode, work: (kept: IDBObjectStore, outbox: IDBObjectStore) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = db.transaction([KEPT, OUTBOX], mode, TO_DISK);
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("not stored"));
    work(transaction.objectStore(KEPT), transaction.objectStore(OUTBOX));
  });
}

async function load(db: IDBDatabase): Promise<{ kept: Kept; pending: Intent[] }> {
  let found: Kept | undefined;
  let pending: Intent[] = [];
  await transact(db, "readonly", (kept, outbox) => {
    const row = kept.get(ROW);
    const all = outbox.getAll(); // in order of the key
    row.onsuccess = () => {
      found = row.result as Kept | undefined;
    };
    all.onsuccess = () => {
      pending = all.result as Intent[];
    };
  });
  const seq = pending[pending.length - 1]?.seq ?? 0;
  if (found !== undefined) return { kept: { ...found, seq: Math.max(found.seq, seq) }, pending };
  const first = fresh();
  await transact(db, "readwrite", (kept) => kept.put(first, ROW));
  return { kept: first, pending };
}

/** The outbox of one kind of page; `name` keeps the pages of one device apart. */
export async function openOutbox(name: Page): Promise<Outbox> {
  const db = await open(`gangway-${name}`);
  return {
    load: () => load(db),
    // The task is not written with every scan: it is large, and what a scan makes of it is stepped again after a reload.
    append: (intents) =>
      transact(db, "readwrite", (_, outbox) => {
        for (const intent of intents) outbox.put(intent, key(intent));
      }),
    settle: (answered, row) =>
      transact(db, "readwrite", (kept, outbox) => {
        for (const intent of answered) outbox.delete(key(intent));
        kept.put(row, ROW);
      }),
    close: () => db.close(),
  };
}
