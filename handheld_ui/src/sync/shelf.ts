/**
 * When what happened is written to the disk: a scan right behind its verdict and before it is sent; an answer when there is a moment.
 *
 * The transaction begins in the next task, some milliseconds later: to begin it is as dear as to draw the verdict, and a browser lets the
 * frame that a key has caused go first. A page that is left in that moment writes what it has. Scans that come while one is written share
 * the next, and the answers of a moment leave together. What is lost by a kill in that moment is no more than their leaving: the scans are
 * sent once more, and the server knows them.
 */

import type { Kept, Outbox } from "./outbox";
import type { Intent } from "./wire";

export interface Shelf {
  /** Store an intent, as soon as what it says is drawn. */
  add(intent: Intent): void;
  /** Forget answered intents and keep what is true after them, in a moment. */
  settle(answered: Intent[], kept: Kept): void;
  /** Write everything now; resolves when it is written. */
  flush(): Promise<void>;
  /** Write everything, and nothing any more. */
  close(): void;
}

export interface ShelfEars {
  /** These were written, and may be sent. */
  stored(intents: Intent[]): void;
  /** The disk takes no more; nothing comes after it. */
  broken(): void;
}

/** Answers that come within this time are written together. */
export const MOMENT_MS = 400;

export function shelf(outbox: Outbox, ears: ShelfEars): Shelf {
  return new Writing(outbox, ears);
}

class Writing implements Shelf {
  private fresh: Intent[] = [];
  private leaving: Intent[] = [];
  private kept: Kept | null = null;
  private moment: ReturnType<typeof setTimeout> | undefined;
  private busy: Promise<void> = Promise.resolve();
  private readonly gone = (): void => void this.flush();

  constructor(
    private readonly outbox: Outbox,
    private readonly ears: ShelfEars,
  ) {
    addEventListener("pagehide", this.gone);
  }

  add(intent: Intent): void {
    this.fresh.push(intent);
    if (this.fresh.length === 1) setTimeout(() => void this.write(() => this.append()));
  }

  settle(answered: Intent[], kept: Kept): void {
    this.leaving.push(...answered);
    this.kept = kept;
    this.moment ??= setTimeout(() => void this.write(() => this.tidy()), MOMENT_MS);
  }

  flush(): Promise<void> {
    void this.write(() => this.append());
    return this.write(() => this.tidy());
  }

  close(): void {
    removeEventListener("pagehide", this.gone);
    void this.flush().finally(() => this.outbox.close());
  }

  /** One transaction after the other, so that nothing leaves before it came. */
  private write(work: () => Promise<void>): Promise<void> {
    this.busy = this.busy.then(work).catch(() => this.ears.broken());
    return this.busy;
  }

  private async append(): Promise<void> {
    const intents = this.fresh.splice(0);
    if (intents.length === 0) return;
    try {
      await this.outbox.append(intents);
    } finally {
      this.ears.stored(intents); // what the disk refuses is still better sent than lost
    }
  }

  private async tidy(): Promise<void> {
    clearTimeout(this.moment);
    this.moment = undefined;
    const { kept } = this;
    this.kept = null;
    if (kept !== null) await this.outbox.settle(this.leaving.splice(0), kept);
  }
}
