/* Runs before a measured page's own script: when was Enter pressed, when was what it changed on the screen? */
(() => {
  const probe = { marks: [], missed: 0 };
  window.probe = probe;

  /* The frame is on its way to the screen once a message posted from inside it arrives. */
  const shown = (then) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => then(performance.now());
      channel.port2.postMessage(0);
    });

  const watch = (mark) => {
    const watcher = new MutationObserver(() => {
      watcher.disconnect();
      mark.changed = performance.now();
      shown((now) => {
        mark.shown = now;
        probe.marks.push(mark);
      });
    });
    watcher.observe(document.body, { childList: true, subtree: true, attributes: true, characterData: true });
  };

  addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter") watch({ at: event.timeStamp, heard: performance.now() });
    },
    true,
  );

  /* What travelled, kept over reloads: intents sent, and answers that the server had given before. */
  const counted = (name, more) => localStorage.setItem(name, Number(localStorage.getItem(name) ?? 0) + more);
  probe.countWire = () => {
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (frame) {
      if (!this.probed) {
        this.probed = true;
        this.addEventListener("message", ({ data }) => {
          const replays = data.startsWith("43") ? data.split('"replay":true').length - 1 : 0;
          if (replays > 0) counted("probe.replays", replays);
        });
      }
      if (/^42\d*\["scan"/.test(frame)) counted("probe.sent", frame.split('"op_id":').length - 1);
      return send.call(this, frame);
    };
  };
  const counter = (name) => Number(localStorage.getItem(`probe.${name}`) ?? 0);
  probe.wire = () => ({ sent: counter("sent"), replays: counter("replays") });

  /* When the first element that matches is on the screen; asked for by tests of the start. */
  probe.first = {};
  probe.await = (name, selector) => {
    const look = () => {
      if (probe.first[name] !== undefined) return true;
      if (document.querySelector(selector) === null) return false;
      probe.first[name] = -1;
      shown((now) => (probe.first[name] = now));
      return true;
    };
    if (look()) return;
    const watcher = new MutationObserver(() => {
      if (look()) watcher.disconnect();
    });
    watcher.observe(document, { childList: true, subtree: true, attributes: true });
  };
  probe.await("task", "main.work .place-code");
  probe.await("any", "#page *");
})();
