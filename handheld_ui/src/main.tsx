/** The handheld. */

import "./style.css";
import "./pages/work.css";
import "./pages/pick.css";

import { Handheld } from "./pages/handheld";
import { spare } from "./pages/pick_later";
import { boot } from "./pages/shell";
import { handheldRules } from "./sync/handheld_rules";

void boot("pick", handheldRules, Handheld, spare);
