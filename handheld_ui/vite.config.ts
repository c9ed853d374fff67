import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env["GANGWAY_URL"] ?? "http://127.0.0.1:8080";

const pages = { handheld: "index.html", pack: "pack.html", board: "board.html", enrol: "enrol.html" } as const;
type Page = keyof typeof pages;
const isPage = (mode: string): mode is Page => mode in pages;

// What is fetched when it is first opened; all else of a page is one file, what the two have in common included.
const LATER = /zxing|src\/(input\/camera\/|input\/speech|parts\/(camera_view|digits|map|menu|voice)|pages\/pick_more)/;
const isOfFirstLoad = (id: string): boolean => !LATER.test(id);

// One build a page (`vite build --mode pack`): a device opens one page all day, so what pages have in common gains
// nothing by standing in files of its own, and would cost each of them requests on the worst network of the house.
export default defineConfig(({ command, mode }) => {
  const page: Page = isPage(mode) ? mode : "handheld";
  return {
    logLevel: command === "build" ? "warn" : "info",
    build: {
      target: "chrome80", // Android 8 and 9, and scanners that keep the browser they left the factory with
      outDir: here("../server/web/page"),
      emptyOutDir: page === "handheld", // the first of the three
      manifest: `.vite/${page}.json`, // .ci/page_budget.py reads from it what a first load fetches
      modulePreload: { polyfill: false }, // Chrome has it since 66
      assetsInlineLimit: 0, // pages are served with a policy that allows no data: addresses
      rollupOptions: { input: { [page]: here(pages[page]) }, output: { codeSplitting: { groups: [{ name: page, test: isOfFirstLoad }] } } },
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
  };
});
