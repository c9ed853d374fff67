"""`gangway bench handheld`: the page in a real browser."""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path

import click


@click.command("handheld")
@click.option(
    "--rounds", default=3, show_default=True, type=click.IntRange(1, 20), help="Pickers, one after the other."
)
@click.option("--scans", default=40, show_default=True, type=click.IntRange(10, 200), help="Timed scans a round.")
@click.option("--starts", default=5, show_default=True, type=click.IntRange(1, 50), help="Timed starts of each kind.")
@click.option("--slower", default=6.0, show_default=True, type=click.FloatRange(1, 20), help="Than this machine.")
@click.option("--mixed", default=0, type=click.IntRange(0), help="Instead: so many scans while everything fails.")
@click.option("--seed", default=1, show_default=True, help="Of the failures.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def bench_handheld(
    rounds: int, scans: int, starts: int, slower: float, mixed: int, seed: int, *, as_json: bool
) -> None:
    """The handheld page in Chromium with a slow processor: scans, starts, a dead spot; beside a bare page.

    With --mixed a shift of scans is worked while the network drops, acks get lost, and page, server and browser are
    killed; then what was typed is compared with the ledger. Needs Chromium.
    """
    if mixed:
        _print_mixed(mixed, seed, slower, as_json=as_json)
        return
    from server.lab import handheld_bench

    figures = handheld_bench.measure(handheld_bench.Runs(rounds, scans, starts, slower), _say)
    if as_json:
        click.echo(json.dumps([{**asdict(one), "met": one.met} for one in figures], indent=2))
        return
    click.echo(f"{'':50}{'runs':>5}{'median':>10}{'p95':>10}")
    for one in figures:
        goal = f"   goal {one.judged} {one.goal:g}: {'met' if one.met else 'MISSED'}" if one.goal else ""
        click.echo(f"{one.name:50}{one.runs:5}{one.median:10.1f}{one.p95:10.1f}{goal}")


def _print_mixed(scans: int, seed: int, slower: float, *, as_json: bool) -> None:
    from server.core.errors import Conflict
    from server.lab import handheld_mixed

    with tempfile.TemporaryDirectory(prefix="gangway-shift-", ignore_cleanup_errors=True) as folder:
        shift = handheld_mixed.Shift(scans=scans, seed=seed, slower=slower)
        found = handheld_mixed.work_shift(shift, Path(folder), _say)
    if as_json:
        click.echo(json.dumps(found, indent=2))
    else:
        for name, value in (found | found.pop("failures")).items():
            click.echo(f"{name.replace('_', ' '):32}{value!s:>8}")
    if found["lost"] or found["doubled"] or not found["in_order"] or found["broken_invariants"]:
        raise Conflict("scans_not_kept", "what the server stored is not what was scanned, each once and in its order")


def _say(line: str) -> None:
    click.echo(line, err=True)
