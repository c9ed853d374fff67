/**
 * Which of the codes in the camera's pictures count: a wrong read is worse than none.
 *
 * The same rule as in server/core/consensus.py, over pictures instead of over readers: a strong symbology counts after one
 * sighting, a weak one (EAN, UPC, Code 39, ITF, Codabar) after two that agree, twice as many as any rival.
 */

/** A decoder's claim on one picture. */
export interface Sighting {
  text: string;
  /** The symbology by whatever name the decoder has for it. */
  symbology: string;
  /** The AIM identifier, "" where the decoder does not tell it. */
  aim: string;
  /** Whether several readers have agreed on it already. */
  agreed: boolean;
}

const WEAK = /^(ean|upc|code39|itf|codabar|databar)/;
const RETAIL = /^(ean|upc)/;
const SHORTEST: [RegExp, number][] = [[/^code39/, 3], [/^itf/, 4], [/^codabar/, 5]];
const WANTED = 2;
const AHEAD_OF_RIVALS = 2;
/** Sightings this old speak of another label. */
const FORGOTTEN_MS = 1500;
/** A code that was out of sight for so long has come again. */
const LEFT_MS = 900;
/** Symbols that begin with FNC1: without their identifier a GS1 message looks like any other text. */
const GS1_AIMS = new Set(["]C1", "]e0", "]d2", "]Q3", "]J1"]);

const plainName = (symbology: string): string => symbology.toLowerCase().replace(/[^a-z0-9]/g, "");

/** The GS1 check digit: weights 3 and 1 from the right (GS1 General Specifications, section 7.9). */
function mod10Holds(digits: string): boolean {
  const sum = [...digits].reverse().reduce((all, digit, at) => all + Number(digit) * (at % 2 === 1 ? 3 : 1), 0);
  return sum % 10 === 0;
}

/** Whether a sighting may count at all: long enough, its check digit right where there is one. */
function plausible({ text, symbology }: Sighting): boolean {
  const name = plainName(symbology);
  if (text === "") return false;
  if (RETAIL.test(name)) return name.startsWith("upce") ? /^\d{6,13}$/.test(text) : /^\d{8}(\d{4,5})?$/.test(text) && mod10Holds(text);
  return SHORTEST.every(([kind, least]) => !kind.test(name) || text.length >= least);
}

/** How many pictures must show it. */
function wanted({ text, symbology, agreed }: Sighting): number {
  const name = plainName(symbology);
  if (agreed || !WEAK.test(name)) return 1;
  return WANTED + (name.startsWith("itf") && text.length === 14 && !mod10Holds(text) ? 1 : 0);
}

interface Picture {
  at: number;
  sightings: Sighting[];
}

const shows = ({ sightings }: Picture, text: string): boolean => sightings.some((one) => one.text === text);

/** How often a rival was seen: another weak code that was never in one picture with `text`, where the two would be two labels. */
function rivalOf(text: string, pictures: Picture[]): number {
  const beside = new Set(pictures.filter((picture) => shows(picture, text)).flatMap(({ sightings }) => sightings.map((one) => one.text)));
  const others = pictures.flatMap(({ sightings }) => sightings).filter((one) => WEAK.test(plainName(one.symbology)) && !beside.has(one.text));
  return Math.max(0, ...others.map((other) => pictures.filter((picture) => shows(picture, other.text)).length));
}

/** A code as a scanner that sends identifiers would type it. */
export function labelOf({ text, aim }: Pick<Sighting, "text" | "aim">): string {
  return GS1_AIMS.has(aim) && !text.startsWith(aim) ? aim + text : text;
}

/** Pictures in, the labels that count on the newest of them out. */
export function consensus(now: () => number): (sightings: Sighting[]) => string[] {
  let pictures: Picture[] = [];
  return (sightings) => {
    const at = now();
    const newest = { at, sightings: sightings.filter(plausible) };
    pictures = [...pictures.filter((picture) => at - picture.at < FORGOTTEN_MS), newest];
    const counts = (one: Sighting): boolean => {
      const least = wanted(one);
      const seen = pictures.filter((picture) => shows(picture, one.text)).length;
      return least === 1 || (seen >= least && seen >= AHEAD_OF_RIVALS * rivalOf(one.text, pictures));
    };
    return [...new Set(newest.sightings.filter(counts).map(labelOf))];
  };
}

/** Whether a text has come into view, rather than stayed there. */
export function arrivals(now: () => number): (texts: string[]) => string[] {
  const seen = new Map<string, number>();
  return (texts) => {
    const at = now();
    const fresh = texts.filter((text) => at - (seen.get(text) ?? -Infinity) > LEFT_MS);
    for (const text of texts) seen.set(text, at);
    return fresh;
  };
}
