/** @jsxImportSource preact */
import { render } from "preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Enrol, kindOf } from "../src/pages/enrol";
import { credential, keepCredential, offerFor } from "../src/sync/credential";
import { codeOf, type Entrance, sameOn } from "../src/sync/enrol";
import { askLogin } from "../src/sync/login";

const CODE = "abcdefghijklmnopqrstuvwxyz_-0123";
const ENTRANCE: Entrance = { secure_port: 8443, plain_port: 8081, authority: "/gangway-ca.crt", fingerprint: "AB:CD" };
const root = document.createElement("div");

/** The answers of a server, by the beginning of "METHOD address". */
function answering(answers: Record<string, object | null>): ReturnType<typeof vi.fn> {
  const asked = vi.fn((address: string, init: RequestInit = {}) => {
    const said = answers[`${init.method ?? "GET"} ${address}`];
    if (said === null || said === undefined) return Promise.reject(new TypeError("no answer"));
    return Promise.resolve(new Response(JSON.stringify(said)));
  });
  vi.stubGlobal("fetch", asked);
  return asked;
}

function show(props: { entrance: Entrance | null; code: string; secure: boolean }): void {
  render(<Enrol {...props} />, root);
}

const press = (words: string): void => {
  [...root.querySelectorAll("button")].find((button) => button.textContent === words)?.click();
};

beforeEach(() => {
  localStorage.clear();
  document.body.append(root);
});

afterEach(() => {
  render(null, root);
  vi.unstubAllGlobals();
});

test("a code is taken from behind the #, and nothing else is", () => {
  expect(codeOf(`#${CODE}`)).toBe(CODE);
  for (const wrong of ["", "#", "#short", `#${CODE} `, `#${"x".repeat(65)}`, "#<script>alert(1)</script>"]) expect(codeOf(wrong)).toBe("");
});

test("the secure page is the same page on the other port, with the code", () => {
  expect(sameOn("https", 8443, { hostname: "10.0.0.5", hash: `#${CODE}` })).toBe(`https://10.0.0.5:8443/enrol#${CODE}`);
});

test("a device offers the same credential for a code until it is taken, and a new one for the next code", () => {
  const first = offerFor(CODE);
  expect(first).toMatch(/^[0-9a-f]{48}$/);
  expect(offerFor(CODE)).toBe(first);
  keepCredential(first);
  expect(credential()).toBe(first);
  expect(offerFor("another-code-of-the-server")).not.toBe(first);
});

test("a browser that keeps nothing offers nothing, so that no code is lost to it", () => {
  const forbidden = (): never => {
    throw new Error("forbidden");
  };
  vi.stubGlobal("localStorage", { getItem: forbidden, setItem: forbidden });
  expect(offerFor(CODE)).toBe("");
});

test("a login carries the credential of an enrolled device, and none of another", async () => {
  const asked = answering({ "POST /api/v1/login": { token: "t" } });
  await askLogin("P-1", "hh-1");
  keepCredential("c".repeat(48));
  await askLogin("P-1", "hh-1");
  const bodies = asked.mock.calls.map(([, init]) => JSON.parse(String((init as RequestInit).body)) as object);
  expect(bodies).toEqual([{ badge: "P-1", device: "hh-1" }, { badge: "P-1", device: "hh-1", credential: "c".repeat(48) }]);
});

test("over https one tap binds the device, and the page says what it is called now", async () => {
  const asked = answering({ "POST /api/v1/enrol": { name: "Scanner 7" } });
  show({ entrance: ENTRANCE, code: CODE, secure: true });
  press("Bind this device");
  await vi.waitFor(() => expect(root.textContent).toContain("This device is now Scanner 7."));
  expect(credential()).toHaveLength(48);
  const sent = JSON.parse(String((asked.mock.calls[0]?.[1] as RequestInit).body)) as object;
  expect(sent).toEqual({ code: CODE, credential: credential() });
});

test("a refused code is told in words, and the device stays what it was", async () => {
  answering({ "POST /api/v1/enrol": { error: { code: "enrol_used", message: "used" } } });
  show({ entrance: ENTRANCE, code: CODE, secure: true });
  press("Bind this device");
  await vi.waitFor(() => expect(root.textContent).toContain("This code has been used. Each device needs its own."));
  expect(credential()).toBe("");
});

test("over http the way on opens once this browser takes the certificate", async () => {
  const asked = answering({ "POST /api/v1/enrol/picture": null });
  show({ entrance: ENTRANCE, code: CODE, secure: false });
  await vi.waitFor(() => expect(root.textContent).toContain("does not trust the server yet"));
  expect(root.querySelector('a[href^="https:"]')).toBeNull();
  asked.mockImplementation(() => Promise.resolve(new Response("{}")));
  press("Look again");
  await vi.waitFor(() => expect(root.querySelector('a[href^="https:"]')?.textContent).toBe("Go on, securely"));
});

test("without TLS the page says what is missing, and binds all the same", () => {
  answering({});
  show({ entrance: { ...ENTRANCE, secure_port: 0, authority: "" }, code: CODE, secure: false });
  expect(root.textContent).toContain("the camera as scanner");
  expect([...root.querySelectorAll("button")].map((button) => button.textContent)).toContain("Bind this device");
});

test("the steps begin with those for the device that asks", () => {
  expect(kindOf("Mozilla/5.0 (Linux; Android 11; TC21)", 5)).toBe("android");
  expect(kindOf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15)", 5)).toBe("apple");
  expect(kindOf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15)", 0)).toBe("computer");
});
