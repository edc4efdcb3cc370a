// What the desk's page adds to the terminal of textual-serve (/terminal/js/textual.js), which is started from here.
"use strict";

const RING = "● GRM";

let socket = null;

// The terminal opens its socket by itself; ours says why it closed, takes the focus, and shows a ring in the title.
window.WebSocket = class extends window.WebSocket {
  constructor(address) {
    super(address);
    socket = this;
    this.addEventListener("open", () => document.querySelector(".xterm-helper-textarea").focus());
    this.addEventListener("message", ({ data }) => {
      const isBell = data instanceof ArrayBuffer && data.byteLength === 1 && new Uint8Array(data)[0] === 7;
      if (isBell && !document.hasFocus()) document.title = RING;
    });
    this.addEventListener("close", ({ code, reason }) => {
      const { ended, lost } = document.body.dataset;
      document.getElementById("said").textContent = reason || (code === 1000 ? ended : lost);
      document.body.classList.add("-closed");
      document.getElementById("again").focus();
    });
  }
};

// Paste as everywhere in a browser: without this the terminal would send Ctrl+V as a key.
window.addEventListener("keydown", (event) => {
  if (event.ctrlKey && !event.altKey && event.key.toLowerCase() === "v") event.stopImmediatePropagation();
}, true);

window.addEventListener("focus", () => { document.title = "GRM"; });

// Ctrl+W deletes a word in a terminal and closes the tab in a browser; it may ask first.
window.addEventListener("beforeunload", (event) => {
  if (socket?.readyState === WebSocket.OPEN) event.preventDefault();
});

// The terminal measures its cells once, so its font must be there before.
window.addEventListener("load", async () => {
  document.getElementById("again").addEventListener("click", () => window.location.reload());
  const styles = ["", "bold ", "italic ", "italic bold "];
  await Promise.allSettled(styles.map((style) => document.fonts.load(`${style}16px "Roboto Mono"`)));
  const terminal = document.createElement("script");
  terminal.src = "/terminal/js/textual.js";
  terminal.addEventListener("load", () => window.onload());
  document.head.append(terminal);
});
