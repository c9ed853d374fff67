/** The handheld. */

import "./style.css";
import "./pages/work.css";
import "./pages/pick.css";

import { Pick } from "./pages/pick";
import { spare } from "./pages/pick_later";
import { boot } from "./pages/shell";
import { pickRules } from "./sync/pick_keeper";

void boot("pick", pickRules, Pick, spare);
