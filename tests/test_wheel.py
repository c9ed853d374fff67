"""What a wheel carries: all that `gangway demo` and `gangway serve` need, on a machine without this checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_a_wheel_carries_pages_layouts_and_migrations(tmp_path: Path) -> None:
    """And no tests; the pages were built before (`make page`), so nothing is built here but the wheel."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    [wheel] = tmp_path.glob("gangway-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    pages = {f"server/web/page/{page}.html" for page in ("index", "pack", "board", "enrol")}
    wanted = {"server/layouts/demo.json", "server/web/page/sw.js", "server/store/migrations/script.py.mako", *pages}
    assert wanted - names == set()
    assert [name for name in names if name.startswith("tests/")] == []
    assert [name for name in names if name.endswith(".wasm.gz")], "packed at the build, not while others scan"
