"""`gangway decode`: barcodes in picture files."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.core.consensus import PROFILES
from server.core.errors import FloorError, NotFound

if TYPE_CHECKING:
    from server.web.camera import Camera, Decoded


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file and line, for programs.")
@click.option(
    "--profile",
    type=click.Choice(sorted(PROFILES)),
    default="warehouse",
    show_default=True,
    help="Which symbologies are looked for.",
)
@click.option(
    "--deadline-ms", type=click.FloatRange(min=1), help="CPU time a picture; else by its size, 45 at 640 × 480."
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
def decode(files: tuple[Path, ...], profile: str, deadline_ms: float | None, *, as_json: bool) -> None:
    """Read the barcodes in picture FILEs (PNG, JPEG, WebP, BMP). Exit code 1 when a file could not be read."""
    from server.web.camera import Camera

    failed = 0
    with Camera(workers=1) as camera:
        for number, file in enumerate(files, start=1):
            if len(files) > 1 and sys.stderr.isatty():
                click.echo(f"\r{number} of {len(files)}", nl=False, err=True)
            try:
                decoded = _read(camera, file, profile, deadline_ms)
            except FloorError as error:
                failed += 1
                click.echo(f"gangway: {file}: {error.message} [{error.code}]", err=True)
            else:
                click.echo(_as_json(file, decoded) if as_json else _as_text(file, decoded))
    if failed:
        sys.exit(1)


def _read(camera: "Camera", file: Path, profile: str, deadline_ms: float | None) -> "Decoded":
    try:
        content = file.read_bytes()
    except OSError as error:
        raise NotFound("camera.no_file", f"The file cannot be read: {error.strerror}.") from error
    return camera.read(content, profile, None if deadline_ms is None else deadline_ms / 1000)


def _as_json(file: Path, decoded: "Decoded") -> str:
    return json.dumps({"file": str(file), **decoded.as_json()})


def _as_text(file: Path, decoded: "Decoded") -> str:
    # quoted: a stranger's code may hold control characters that a terminal would obey
    found = [f"{c.symbology.value} {c.aim} {json.dumps(c.text, ensure_ascii=False)}" for c in decoded.codes]
    return f"{file}: {'; '.join(found) or 'no barcode'} ({decoded.ms:g} ms)"
