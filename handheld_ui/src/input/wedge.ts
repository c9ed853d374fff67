/** The scanner that types: one listener on the document, outside any component, so that a render can lose nothing. */

import { type Collector, collector, type Ears, PLAIN, type Profile } from "./collector";

export interface Wedge {
  use(profile: Profile): void;
  /** Take the focus home to the off-screen field. */
  focus(): void;
  stop(): void;
}

interface Hearing {
  sink: HTMLInputElement;
  heard: Collector;
  suffix: string;
}

const GROUP_SEPARATOR = "\x1d"; // GS1's FNC1, as readers type it
const QUIET_FOCUS: FocusOptions = { preventScroll: true };

/** Fields where a person types: their keys are theirs. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.hasAttribute("data-typing");
}

/** Whether a key would work the focused control: then, outside a scan, it is a person's. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("button, a, select") !== null;
}

/** The character a key stands for, "" when it is none. Alt is ignored: the MC3300x sets it on every key. */
function character(event: KeyboardEvent): string {
  if (event.key === GROUP_SEPARATOR || event.keyCode === 29) return GROUP_SEPARATOR;
  if (event.ctrlKey && (event.key === "]" || event.keyCode === 221)) return GROUP_SEPARATOR;
  if (event.ctrlKey || event.metaKey) return "";
  return [...event.key].length === 1 ? event.key : "";
}

/** The suffix, or the Ctrl-J and Ctrl-M that some readers send for it; those only inside a scan, else they are the browser's. */
function endsScan(event: KeyboardEvent, suffix: string, open: boolean): boolean {
  if (event.key === suffix) return true;
  return open && event.ctrlKey && (event.key === "j" || event.key === "m");
}

/** The key that ends a scan. Where a silence does, Enter still may. */
const keyOf = ({ suffix }: Profile): string => (suffix === "none" ? "Enter" : suffix);

function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

/** What an input method has inserted so far belongs before the next key. */
function gather({ sink, heard }: Hearing): void {
  const inserted = sink.value;
  if (inserted === "") return; // to set a field's value, even to what it is, styles the page anew at every key
  sink.value = "";
  heard.add(inserted);
}

function onKey(event: KeyboardEvent, hearing: Hearing): void {
  if (isTyping(event.target)) return;
  const open = hearing.heard.open() || hearing.sink.value !== "";
  const persons = !open && isControl(event.target);
  if (endsScan(event, hearing.suffix, open)) {
    if (persons) return;
    if (!open && event.key === "Tab") return;
    swallow(event);
    gather(hearing);
    hearing.heard.end();
    return;
  }
  if (open && event.key === "Tab") swallow(event); // another profile's suffix: the focus is not its to move
  const next = character(event);
  if (next === "" || (next === " " && persons)) return;
  swallow(event);
  gather(hearing);
  hearing.heard.add(next);
}

/** Line breaks never reach a text field's value, so a scan that is inserted whole, with its end, is taken before it gets there. */
function onBeforeInput(event: InputEvent, hearing: Hearing): void {
  const breaks = event.inputType === "insertLineBreak" || event.inputType === "insertParagraph";
  const text = breaks ? "\n" : (event.data ?? "");
  if (!/[\r\n]/.test(text)) return;
  event.preventDefault();
  gather(hearing);
  hearing.heard.add(text);
}

function onInput(event: InputEvent, hearing: Hearing): void {
  if (event.isComposing) hearing.heard.wait(); // it stands in the field until the composition or the scan ends
  else gather(hearing);
}

/** A field that takes what an input method inserts, without a soft keyboard. `readOnly` or `hidden` would get nothing. */
function makeSink(): HTMLInputElement {
  const sink = document.createElement("input");
  sink.type = "text";
  sink.className = "sink";
  sink.tabIndex = -1;
  sink.autocomplete = "off";
  sink.setAttribute("inputmode", "none");
  sink.setAttribute("aria-hidden", "true");
  document.body.append(sink);
  return sink;
}

/** Listen on the whole document until `stop`. */
export function listen(ears: Ears, start: Profile = PLAIN): Wedge {
  const sink = makeSink();
  const fragment = (typed: string): void => {
    const whole = typed + sink.value;
    sink.value = "";
    if (whole !== "") ears.fragment(whole);
  };
  const hearing: Hearing = { sink, heard: collector({ scan: ears.scan, fragment }, start), suffix: keyOf(start) };
  const stopped = new AbortController();
  const focus = (): void => sink.focus(QUIET_FOCUS);
  const key = (event: KeyboardEvent): void => onKey(event, hearing);
  const keyUp = (event: KeyboardEvent): void => {
    if (hearing.heard.open() && !isTyping(event.target)) swallow(event); // the key-up of a scan's space would click a focused button
  };
  /** After a tap the focus goes home, once; never on a render, which would pop the soft keyboard up. */
  const tap = (event: MouseEvent): void => {
    const byHand = event.detail > 0;
    if (byHand && !isTyping(event.target) && !isTyping(document.activeElement)) focus();
  };
  document.addEventListener("keydown", key, true);
  document.addEventListener("keyup", keyUp, true);
  document.addEventListener("click", tap);
  stopped.signal.addEventListener("abort", () => {
    document.removeEventListener("keydown", key, true);
    document.removeEventListener("keyup", keyUp, true);
    document.removeEventListener("click", tap);
    hearing.heard.stop();
    sink.remove();
  });
  sink.addEventListener("beforeinput", (event) => onBeforeInput(event as InputEvent, hearing));
  sink.addEventListener("input", (event) => onInput(event as InputEvent, hearing));
  sink.addEventListener("compositionend", () => gather(hearing));
  focus();
  const use = (profile: Profile): void => {
    hearing.suffix = keyOf(profile);
    hearing.heard.use(profile);
  };
  return { use, focus, stop: () => stopped.abort() };
}
