/** Logging in, and why a login ends. */

import { credential } from "./credential";
import type { Session } from "./wire";

/** Why the server ends a login: the badge must be scanned again. */
export const LOGIN_ENDED = new Set(["token_missing", "token_expired", "token_wrong", "taken_over", "logged_out", "foreign_device", "page_not_yours", "device_removed"]);

/** Fetch a login. A refusal has the server's code; `null` means that nobody answered. */
export async function askLogin(badge: string, device: string): Promise<Session | { code: string; message: string } | null> {
  const enrolled = credential();
  try {
    const answer = await fetch("/api/v1/login", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(enrolled === "" ? { badge, device } : { badge, device, credential: enrolled }),
    });
    const body = (await answer.json()) as Session & { error?: { code: string; message: string } };
    return body.error ?? body;
  } catch {
    return null;
  }
}

