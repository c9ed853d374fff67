import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env["GANGWAY_URL"] ?? "http://127.0.0.1:8080";

const pages = { handheld: "index.html", pack: "pack.html", board: "board.html", enrol: "enrol.html" } as const;
type Page = keyof typeof pages;
const isPage = (mode: string): mode is Page => mode in pages;

interface Modules {
  getModuleInfo(id: string): { importedIds: readonly string[] } | null;
}

/** The modules that the page imports at once, directly or not; an import() is no part of them. */
function firstLoad(page: string, modules: Modules, seen = new Set<string>()): Set<string> {
  if (seen.has(page)) return seen;
  seen.add(page);
  for (const below of modules.getModuleInfo(page)?.importedIds ?? []) firstLoad(below, modules, seen);
  return seen;
}

// A first load is one script. What is fetched later shares most of its modules, for which there would be a file of their own.
const oneScript = (page: Page) => ({
  groups: [{ debugName: page, name: (id: string, modules: Modules) => (firstLoad(here(pages[page]), modules).has(id) ? page : null) }],
});

// Vite's own, 1 kB, fetches a later part's styles and imports ahead of it; here both are of the first load.
const noPreload = {
  name: "no-preload",
  enforce: "pre",
  load: (id: string) => (id === "\0vite/preload-helper.js" ? "export const __vitePreload = (load) => load();" : null),
} as const;

// zxing-wasm falls back to a CDN where it is not told where its wasm stands. It is told; the address goes all the same.
const noCdn = {
  name: "no-cdn",
  transform: (code: string, id: string) =>
    id.includes("zxing-wasm") ? code.replace(/https:\/\/[\w.]+\/npm\/zxing-wasm@[^/]+\/dist/g, "/assets") : null,
} as const;

// One build a page (`vite build --mode pack`): a device opens one page all day, so what pages have in common gains
// nothing by standing in files of its own, and would cost each of them requests on the worst network of the house.
export default defineConfig(({ command, mode }) => {
  const page: Page = isPage(mode) ? mode : "handheld";
  return {
    plugins: [noPreload],
    worker: { plugins: () => [noCdn] },
    logLevel: command === "build" ? "warn" : "info",
    build: {
      target: "chrome80", // Android 8 and 9, and scanners that keep the browser they left the factory with
      outDir: here("../server/web/page"),
      emptyOutDir: page === "handheld", // the first of the three
      manifest: `.vite/${page}.json`, // .ci/page_budget.py reads from it what a first load fetches
      modulePreload: false,
      assetsInlineLimit: 0, // pages are served with a policy that allows no data: addresses
      rollupOptions: { input: { [page]: here(pages[page]) }, output: { codeSplitting: oneScript(page) } },
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
      testTimeout: 20_000, // on a busy machine what a page fetches later takes a while to be compiled
    },
  };
});
