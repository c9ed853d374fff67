/* Runs before a page's own script: a hand for its buttons, and a look at the floor that they act on. */
(() => {
  /* The floor is a property of the page's topmost component; Preact keeps its tree at the element that it draws into. */
  const floorIn = (node) => node?.props?.floor ?? [node?.__k ?? []].flat().map(floorIn).find(Boolean);
  const says = (button) => `${button.ariaLabel ?? button.textContent.trim()} `;
  const button = (words) => [...document.querySelectorAll("button:enabled")].find((one) => says(one).startsWith(`${words} `));
  const moment = () => new Promise((done) => setTimeout(done, 5));
  let known;
  let snapshots = 0;

  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => (snapshots += data.includes('"revision"') ? 1 : 0));
    }
  };

  window.hand = {
    get floor() {
      return (known ??= floorIn(document.getElementById("page")));
    },
    /* What the page has said last, and where it stands. */
    seen() {
      const { verdict, task } = this.floor;
      return { op_id: "", code: "", ...verdict.value, task: task.value };
    },
    /* Everything is answered; or somebody has to log in first. */
    rests() {
      const { queued, wire, person } = this.floor;
      return person.value === null || (queued.value === 0 && wire.value === "connected");
    },
    /* Ask for the task as the server has it now, as a page does when it is looked at again. */
    async look() {
      const before = snapshots;
      document.dispatchEvent(new Event("visibilitychange"));
      while (snapshots === before) await moment();
      await moment(); // the page hears it after this hand does
    },
    /* Press the buttons that say these words, one after the other; false where one is not offered. */
    async press(...words) {
      for (const [at, said] of words.entries()) {
        for (let tries = at === 0 ? 0 : 200; tries > 0 && button(said) === undefined; tries -= 1) await moment();
        if (button(said) === undefined) {
          dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" })); // closes a sheet
          return false;
        }
        button(said).click();
        await moment();
      }
      return true;
    },
  };
})();
