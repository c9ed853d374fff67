/** The handheld. */

import "./style.css";
import "./pages/pick.css";

import { boot } from "./pages/shell";
import { Pick } from "./pages/pick";
import { pickRules } from "./sync/pick_keeper";

void boot("pick", pickRules, Pick);
