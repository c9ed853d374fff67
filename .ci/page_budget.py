"""What a browser fetches when it opens each page for the first time, against the budget; exit 1 over it.

Counted from vite's manifest: the page itself, its script with all that it imports at once, styles, icons, pictures
that a style names, one language's words, and the one socket. What a page loads later (by import()) is no part of it.
"""

import gzip
import json
import re
import sys
from pathlib import Path

from page import PAGE

FIRST_LOAD_MAX_BYTES = 60_000
HANDHELD_SCRIPT_MAX_BYTES = 35_000
MAX_REQUESTS = 8
SOCKET_REQUESTS = 1
WORDS = "src/words/"


def at_once(manifest: dict[str, dict[str, list[str]]], chunk: str, seen: set[str]) -> set[str]:
    """The chunk and everything that it imports statically."""
    if chunk not in seen:
        seen.add(chunk)
        for below in manifest[chunk].get("imports", []):
            at_once(manifest, below, seen)
    return seen


def first_load(manifest: dict[str, dict[str, list[str]]], page: str) -> set[Path]:
    """The files of a page's first load."""
    files = {page}
    for chunk in at_once(manifest, page, set()):
        files |= {str(manifest[chunk]["file"]), *manifest[chunk].get("css", []), *manifest[chunk].get("assets", [])}
    tables = {str(chunk["file"]) for source, chunk in manifest.items() if source.startswith(WORDS)} & files
    if tables:  # a page fetches one of them: the heaviest, to be safe
        files = files - tables | {max(tables, key=lambda name: gzip_bytes({PAGE / name}))}
    linked = re.findall(r'(?:href|src)="/([^"]+)"', (PAGE / page).read_text())
    return {PAGE / name for name in files | set(linked)}


def gzip_bytes(files: set[Path]) -> int:
    """What the files weigh on the wire."""
    return sum(len(gzip.compress(path.read_bytes(), 6)) for path in files)


def over_budget(page: str, load: set[Path]) -> list[str]:
    """Prints the page's figures; each budget that it breaks."""
    total, requests = gzip_bytes(load), len(load) + SOCKET_REQUESTS
    scripts = gzip_bytes({path for path in load if path.suffix == ".js"})
    print(f"{page:12} {total / 1000:6.1f} kB gzip, {scripts / 1000:5.1f} kB of it script, {requests} requests")
    limits = [("bytes at first load", total, FIRST_LOAD_MAX_BYTES), ("requests", requests, MAX_REQUESTS)]
    if page == "index.html":
        limits.append(("bytes of script", scripts, HANDHELD_SCRIPT_MAX_BYTES))
    return [f"{page}: {found} {what}, the budget is {limit}" for what, found, limit in limits if found > limit]


def main() -> None:
    """Every page that the build made."""
    broken = []
    for path in sorted((PAGE / ".vite").glob("*.json")):
        manifest = json.loads(path.read_text())
        page = next(name for name, chunk in manifest.items() if chunk.get("isEntry"))
        broken += over_budget(page, first_load(manifest, page))
    if broken:
        sys.exit("\n".join(broken))


if __name__ == "__main__":
    main()
