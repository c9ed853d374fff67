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
    """Allocate stock to waiting orders, batch them on carts and solve the tours; say what is short.

    A running server gives the batches to those who wait within seconds. It lets urgent orders join batches under way by
    itself, in whatever mode; those that still wait here are part of the wave.
    """
    from server.floor.wave import cutoff_time, release_wave

    def progress(done: int, of: int) -> None:
        click.echo(f"\r{done} of {of} tours", err=True, nl=done == of)

    by = cutoff_time(cutoff)
    with opened(database_url) as store:
        released = release_wave(store, cutoff=by, max_orders=max_orders, give=False, progress=progress)
    if as_json:
        click.echo(json.dumps(asdict(released), indent=1))
    elif released.wave_id is None:
        click.echo(_held(released.orders_held) or "no order is waiting")
    else:
        click.echo(f"wave {released.wave_id}: {released.orders} orders, {released.lines} lines, {released.units} units")
        click.echo(f"short: {released.units_short} units; {released.orders_short} orders have nothing to pick")
        click.echo(
            f"{released.batches} batches, {released.walk_m:.0f} m; over the first locations "
            f"{released.first_location_m:.0f} m, those by location name {released.name_order_m:.0f} m"
        )
        if released.orders_held:
            click.echo(_held(released.orders_held))


def _held(orders: int) -> str:
    return f"{orders} orders go on waiting: what they miss lies where no open way leads" if orders else ""


@wave.command()
@DATABASE
@click.argument("mode", type=click.Choice(["waves", "continuous"]), required=False)
@click.option(
    "--hold-s", type=click.FloatRange(0, 3600), help="How long a cart that is not full keeps a picker waiting."
)
@click.option(
    "--overtaken-s",
    type=click.FloatRange(0, 604800),
    help="How long others may go before an order without a due time, since it was ordered.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def mode(
    database_url: str | None, mode: str | None, hold_s: float | None, overtaken_s: float | None, as_json: bool
) -> None:
    """Say how orders are released, or change it: in waves by hand, or continuously, whenever a picker is free.

    Continuous release is the running server's work: it plans for whoever has a cart and no batch. Seconds that are not
    said stay as they are.
    """
    from server.floor.waveless import release_rule, set_release

    with opened(database_url) as store:
        if mode is None and (hold_s, overtaken_s) != (None, None):
            raise click.UsageError("say the mode that the seconds belong to: waves or continuous")
        if mode is not None:
            chosen = mode
            store.write(lambda tx: set_release(tx, chosen, hold_s, overtaken_s))
        rule = store.read(release_rule)
    if as_json:
        click.echo(json.dumps(asdict(rule)))
    else:
        click.echo(
            f"{rule.mode.value}; a cart that is not full is held back for {rule.hold_s:g} s at most, "
            f"and an order without a due time is overtaken for {rule.overtaken_s:g} s at most"
        )
