/** Enrolment: the authority's certificate, how to trust it, and the one tap that binds this device. */

import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import { Icon } from "../parts/icons";
import { tongue } from "../parts/prefs";
import { keepCredential, offerFor } from "../sync/credential";
import { bind, type Entrance, picture, sameOn, trusts } from "../sync/enrol";
import { LANGUAGES, type Language } from "../words";
import { type EnrolKey, say, sayFault } from "../words/enrol";

interface EnrolProps {
  /** `null` when the server did not answer. */
  entrance: Entrance | null;
  /** The one-time code, "" without one. */
  code: string;
  /** Whether this page itself came over https. */
  secure: boolean;
}

const KINDS = ["android", "apple", "computer"] as const;
type Kind = (typeof KINDS)[number];

/** What this device is, as far as it says. An iPad calls itself a Mac, but a Mac has no touch screen. */
export function kindOf(agent: string, touches: number): Kind {
  if (/android/i.test(agent)) return "android";
  if (/iphone|ipad|ipod/i.test(agent) || (/macintosh/i.test(agent) && touches > 1)) return "apple";
  return "computer";
}

const Tongues = () => (
  <select
    class="tongues"
    aria-label={say("language")}
    value={tongue.value}
    onChange={(event) => {
      tongue.value = event.currentTarget.value as Language;
    }}
  >
    {(Object.keys(LANGUAGES) as Language[]).map((name) => (
      <option key={name} value={name}>
        {LANGUAGES[name]}
      </option>
    ))}
  </select>
);

const Step = ({ number, title, children }: { number: number; title: EnrolKey; children: ComponentChildren }) => (
  <li class="step">
    <span class="number" aria-hidden="true">
      {number}
    </span>
    <div class="told">
      <h2>{say(title)}</h2>
      {children}
    </div>
  </li>
);

const Load = ({ entrance }: { entrance: Entrance }) => (
  <Step number={1} title="step_load">
    <p>{say("why_load")}</p>
    <a class="go" href={entrance.authority} download="gangway-ca.crt">
      {say("download")}
    </a>
    <details>
      <summary>{say("fingerprint")}</summary>
      <code>{entrance.fingerprint.replace(/:/g, " ")}</code>
    </details>
  </Step>
);

const Trust = () => {
  const kind = useSignal(kindOf(navigator.userAgent, navigator.maxTouchPoints));
  return (
    <Step number={2} title="step_trust">
      <div class="kinds" role="group">
        {KINDS.map((one) => (
          <button
            type="button"
            key={one}
            aria-pressed={kind.value === one}
            onClick={() => {
              kind.value = one;
            }}
          >
            {say(one)}
          </button>
        ))}
      </div>
      <ol class="how">
        {([1, 2, 3] as const).map((part) => (
          <li key={part}>{say(`${kind.value}_${part}`)}</li>
        ))}
      </ol>
    </Step>
  );
};

const TRUST_AGAIN_MS = 4000;

