/** What a picker works on: their tour, or goods that they were asked to put back. */

import type { Floor } from "../sync/floor";
import type { HandheldTask } from "../sync/handheld_rules";
import type { PickTask, PutBackTask } from "../sync/wire";
import { Pick } from "./pick";
import { PutBack } from "./pick_later";
import type { WorkProps } from "./shell";

export const Handheld = ({ floor, scan }: WorkProps<HandheldTask>) =>
  floor.task.value.kind === "put_back" ? (
    <PutBack floor={floor as Floor<PutBackTask>} scan={scan} />
  ) : (
    <Pick floor={floor as Floor<PickTask>} scan={scan} />
  );
