/** A label's text read: the twin of server/core/gs1.py. tests/vectors/parse.json holds the two together. */

import { elementMessage, elementPairs, linkPairs, writtenOut, type Elements } from "./elements";
import type { Scan } from "./terms";

const LONGEST = 128;
const SHORTEST_MESSAGE = 16;
const SHOWN_OF_GARBAGE = 40;
/** As in gs1.py: String.trim() and str.strip() strip different characters. */
const ODD_SPACE =
  " \t\n\r\x0b\x0c\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";
const PLAIN = /^[A-Za-z0-9._/ +-]+$/;
const DIGITS = /^[0-9]+$/;
const AIM = /^\][A-Za-z][0-9A-Za-z]/;
// eslint-disable-next-line no-control-regex
const UNSEEN =
  /[\x00-\x1c\x1e\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffe\uffff\ud800-\udfff]/gu;
const HTML = /<[A-Za-z/!?]|javascript:/i;
const SQL =
  /['";][ \t]*(?:or|and|union|select|insert|update|delete|drop|alter|exec)\b|['";][ \t]*--|\/\*|\bunion[ \t]+select\b|\bdrop[ \t]+table\b|\binsert[ \t]+into\b|\bdelete[ \t]+from\b|\bselect[ \t].*[ \t]from\b/i;
const RETAIL = new Set(["]E0", "]E3", "]E4"]);
const MESSAGES = new Set(["]C1", "]e0", "]d2", "]Q3", "]J1"]);
const GTIN_LENGTHS = new Set([8, 12, 13, 14]);

const scanOf = (text: string, keys: readonly string[], own: Partial<Scan> = {}): Scan => ({
  text,
  keys,
  fault: "",
  gtin: "",
  sscc: "",
  lot: "",
  expiry: "",
  serial: "",
  count: null,
  weightG: null,
  unknownAis: [],
  baseGtin: "",
  ...own,
});

/** Read one label as a scanner, a camera or a person gave it. Never throws. */
export function parse(label: string | null): Scan {
  const text = strip(label ?? "");
  if (PLAIN.test(text) && text.length <= LONGEST && (text[0] !== "0" || text.length < SHORTEST_MESSAGE)) {
    return own(text);
  }
  return text ? unusual(text) : scanOf("", [], { fault: "empty" });
}

/** The one form under which a label is stored and looked up: a GTIN's 14 digits, else stripped and upper case. */
export function key(text: string): string {
  const bare = strip(text);
  return gtin14(bare) || fold(bare);
}

export function strip(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && ODD_SPACE.includes(text[start] ?? "")) start += 1;
  while (start < end && ODD_SPACE.includes(text[end - 1] ?? "")) end -= 1;
  return text.slice(start, end);
}

/** A–Z for a–z and nothing else. */
export const fold = (text: string): string => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());

const gtin14 = (text: string): string =>
  GTIN_LENGTHS.has(text.length) && DIGITS.test(text) && checkDigitFits(text) ? text.padStart(14, "0") : "";

export function checkDigitFits(digits: string): boolean {
  let sum = 0;
  for (let place = 1; place <= digits.length; place += 1) {
    sum += Number(digits[digits.length - place]) * (place % 2 ? 1 : 3);
  }
  return sum % 10 === 0;
}

const checkDigit = (payload: string): string => [..."0123456789"].find((digit) => checkDigitFits(payload + digit)) ?? "";

function own(text: string): Scan {
  if (DIGITS.test(text)) return numberScan(text);
  const upper = fold(text);
  return scanOf(upper, [upper]);
}

function numberScan(digits: string): Scan {
  if (GTIN_LENGTHS.has(digits.length)) return gtinScan(digits);
  if (digits.length !== 18) return scanOf(digits, [digits]);
  return checkDigitFits(digits) ? scanOf(digits, [digits], { sscc: digits }) : misread(digits, digits);
}

function gtinScan(digits: string): Scan {
  const gtin = gtin14(digits);
  if (gtin) return scanOf(digits, [gtin], { gtin, baseGtin: baseOf(gtin) });
  const expanded = upcE(digits);
  return expanded ? scanOf(digits, [expanded], { gtin: expanded }) : misread(digits, digits);
}

function baseOf(gtin: string): string {
  if (gtin[0] === "0" || gtin[0] === "9") return "";
  const payload = "0" + gtin.slice(1, 13);
  return payload + checkDigit(payload);
}

