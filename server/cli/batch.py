"""`gangway batch`: orders to batches of carts, with short walks; for our layouts and for public instances."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from server.core.batch import Plan as Batches
    from server.core.tabular import Imported, Kind
    from server.floor.release import Plan, Snapshot
    from server.lab.jobprp import Instance

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SECONDS = click.FloatRange(min=0.1, max=86_400)


@dataclass(frozen=True)
class Files:
    """What a batch on our own layout is made from."""

    layout: Path
    orders: Path
    stock: Path
    skus: Path | None
    preset: str
    slots: int
    cart_ml: int
    cart_g: int
    tote_ml: int
    closed: tuple[str, ...]


@click.command()
@click.argument("layout", type=FILE)
@click.argument("orders", type=FILE)
@click.option("--stock", type=FILE, help="CSV of what lies where; needed but with --jobprp.")
@click.option("--skus", type=FILE, help="CSV of SKUs with volumes; without it a unit counts as a quarter of a litre.")
@click.option("--preset", default="generic", show_default=True, help="The format of ORDERS.")
@click.option("--slots", default=8, show_default=True, type=click.IntRange(1, 100), help="Totes on a cart.")
@click.option("--cart-ml", default=0, type=click.IntRange(0), help="Volume a cart carries, ml; 0: no limit.")
@click.option("--cart-g", default=0, type=click.IntRange(0), help="Weight a cart carries, g; 0: no limit.")
@click.option("--tote-ml", default=0, type=click.IntRange(0), help="Volume of a tote, ml; 0: 60 litres.")
@click.option("--close", "places", multiple=True, metavar="PLACE", help='An aisle, or an edge "u|v", to close.')
@click.option("--jobprp", is_flag=True, help="The files are a public instance: NAME.lyt and NAME.ord.")
@click.option("--seconds", default=10.0, show_default=True, type=SECONDS, help="Time to search.")
@click.option("--seed", default=0, show_default=True, help="Of the search, with --jobprp.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def batch(
    layout: Path,
    orders: Path,
    stock: Path | None,
    skus: Path | None,
    preset: str,
    slots: int,
    cart_ml: int,
    cart_g: int,
    tote_ml: int,
    places: tuple[str, ...],
    jobprp: bool,
    seconds: float,
    seed: int,
    as_json: bool,
) -> None:
    """Put ORDERS on carts so that the walks through LAYOUT are short.

    Cutoffs and priorities go before metres; an order may take several totes. Exit code 1 when a file is wrong.
    """
    if jobprp:
        found = _on_instance(layout, orders, seconds, seed)
    elif stock is None:
        raise click.UsageError("give --stock FILE with what lies where, or --jobprp for a public instance")
    else:
        files = Files(layout, orders, stock, skus, preset, slots, cart_ml, cart_g, tote_ml, places)
        found = _on_layout(files, seconds)
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else _told(found))


def _on_instance(layout: Path, orders: Path, seconds: float, seed: int) -> dict[str, object]:
    from server.core.batch import search
    from server.lab.countdown import countdown
    from server.lab.jobprp import read_instance

    left_s = countdown(seconds)
    instance = read_instance(layout, orders)
    return _instance_json(instance, search(instance.problem(), left_s=left_s, seed=seed))


def _instance_json(instance: "Instance", plan: "Batches") -> dict[str, object]:
    problem = instance.problem()
    lengths = problem.costs(problem.members(plan.batches, max(map(len, plan.batches), default=1)))
    return {
        "total_m": plan.length_m,
        "lower_bound_m": plan.lower_bound_m,
        "optimal": plan.optimal,
        "batches": [
            {"orders": [instance.order_ids[item] for item in items], "length_m": float(metres)}
            for items, metres in zip(plan.batches, lengths, strict=True)
        ],
    }


def _on_layout(files: Files, seconds: float) -> dict[str, object]:
    from server.floor import wave_plan

    taken = _snapshot(files)

    def say(done: int, of: int) -> None:
        click.echo(f"\r{done} of {of} tours", nl=done == of, err=True)

    return _layout_json(taken, wave_plan.plan(taken, say, seconds))


def _layout_json(taken: "Snapshot", plan: "Plan") -> dict[str, object]:
    order_of = {line.line_id: line.order_ref for line in taken.lines}
    return {
        "total_m": sum(batch.length_m for batch in plan.batches),
        "name_order_m": sum(batch.name_order_m for batch in plan.batches),
        "s_shape_m": sum(batch.s_shape_m for batch in plan.batches),
        "first_location_m": sum(batch.first_location_m for batch in plan.batches),
        "short_each": {f"{order_of[line]}/{line}": units for line, units in plan.short_each.items()},
        "batches": [
            {
                "orders": list(dict.fromkeys(batch.slots)),
                "totes": list(batch.slots),
                "length_m": batch.length_m,
                "lower_bound_m": batch.lower_bound_m,
                "due_at": batch.due_at,
                "locations": list(dict.fromkeys(line.location_code for line in batch.lines)),
            }
            for batch in plan.batches
        ],
    }


def _snapshot(files: Files) -> "Snapshot":
    from server.core.tabular import Kind
    from server.core.tabular.cells import utc_text
    from server.floor.release import Means
    from server.lab.paper_wave import paper_wave

    orders = _read(files.orders, Kind.ORDERS, files.preset)
    skus = orders.skus if files.skus is None else _read(files.skus, Kind.SKUS).skus
    return paper_wave(
        json.loads(files.layout.read_text(encoding="utf-8")),
        _read(files.stock, Kind.STOCK).stock,
        orders.orders,
        skus,
        means=Means(files.slots, files.tote_ml, files.cart_ml, files.cart_g),
        now=utc_text(datetime.now(UTC)),
        closed=files.closed,
    )


def _read(file: Path, kind: "Kind", preset: str = "generic") -> "Imported":
    from server.core.tabular import read_columns, read_table

    return read_table(file.read_bytes(), kind, read_columns(""), preset)


def _told(found: dict[str, object]) -> str:
    batches = found["batches"]
    assert isinstance(batches, list)
    lines = [f"{batch['length_m']:10g} m  {' '.join(map(str, batch['orders']))}" for batch in batches]
    return "\n".join([*lines, f"{found['total_m']:10g} m in {len(batches)} batches"])
