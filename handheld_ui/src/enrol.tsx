/** The enrolment page's entry: nothing here needs a login, or more than plain http. */

import "./style.css";
import "./pages/enrol.css";

import { effect } from "@preact/signals";
import { render } from "preact";

import { Enrol } from "./pages/enrol";
import { look, tongue } from "./parts/prefs";
import { askEntrance, codeOf } from "./sync/enrol";
import { spoken } from "./words/enrol";

effect(() => {
  document.documentElement.dataset["look"] = look.value;
});
effect(() => {
  spoken.value = tongue.value;
  document.documentElement.lang = tongue.value;
});

async function start(): Promise<void> {
  const root = document.getElementById("page");
  const entrance = await askEntrance();
  if (root !== null) render(<Enrol entrance={entrance} code={codeOf(location.hash)} secure={isSecureContext && location.protocol === "https:"} />, root);
}

addEventListener("hashchange", () => location.reload()); // another code was scanned on the same page
void start();
