/** A label's text as large as it fits, broken only after its dashes. */

import { Fragment } from "preact";

export const Code = ({ text, class: name = "" }: { text: string; class?: string }) => {
  const parts = text.match(/[^-. ]+[-. ]?|[-. ]/g) ?? [];
  return (
    <p class={`code figures ${name}`} style={{ "--len": String(Math.max(4, text.length)) }} dir="ltr">
      {parts.map((part, at) => (
        <Fragment key={at}>
          {part}
          <wbr />
        </Fragment>
      ))}
    </p>
  );
};
