/** What an enrolled device shows when somebody logs in on it: one for all pages of this browser. */

const KEY = "gangway.credential";
const ASKED = "gangway.enrolling"; // the code and what is offered for it, until the server has taken it

/** "" for a device that is not enrolled. */
export function credential(): string {
  return read(KEY);
}

/** What this device offers for `code`: the same at every try, so that a lost answer costs no code. "" when nothing can be kept. */
export function offerFor(code: string): string {
  const [asked, made = ""] = read(ASKED).split(" ");
  if (asked === code) return made;
  const fresh = Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  write(ASKED, `${code} ${fresh}`);
  return read(ASKED) === "" ? "" : fresh;
}

/** The server has taken what was offered. */
export function keepCredential(offered: string): void {
  write(KEY, offered);
  write(ASKED, "");
}

function read(key: string): string {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

function write(key: string, text: string): void {
  try {
    localStorage.setItem(key, text);
  } catch {
    // storage is forbidden: `offerFor` says so
  }
}
