import { expect, test } from "vitest";

test("the handheld's entry draws into the page", async () => {
  document.body.innerHTML = '<div id="page"></div>';
  await import("../src/main");
  expect(document.getElementById("page")?.textContent).not.toBe("");
});
