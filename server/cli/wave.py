"""`gangway wave`: orders that wait become work."""

import json
from dataclasses import asdict

import click

from server.cli.database import DATABASE, opened


@click.group()
def wave() -> None:
    """Release waiting orders to the floor."""


@wave.command()
@DATABASE
@click.option("--cutoff", default="", metavar="TIME", help="Only orders due by then, e.g. 2026-11-23T17:00.")
@click.option("--max-orders", type=click.IntRange(1), help="At most this many, the most urgent first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def release(database_url: str | None, cutoff: str, max_orders: int | None, as_json: bool) -> None:
    """Allocate stock to waiting orders, batch them on carts and solve the tours; say what is short."""
    from server.floor.wave import cutoff_time, release_wave

    def progress(done: int, of: int) -> None:
        click.echo(f"\r{done} of {of} tours", err=True, nl=done == of)

    by = cutoff_time(cutoff)
    with opened(database_url) as store:
        released = release_wave(store, cutoff=by, max_orders=max_orders, progress=progress)
    if as_json:
        click.echo(json.dumps(asdict(released), indent=1))
    elif released.wave_id is None:
        click.echo("no order is waiting")
    else:
        click.echo(f"wave {released.wave_id}: {released.orders} orders, {released.lines} lines, {released.units} units")
        click.echo(f"short: {released.units_short} units; {released.orders_short} orders have nothing to pick")
        click.echo(
            f"{released.batches} batches, {released.walk_m:.0f} m; over the first locations "
            f"{released.first_location_m:.0f} m, those by location name {released.name_order_m:.0f} m"
        )