/** Looks by itself, since the person comes back here from the settings of the device. */
function useTrust(port: number): { trusted: Signal<boolean | null>; look(): void } {
  const trusted = useSignal<boolean | null>(null);
  const look = (): void => {
    void trusts(port).then((yes) => {
      trusted.value = yes;
    });
  };
  useEffect(() => {
    look();
    const timer = setInterval(() => {
      if (document.visibilityState === "visible" && trusted.value !== true) look();
    }, TRUST_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  return { trusted, look };
}

const GoOn = ({ entrance, code, without }: { entrance: Entrance; code: string; without(): void }) => {
  const { trusted, look } = useTrust(entrance.secure_port);
  return (
    <Step number={3} title="step_bind">
      {trusted.value === null && <p>{say("checking")}</p>}
      {trusted.value === true && (
        <p class="notice" data-tone="ok" role="status">
          {say("trusted")}
        </p>
      )}
      {trusted.value === false && (
        <p class="notice" data-tone="warn" role="status">
          {say("not_trusted")}
        </p>
      )}
      {trusted.value === true && (
        <a class="go" href={sameOn("https", entrance.secure_port, location)}>
          {say("open")}
        </a>
      )}
      {trusted.value === false && (
        <button type="button" onClick={look}>
          {say("check")}
        </button>
      )}
      {code !== "" && trusted.value !== true && (
        <button type="button" class="quiet" onClick={without}>
          {say("open_without")}
        </button>
      )}
    </Step>
  );
};

const Missing = () => (
  <div class="missing">
    <p>{say("plain")}</p>
    <ul>
      <li>{say("no_camera")}</li>
      <li>{say("no_offline")}</li>
      <li>{say("no_awake")}</li>
    </ul>
  </div>
);

const Bind = ({ code, secure, name }: { code: string; secure: boolean; name: Signal<string> }) => {
  const busy = useSignal(false);
  const fault = useSignal("");
  const tell = async (): Promise<void> => {
    const offer = offerFor(code);
    if (offer === "") {
      fault.value = sayFault("not_kept", "");
      return;
    }
    const answer = await bind(code, offer);
    if (answer !== null && "name" in answer) {
      keepCredential(offer);
      history.replaceState(null, "", location.pathname); // the code is spent
      name.value = answer.name;
      fault.value = "";
    } else fault.value = answer === null ? sayFault("no_server", "") : sayFault(answer.code, answer.message);
  };
  return (
    <section class="bind">
      {!secure && <Missing />}
      {secure && <p>{say("secure_only")}</p>}
      {fault.value !== "" && (
        <p class="notice" data-tone="bad" role="alert">
          {fault.value}
        </p>
      )}
      <button
        type="button"
        class="primary"
        disabled={busy.value}
        onClick={() => {
          busy.value = true;
          void tell().then(() => {
            busy.value = false;
          });
        }}
      >
        {say(busy.value ? "binding" : "bind")}
      </button>
    </section>
  );
};

const Bound = ({ name }: { name: string }) => (
  <section class="bind" role="status">
    <p class="notice" data-tone="ok">
      <Icon name="check" />
      {say("bound", { name })}
    </p>
    <a class="go" href="/">
      {say("start")}
    </a>
  </section>
);

/** A certificate whose warning was clicked away gives a secure page all but its worker: then the steps are not done. */
const Clicked = ({ entrance }: { entrance: Entrance }) => {
  const refused = useSignal(false);
  useEffect(() => {
    navigator.serviceWorker?.register("/sw.js").catch(() => {
      refused.value = true;
    });
  }, []);
  if (!refused.value || entrance.authority === "") return null;
  return (
    <section class="bind">
      <p class="notice" data-tone="warn" role="alert">
        {say("clicked")}
      </p>
      <a class="go second" href={sameOn("http", entrance.plain_port, location)}>
        {say("to_steps")}
      </a>
    </section>
  );
};

const Picture = ({ code }: { code: string }) => {
  const source = useSignal("");
  useSignalEffect(() => {
    void picture(code)
      .then((url) => {
        source.value = url;
      })
      .catch(() => undefined);
  });
  return (
    <aside class="other">
      <h2>{say("qr_title")}</h2>
      {source.value !== "" && <img src={source.value} alt="" width="240" height="240" />}
      <p>{say(code === "" ? "qr_hint_none" : "qr_hint")}</p>
    </aside>
  );
};

const hasSteps = (entrance: Entrance | null, secure: boolean): boolean =>
  !secure && entrance !== null && entrance.secure_port > 0 && entrance.authority !== "";

/** Which of its three forms the page has: the steps over http, the one tap over https, the one tap without any TLS. */
const Way = ({ entrance, code, secure, name }: EnrolProps & { entrance: Entrance; name: Signal<string> }) => {
  const without = useSignal(false);
  if (hasSteps(entrance, secure) && !without.value) {
    return (
      <ol class="steps">
        <Load entrance={entrance} />
        <Trust />
        <GoOn
          entrance={entrance}
          code={code}
          without={() => {
            without.value = true;
          }}
        />
      </ol>
    );
  }
  return (
    <>
      {secure && <Clicked entrance={entrance} />}
      {code !== "" && <Bind code={code} secure={secure} name={name} />}
      {code === "" && !secure && <Missing />}
    </>
  );
};

const Body = ({ entrance, code, secure, name }: EnrolProps & { name: Signal<string> }) => {
  if (name.value !== "") return <Bound name={name.value} />;
  return (
    <>
      {code === "" && (
        <p class="notice" data-tone="warn">
          {say(hasSteps(entrance, secure) ? "no_code" : "no_code_bind")}
        </p>
      )}
      {entrance === null ? (
        <p class="notice" data-tone="bad" role="alert">
          {sayFault("no_server", "")}
        </p>
      ) : (
        <Way entrance={entrance} code={code} secure={secure} name={name} />
      )}
      {code === "" && secure && (
        <a class="go" href="/">
          {say("start")}
        </a>
      )}
    </>
  );
};

export const Enrol = ({ entrance, code, secure }: EnrolProps) => {
  const name = useSignal("");
  return (
    <main class="enrol">
      <header>
        <h1>{say("title")}</h1>
        <Tongues />
        {hasSteps(entrance, secure) && <p class="lead">{say("lead")}</p>}
      </header>
      <div class="way">
        <Body entrance={entrance} code={code} secure={secure} name={name} />
      </div>
      {name.value === "" && !(secure && code !== "") && <Picture code={code} />}
    </main>
  );
};
