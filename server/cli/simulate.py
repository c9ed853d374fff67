"""`gangway simulate`: a day of real orders, played to the last parcel by simulated people over real sockets."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

RATE = click.FloatRange(0, 0.9)


@click.command()
@click.option("--orders", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--preset", default="generic", show_default=True, help="The file's format.")
@click.option("--map", "mapping", default="", help="field=Column,… where the columns have other names.")
@click.option("--pickers", default=12, show_default=True, type=click.IntRange(1, 500))
@click.option("--packers", default=4, show_default=True, type=click.IntRange(1, 200))
@click.option("--seed", default=1, show_default=True, help="The same seed plays the same day.")
@click.option("--layout", "layout_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--narrow-aisles",
    "narrow",
    default=0,
    show_default=True,
    type=click.IntRange(0, 100),
    help="Without --layout: so many pickers fit into an aisle at once; 0: any number.",
)
@click.option("--short-rate", default=0.0, type=RATE, help="Share of lines that pickers do not find.")
@click.option("--wrong-scan-rate", default=0.0, type=RATE, help="Share of scans that hit a wrong label first.")
@click.option("--drop-acks", default=0.0, type=RATE, help="Share of acks lost on the way, so that devices resend.")
@click.option("--continuous", is_flag=True, help="No waves: whoever is free gets the best batch of what waits.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def simulate(
    file: Path,
    preset: str,
    mapping: str,
    pickers: int,
    packers: int,
    seed: int,
    layout_file: Path | None,
    narrow: int,
    short_rate: float,
    wrong_scan_rate: float,
    drop_acks: float,
    continuous: bool,
    as_json: bool,
) -> None:
    """Play a day of orders on a server and a database of its own; exit 1 when stock or a scan went wrong."""
    from server.core.tabular import Kind, read_columns, read_table
    from server.lab.people import Habits
    from server.lab.simulate import Plan, faults
    from server.lab.simulate import simulate as play
    from server.lab.site import build_site

    read = read_table(file.read_bytes(), Kind.ORDERS, read_columns(mapping), preset)
    document = None if layout_file is None else json.loads(layout_file.read_text())
    site = build_site(
        read.skus, read.orders, pickers=pickers, packers=packers, seed=seed, document=document, narrow=narrow
    )
    plan = Plan(pickers, packers, seed, drop_acks, Habits(wrong_scan_rate, short_rate), continuous)
    with tempfile.TemporaryDirectory(prefix="gangway-day-") as folder:
        figures = play(site, plan, Path(folder), _say)
    figures = {"left_out": dict(read.left_out)} | figures
    click.echo(json.dumps(figures, indent=2) if as_json else _table(figures))
    wrong = faults(figures)
    for line in wrong:
        click.echo(f"gangway: {line}", err=True)
    if wrong:
        sys.exit(1)


def _say(line: str) -> None:
    click.echo(line, err=True)


def _table(figures: dict[str, Any]) -> str:
    return "\n".join(f"{name:<26} {_cell(value)}" for name, value in figures.items())


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items()) or "-"
    return str(value)
