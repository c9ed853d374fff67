import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env["GANGWAY_URL"] ?? "http://127.0.0.1:8080";

// Three pages from one build: each loads its own entry and what it shares with the others, so that the handheld,
// on the slowest machine and the worst network of the house, never waits for the board's code.
export default defineConfig({
  build: {
    target: "chrome80", // Android 8 and 9, and scanners that keep the browser they left the factory with
    outDir: here("../server/web/page"),
    emptyOutDir: true,
    manifest: true, // .ci/page_budget.py reads from it what a first load fetches
    modulePreload: { polyfill: false }, // Chrome has it since 66
    assetsInlineLimit: 0, // pages are served with a policy that allows no data: addresses
    rollupOptions: {
      input: { handheld: here("index.html"), pack: here("pack.html"), board: here("board.html") },
    },
  },
  server: {
    proxy: {
      "/socket.io": { target: server, ws: true },
      "/api": { target: server },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["{src,tests}/**/*.test.{ts,tsx}"],
    setupFiles: ["tests/setup.ts"],
    restoreMocks: true,
  },
});
