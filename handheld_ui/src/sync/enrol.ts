/** What the enrolment page asks of the server. */

/** How devices come in here. */
export interface Entrance {
  secure_port: number;
  plain_port: number;
  authority: string;
  fingerprint: string;
}

export interface Fault {
  code: string;
  message: string;
}

/** The one-time code that came with the page: behind the #, where no server and no log sees it. */
export function codeOf(hash: string): string {
  return /^#([\w-]{16,64})$/.exec(hash)?.[1] ?? "";
}

/** This page on another port of the same machine. */
export function sameOn(scheme: "http" | "https", port: number, at: Pick<Location, "hostname" | "hash">): string {
  return `${scheme}://${at.hostname}:${port}/enrol${at.hash}`;
}

export async function askEntrance(): Promise<Entrance | null> {
  try {
    return (await (await fetch("/api/v1/enrol")).json()) as Entrance;
  } catch {
    return null;
  }
}

/** Whether this browser takes the certificate of the secure port: over one that it does not, nothing is answered. */
export async function trusts(secure_port: number): Promise<boolean> {
  try {
    return (await fetch(`https://${location.hostname}:${secure_port}/api/v1/enrol`, { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

/** Bind this device by its code. `null` means that nobody answered; the same offer may be made again. */
export async function bind(code: string, credential: string): Promise<{ name: string } | Fault | null> {
  try {
    const answer = await fetch("/api/v1/enrol", { method: "POST", body: JSON.stringify({ code, credential }) });
    const body = (await answer.json()) as { name: string; error?: Fault };
    return body.error ?? body;
  } catch {
    return null;
  }
}

/** This page and its code as a picture, for the camera of another device. */
export async function picture(code: string): Promise<string> {
  const answer = await fetch("/api/v1/enrol/picture", { method: "POST", body: JSON.stringify({ code }) });
  return answer.ok ? URL.createObjectURL(await answer.blob()) : "";
}
