"""`gangway bench`: measure what the design promises."""

import json
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.cli.bench_handheld import bench_handheld

if TYPE_CHECKING:
    from server.lab.batches_bench import Day
    from server.lab.batches_bench import Row as BatchesRow
    from server.lab.decode_bench import Row
    from server.lab.traffic_bench import Row as TrafficRow


@click.group()
def bench() -> None:
    """Measure this installation against its goals."""


bench.add_command(bench_handheld)


@bench.command("decode")
@click.option(
    "--photos", type=click.Path(path_type=Path), help="Folder of families of labelled photos; none: no photos."
)
@click.option("--half", type=click.Choice(["even", "odd", "all"]), default="all", show_default=True)
@click.option(
    "--trial", "trials", multiple=True, help="plain, turned30, dark, jpeg20, half, shaken7; all when left out."
)
@click.option("--labels", type=click.IntRange(min=0), default=100, show_default=True, help="How many drawn labels.")
@click.option(
    "--scenes", type=click.IntRange(min=0), default=100, show_default=True, help="Pictures without a barcode."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a row and line.")
def bench_decode(
    photos: Path | None, half: str, trials: tuple[str, ...], labels: int, scenes: int, *, as_json: bool
) -> None:
    """Read labels drawn here with pyzbar alone, zxing-cpp alone and Gangway, plain and made worse: turned, darkened, …

    Before them the same with labelled photos, where there are any; after them scenes that hold no barcode.
    """
    from server.lab import decode_bench

    shot = {} if photos is None else {"photos": decode_bench.photos_in(photos, half)}
    kinds = {**shot, "labels": decode_bench.labels_drawn(labels)}
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


@bench.command("reroute")
@click.option("--pickers", default=100, show_default=True, type=click.IntRange(1, 500), help="People who walk batches.")
@click.option("--pause", default=1.0, show_default=True, type=click.FloatRange(0.1, 60), help="Seconds between scans.")
@click.option("--closings", default=5, show_default=True, type=click.IntRange(1, 50), help="Aisles closed in turn.")
@click.option("--locations", default=20_000, show_default=True, type=click.IntRange(400, 100_000))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def bench_reroute(pickers: int, pause: float, closings: int, locations: int, *, as_json: bool) -> None:
    """Close aisles under walking pickers: how soon each has a new tour, and what scans notice of it."""
    import tempfile

    from server.lab import reroute_bench

    load = reroute_bench.Load(pickers, pause, closings, locations)
    with tempfile.TemporaryDirectory(prefix="gangway-bench-") as folder:
        found = reroute_bench.bench(load, Path(folder), lambda line: click.echo(line, err=True))
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    click.echo("aisle     affected  new tours  first ms  median ms  last ms")
    for one in found["closings"]:
        counts = f"{one['aisle']:10}{one['affected']:8}{one['told']:11}"
        click.echo(f"{counts}{one['first_ms']:10.0f}{one['median_ms']:11.0f}{one['last_ms']:9.0f}")
    for name in ("before_p50_ms", "before_p99_ms", "meanwhile_p50_ms", "meanwhile_p99_ms", "slowest_ms"):
        click.echo(f"{name:20}{found[name]:10g}")
    for name, goal in found["goals"].items():
        click.echo(f"{name:20}{found[name]:10g}   goal {goal['goal']:g}: {'met' if goal['met'] else 'MISSED'}")


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


@bench.command("batches")
@click.option("--instances", type=click.Path(path_type=Path), help="Folder of NAME.lyt, NAME.ord and reference.json.")
@click.option("--only", "names", multiple=True, metavar="NAME", help="This instance alone.")
@click.option("--seconds", default=10.0, show_default=True, type=click.FloatRange(0.1), help="CPU time an instance.")
@click.option("--orders", type=click.Path(exists=True, path_type=Path), help="A day of real orders, as CSV.")
@click.option("--preset", default="online-retail", show_default=True, help="The format of that day.")
@click.option("--seed", default=1, show_default=True, help="Of the site that the day is played on.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a row and line.")
def bench_batches(
    instances: Path | None,
    names: tuple[str, ...],
    seconds: float,
    orders: Path | None,
    preset: str,
    seed: int,
    *,
    as_json: bool,
) -> None:
    """Batches beside published and proven lengths, and a day's walk beside first come, first served; then the goals."""
    from server.lab import batches_bench, meter

    if instances is None and orders is None:
        raise click.UsageError("give --instances FOLDER, --orders FILE or both")
    reached = []
    if instances is not None:
        rows = []
        if not as_json:
            click.echo(
                f"{'instance':19}{'orders':>6}{'first':>8}{'savings':>8}{'ours':>8}{'bound':>7}{'best':>7}  share"
            )
        for row in batches_bench.measure(instances, seconds, names, lambda line: click.echo(line, err=True)):
            rows.append(row)
            click.echo(json.dumps({**asdict(row), "to_published": row.to_published}) if as_json else _batches_row(row))
        reached += batches_bench.goals(rows)
    if orders is not None:
        day = batches_bench.measure_day(orders, preset, seconds, seed)
        click.echo(json.dumps({**asdict(day), "ratio": day.ratio}) if as_json else _day_table(day))
        reached.append(meter.Goal("a day's walk, share of first come by name", 0.60, round(day.ratio, 4)))
    for goal in reached:
        told = f"{goal.name:55}{goal.reached:10g}   goal {goal.goal:g}: {'met' if goal.met else 'MISSED'}"
        click.echo(json.dumps({**asdict(goal), "met": goal.met}) if as_json else told)


def _batches_row(row: "BatchesRow") -> str:
    bound = f"{row.lower_bound_m:7.0f}" if row.lower_bound_m else "      -"
    return (
        f"{row.instance:19}{row.orders:6}{row.first_come_m:8.0f}{row.savings_m:8.0f}{row.ours_m:8.0f}{bound}"
        f"{row.published_best_m:7.0f}{row.to_published:7.3f}{'  proven' if row.ours_m == row.lower_bound_m else ''}"
    )


def _day_table(day: "Day") -> str:
    return "\n".join(
        [
            f"{day.orders} orders, {day.totes} totes, {day.batches} batches; planned in {day.cpu_s:.1f} s of CPU",
            f"{'':24}{'by name':>10}{'S-shape':>10}{'shortest':>10}",
            _walks("first-come batches, m", day.first_come_name_m, day.first_come_s_shape_m, day.first_come_shortest_m),
            _walks("our batches, m", day.ours_name_m, day.ours_s_shape_m, day.ours_m),
        ]
    )


def _walks(name: str, *walks_m: float) -> str:
    return f"{name:24}" + "".join(f"{walk_m:10.0f}" for walk_m in walks_m)


@bench.command("traffic")
@click.option("--pickers", multiple=True, type=click.IntRange(1, 200), default=(4, 8, 12), show_default=True)
@click.option("--capacity", multiple=True, type=click.IntRange(1, 100), default=(1, 2), show_default=True)
@click.option("--seeds", default=9, show_default=True, type=click.IntRange(1, 1000), help="Walks of each, medians.")
@click.option("--orders", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A day of real orders.")
@click.option("--preset", default="online-retail", show_default=True, help="The format of that day.")
@click.option("--together", multiple=True, type=click.IntRange(1, 12), help="Only plan so many tours as a whole.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a row and line.")
def bench_traffic(
    pickers: tuple[int, ...],
    capacity: tuple[int, ...],
    seeds: int,
    orders: Path | None,
    preset: str,
    together: tuple[int, ...],
    *,
    as_json: bool,
) -> None:
    """Waiting before narrow aisles, simulated: batches walked as they come, and chosen with regard to one another."""
    from server.lab import traffic_bench

    def say(line: str) -> None:
        click.echo(line, err=True)

    if together:
        for one in traffic_bench.measure_together(together, say):
            told = (
                "{tours} tours lose {unplanned_s:.0f} s, one by one {one_by_one_s:.0f} s, together {together_s:.0f} s"
            )
            click.echo(json.dumps(asdict(one)) if as_json else told.format(**asdict(one)))
        return
    if not as_json:
        click.echo(f"{'':45}{'as they come':>20}{'chosen':>36}{'saved':>18}{'worse':>7}")
        click.echo(
            f"{'floor':22}{'capacity':>9}{'pickers':>8}{'tours':>6}{'waiting s':>11}{'all s':>9}"
            f"{'waiting s':>11}{'held s':>8}{'longer s':>9}{'all s':>8}{'waiting':>11}{'time':>7}{'seeds':>7}"
        )
    rows = (
        traffic_bench.measure(pickers, capacity, seeds, say)
        if orders is None
        else traffic_bench.measure_day(orders, preset, pickers, capacity, seeds, say)
    )
    for row in rows:
        click.echo(json.dumps(traffic_bench.as_json(row)) if as_json else _traffic_row(row))


def _traffic_row(row: "TrafficRow") -> str:
    found = row.compared
    before, after = found.unplanned, found.planned
    return (
        f"{row.floor:22}{row.capacity:9}{found.pickers:8}{found.tours:6}{before.waiting_s:11.0f}{before.total_s:9.0f}"
        f"{after.waiting_s:11.0f}{after.held_s:8.0f}{after.longer_s:9.0f}{after.total_s:8.0f}"
        f"{found.waiting_saved:11.0%}{found.time_saved:7.1%}{found.worse_seeds:4}/{found.seeds}"
    )
