"""`gangway profile`: the label that tells a device how its scanner types."""

import json
from html import escape
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.core.wedge import GAP_LEAST_MS, GAP_MOST_MS, ScannerProfile, Suffix

if TYPE_CHECKING:
    from segno import QRCode

QUIET_MODULES = 4  # white around a QR code
SHEET_MM = (105, 148)  # A6


@click.command()
@click.option(
    "--suffix",
    type=click.Choice([each.value for each in Suffix]),
    default="enter",
    show_default=True,
    help="The last key.",
)
@click.option("--prefix", default="", help="Characters before every label, at most 8.")
@click.option("--aim", is_flag=True, help="AIM identifiers (]C1 …) stand before every label.")
@click.option(
    "--gap-ms",
    type=click.IntRange(GAP_LEAST_MS, GAP_MOST_MS),
    default=None,
    help="The silence that ends a scan; needed with --suffix none, and only then.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write a sheet to print: an SVG file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def profile(suffix: str, prefix: str, gap_ms: int | None, out: Path | None, *, aim: bool, as_json: bool) -> None:
    """Draw the QR code that sets a handheld to its scanner: scan it on any page, logged in or not.

    The scanner itself is set by its maker's sheets; this one tells the page what the scanner types around a label.
    """
    import segno

    asked = ScannerProfile(Suffix(suffix), prefix, aim, gap_ms or 0)
    code = segno.make_qr(asked.label(), error="m")
    if out is not None:
        out.write_text(_sheet(asked, code), encoding="utf-8")
    if as_json:
        click.echo(json.dumps({"label": asked.label(), "file": str(out) if out else None}))
    elif out is not None:
        click.echo(f"{out}: {asked.label()}")
    else:
        drawn = StringIO()
        code.terminal(drawn, compact=True)
        click.echo(f"{drawn.getvalue()}\n{asked.label()}")


def _said(profile: ScannerProfile) -> list[str]:
    """The profile line by line, as people read it."""
    end = f"silence of {profile.gap_ms} ms" if profile.suffix is Suffix.NONE else profile.suffix.capitalize()
    return [
        f"suffix: {end}",
        f"prefix: {profile.prefix or 'none'}",
        f"AIM identifiers: {'yes' if profile.aim else 'no'}",
    ]


def _sheet(profile: ScannerProfile, code: "QRCode") -> str:
    """An A6 sheet: the code, and below it what it sets."""
    width, height = SHEET_MM
    drawn = BytesIO()
    scale = (width - 30) / code.symbol_size(border=QUIET_MODULES)[0]
    code.save(drawn, kind="svg", scale=scale, border=QUIET_MODULES, xmldecl=False, svgns=False, nl=False)
    rows = [
        f'<text x="15" y="{108 + 8 * at}" font-size="5">{escape(line)}</text>' for at, line in enumerate(_said(profile))
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}"'
        f' font-family="sans-serif"><rect width="{width}" height="{height}" fill="#fff"/>'
        f'<text x="15" y="17" font-size="6" font-weight="bold">Gangway: scanner profile</text>'
        f'<g transform="translate(15 22)">{drawn.getvalue().decode()}</g>{"".join(rows)}'
        f'<text x="15" y="140" font-size="2.6" font-family="monospace">{escape(profile.label())}</text></svg>\n'
    )