function upcE(digits: string): string {
  if (digits.length !== 8 || !"01".includes(digits[0] ?? "")) return "";
  const a = digits.slice(1, 7);
  const rule = digits[6] ?? "";
  let body: string;
  if ("012".includes(rule)) body = a.slice(0, 2) + rule + "0000" + a.slice(2, 5);
  else if (rule === "3") body = a.slice(0, 3) + "00000" + a.slice(3, 5);
  else if (rule === "4") body = a.slice(0, 4) + "00000" + a.slice(4, 5);
  else body = a.slice(0, 5) + "0000" + rule;
  return gtin14((digits[0] ?? "") + body + (digits[7] ?? ""));
}

const misread = (text: string, lookup = ""): Scan => scanOf(text, lookup ? [lookup] : [], { fault: "read_error" });

function namelessMessage(text: string): Scan | null {
  const start = text.slice(0, 2);
  const proved =
    start === "01" || start === "02"
      ? text.length > 15 && gtin14(text.slice(2, 16)) !== ""
      : start === "00" && text.length > 19 && DIGITS.test(text.slice(2, 20)) && checkDigitFits(text.slice(2, 20));
  return proved ? fromElements(text, elementMessage(text)) : null;
}

function unusual(text: string): Scan {
  if (tooLong(text) || text.search(UNSEEN) >= 0 || HTML.test(text) || SQL.test(text)) {
    return scanOf(shown(text), [], { fault: "garbage" });
  }
  const sign = AIM.exec(text)?.[0];
  return sign === undefined ? unsigned(text) : signed(sign, strip(text.slice(3)));
}

/** In code points, as the server counts. */
const tooLong = (text: string): boolean => text.length > LONGEST && (text.length > 2 * LONGEST || [...text].length > LONGEST);

const shown = (text: string): string =>
  [...text.slice(0, 2 * SHOWN_OF_GARBAGE)]
    .slice(0, SHOWN_OF_GARBAGE)
    .join("")
    .replaceAll("\x1d", "|")
    .replace(UNSEEN, (found) => "\\u" + found.charCodeAt(0).toString(16).padStart(4, "0"));

function signed(sign: string, text: string): Scan {
  if (MESSAGES.has(sign)) return fromElements(text, elementMessage(withFnc1(text)));
  if (RETAIL.has(sign)) {
    const digits = sign === "]E3" ? text.slice(0, 13) : text;
    const scan = GTIN_LENGTHS.has(digits.length) && DIGITS.test(digits) ? gtinScan(digits) : misread(text);
    return scan.fault ? misread(text) : scan;
  }
  return AIM.test(text) ? own(text) : parse(text);
}

function unsigned(text: string): Scan {
  const marked = withFnc1(text);
  if (marked.includes("\x1d")) return fromElements(text, elementMessage(marked));
  const pairs = text[0] === "(" ? writtenOut(text) : text.slice(0, 4).toLowerCase() === "http" ? linkPairs(text) : [];
  if (pairs.length > 0) return fromElements(text, elementPairs(pairs));
  return namelessMessage(text) ?? own(text);
}

const withFnc1 = (text: string): string => text.replaceAll("^]", "\x1d").replace(/^\x1d+|\x1d+$/g, "");

function fromElements(text: string, elements: Elements | null): Scan {
  if (elements === null) return misread(shown(text));
  const { values } = elements;
  const value = (ai: string): string => values.get(ai) ?? "";
  const gtin = value("01") || value("02");
  const sscc = value("00");
  const counted = value("30") || value("37");
  const numbers = ["00", "01", "02", "414"].map(value);
  if (!numbers.every(checkDigitFits) || (counted !== "" && Number(counted) === 0)) return misread(shown(text));
  const lot = fold(value("10"));
  const serial = fold(value("21"));
  return scanOf(
    [...values].map(([ai, said]) => `(${ai})${said}`).join("") || shown(text),
    [sscc || gtin || value("414") || lot || serial || fold(text)],
    {
      gtin,
      sscc,
      lot,
      expiry: elements.expiry,
      serial,
      count: counted === "" ? null : Number(counted),
      weightG: elements.weightG,
      unknownAis: elements.unknownAis,
      baseGtin: gtin ? baseOf(gtin) : "",
    },
  );
}
