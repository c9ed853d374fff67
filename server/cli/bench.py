"""`gangway bench`: measure what the design promises."""

import json
from dataclasses import asdict
from itertools import product
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
@click.option("--labels", type=click.IntRange(min=0), default=100, show_default=True, help="How many drawn labels.")
@click.option(
    "--scenes", type=click.IntRange(min=0), default=100, show_default=True, help="Pictures without a barcode."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a row and line.")
def bench_decode(photos: Path, half: str, trials: tuple[str, ...], labels: int, scenes: int, *, as_json: bool) -> None:
    """Read labelled photos with pyzbar alone, zxing-cpp alone and Gangway, plain and made worse.

    Then the same with labels drawn here, and scenes that hold no barcode.
    """
    from server.lab import decode_bench

    kinds = {"photos": decode_bench.photos_in(photos, half), "labels": decode_bench.labels_drawn(labels)}
    if not as_json:
        click.echo("trial              reader           pictures  read %  misread  median ms   p95 ms")
    for kind, trial in product(kinds, trials or decode_bench.TRIALS):
        click.echo(f"{kind}, {trial} ...", err=True)
        for row in decode_bench.try_photos(kinds[kind], trial, kind) if kinds[kind] else ():
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
        f"{row.trial:18} {row.reader:16} {row.pictures:8} {row.read_percent:7.1f} {row.misread:8}"
        f" {row.median_ms:10.2f} {row.p95_ms:8.1f}"
    )


@bench.command("scans")
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1, 50))
@click.option("--seconds", default=6.0, show_default=True, type=click.FloatRange(1, 600), help="Length of a burst.")
@click.option("--devices", default=32, show_default=True, type=click.IntRange(1, 500), help="Devices that never rest.")
@click.option("--paced", default=500, show_default=True, type=click.IntRange(1, 2000), help="Devices at a steady pace.")
@click.option("--paced-per-s", default=250.0, show_default=True, type=click.FloatRange(1, 2000), help="Their scans/s.")
@click.option("--locations", default=20_000, show_default=True, type=click.IntRange(400, 100_000))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def bench_scans(
    rounds: int, seconds: float, devices: int, paced: int, paced_per_s: float, locations: int, as_json: bool
) -> None:
    """Confirmed scans a second, their CPU and delay, beside a bare echo and a naive endpoint in the same run."""
    import tempfile

    from server.lab import scans_bench

    load = scans_bench.Load(rounds, seconds, devices, paced, paced_per_s, locations)
    with tempfile.TemporaryDirectory(prefix="gangway-bench-") as folder:
        found = scans_bench.bench(load, Path(folder), lambda line: click.echo(line, err=True))
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    goals = found.pop("goals")
    for name, value in found.items():
        goal = goals.get(name)
        beside = "" if goal is None else f"   goal {goal['goal']:g}: {'met' if goal['met'] else 'MISSED'}"
        click.echo(f"{name:<20} {value:>10}{beside}")


@bench.command("routes")
@click.option("--instances", default=200, show_default=True, type=click.IntRange(1, 10_000), help="Floors in all.")
@click.option("--stops", default=30, show_default=True, type=click.IntRange(1, 200), help="Stops on each floor.")
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), help="Only draw one tour by four methods.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def bench_routes(instances: int, stops: int, picture: Path | None, *, as_json: bool) -> None:
    """Tours of every method on seeded floors: gap to the proven optimum, share proven, CPU time; then the goals."""
    from server.lab import routes_bench, tours_picture

    if picture is not None:
        picture.write_text(tours_picture.draw_tours(), encoding="utf-8")
        click.echo(f"wrote {picture}", err=True)
        return

    def say(line: str) -> None:
        click.echo(line, err=True)

    rows = []
    if not as_json:
        click.echo(f"{'floor':25}{'method':23}   n   gap %   max %  best %  proven %     ms    p95 ms")
    for row in routes_bench.measure(instances, stops, say):
        rows.append(row)
        if not as_json:
            click.echo(
                f"{row.kind:25}{row.method:23}{row.instances:4}{row.gap_mean:8.2f}{row.gap_max:8.2f}"
                f"{row.at_optimum:8.1f}{row.proven:10.1f}{row.median_ms:7.1f}{row.p95_ms:10.1f}"
            )
    reached = routes_bench.goals(rows, say)
    if as_json:
        click.echo(json.dumps(routes_bench.as_json(rows, reached), indent=2))
        return
    for goal in reached:
        click.echo(f"{goal.name:55}{goal.reached:10g}   goal {goal.goal:g}: {'met' if goal.met else 'MISSED'}")
