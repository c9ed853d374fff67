"""`gangway bench`: measure what the design promises."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from server.lab.decode_bench import Row


@click.group()
def bench() -> None:
    """Measure this installation against its goals."""


@bench.command("decode")
@click.option("--photos", type=click.Path(path_type=Path), required=True, help="Folder of families of labelled photos.")
@click.option("--half", type=click.Choice(["even", "odd", "all"]), default="all", show_default=True)
@click.option(
    "--trial", "trials", multiple=True, help="plain, turned30, dark, jpeg20, half, shaken7; all when left out."
)
@click.option(
    "--scenes", type=click.IntRange(min=0), default=100, show_default=True, help="Pictures without a barcode."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a row and line.")
def bench_decode(photos: Path, half: str, trials: tuple[str, ...], scenes: int, *, as_json: bool) -> None:
    """Read labelled photos with pyzbar alone, zxing-cpp alone and Gangway, plain and made worse."""
    from server.lab import decode_bench

    found = decode_bench.photos_in(photos, half)
    if not as_json:
        click.echo("trial        reader           pictures  read %  misread  median ms   p95 ms")
    for trial in trials or decode_bench.TRIALS:
        click.echo(f"{trial} ...", err=True)
        for row in decode_bench.try_photos(found, trial):
            _print_decode_row(row, as_json=as_json)
    if scenes:
        click.echo("scenes without a barcode ...", err=True)
        for row in decode_bench.try_scenes(scenes):
            _print_decode_row(row, as_json=as_json)


def _print_decode_row(row: "Row", *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({**asdict(row), "read_percent": round(row.read_percent, 1)}))
        return
    click.echo(
        f"{row.trial:12} {row.reader:16} {row.pictures:8} {row.read_percent:7.1f} {row.misread:8}"
        f" {row.median_ms:10.2f} {row.p95_ms:8.1f}"
    )
