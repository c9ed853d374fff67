/** The packing bench. */

import "./style.css";
import "./pages/work.css";
import "./pages/pack.css";

import { benchDeedOf } from "./input/scale";
import { Pack } from "./pages/pack";
import { boot } from "./pages/shell";
import { packRules } from "./sync/pack_keeper";

void boot("pack", packRules, Pack, undefined, benchDeedOf);
