/** @jsxImportSource preact */
import { readFileSync } from "node:fs";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";

import { CameraView } from "../src/parts/camera_view";
import { adopt, type Words } from "../src/words";

const root = document.createElement("div");

afterEach(() => {
  render(null, root);
  vi.unstubAllGlobals();
});

test.each([
  ["NotFoundError", "This device has no camera."],
  ["NotAllowedError", "The camera was refused. Allow it in the browser."],
])("a camera that cannot be had says why: %s", async (name, sentence) => {
  adopt("en", JSON.parse(readFileSync("src/words/en.json", "utf-8")) as Words);
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia: () => Promise.reject(new DOMException("", name)) } });
  await act(() => render(<CameraView token="" reachable={() => false} read={() => undefined} />, root));
  await vi.waitFor(() => expect(root.querySelector(".notice")?.textContent).toBe(sentence), 10_000);
});
