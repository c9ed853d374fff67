/** A label's text as large as it fits: drawn, so that a narrow screen makes its letters narrower and never lower. */

/** The mean width of a bold capital or figure, and the height of one, in hundredths of the font's size. */
const LETTER = { width: 60, height: 76 };

/** A long label in lines of at most twelve, broken after a dash, a dot or a space where there is one. */
export const linesOf = (text: string): string[] => text.match(/.{1,12}$|.{0,11}[-. ]|.{1,12}/g) ?? [];

export const Code = ({ text, class: name = "" }: { text: string; class?: string }) => {
  const lines = linesOf(text);
  const longest = Math.max(4, ...lines.map((line) => line.length));
  return (
    <p class={`code figures ${name}`} style={{ "--len": String(longest) }} dir="ltr">
      {lines.map((line, at) => (
        <svg key={at} viewBox={`0 0 ${longest * LETTER.width} ${LETTER.height}`} preserveAspectRatio="none">
          <text y={LETTER.height - 1} textLength={line.length * LETTER.width} lengthAdjust="spacingAndGlyphs">
            {line}
          </text>
        </svg>
      ))}
    </p>
  );
};
